import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

/** Where the marks of a chart go, in the units of its drawing. */
export type Area = {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly width: number;
  readonly height: number;
};

type Scale = { readonly at: (value: number) => number; readonly ticks: readonly number[] };

/** From nothing at the bottom to `highest` or a little more at the top, with round numbers between. */
export function scaleTo(highest: number, { top, bottom, height }: Area): Scale {
  const rough = highest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough;
  const whole = Math.max(step, 10 * power >= 10 ? step : Math.ceil(step));
  const steps = Math.max(1, Math.ceil(highest / whole));
  const end = steps * whole;
  return {
    at: (value) => height - bottom - (value / end) * (height - bottom - top),
    ticks: Array.from({ length: steps + 1 }, (_, index) => index * whole),
  };
}

type Legend = readonly { readonly label: string; readonly about?: string; readonly class: string }[];

type ChartProps = {
  readonly title: string;
  /** What the chart tells, in a sentence. */
  readonly summary: string;
  readonly legend: Legend;
  readonly area: Area;
  readonly scale: Scale;
  readonly showValue: (value: number) => string;
  /** What each bucket is called, and what it holds of each kind of the legend. */
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The bucket that is looked at. */
  readonly shown: number | undefined;
  readonly onShow: (index: number | undefined) => void;
  readonly children: ComponentChildren;
};

/** What all charts have: axes, a legend that tells the values of the bucket one points to, and the same as a table. */
export function Chart(props: ChartProps) {
  const { title, summary, legend, area, scale, names, rows, shown, onShow } = props;
  const id = useId();
  const plotWidth = area.width - area.left - area.right;
  const step = plotWidth / Math.max(1, names.length);
  const move = (by: number) => {
    const next = shown === undefined ? (by > 0 ? 0 : names.length - 1) : shown + by;
    onShow(Math.min(names.length - 1, Math.max(0, next)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onShow(undefined);
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    move(event.key === 'ArrowRight' ? 1 : -1);
  };
  const pointAt = (event: PointerEvent & { currentTarget: Element }) => {
    const box = event.currentTarget.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * area.width - area.left;
    const index = Math.floor(x / step);
    onShow(index >= 0 && index < names.length ? index : undefined);
  };
  return (
    <figure class="chart" aria-labelledby={`${id}-title`}>
      <figcaption>
        <h3 id={`${id}-title`}>{title}</h3>
        <p class="muted small">{summary}</p>
      </figcaption>
      <div class="legend" aria-live="polite">
        <span class={shown === undefined ? 'legend-when' : 'legend-when known'}>
          {shown === undefined ? 'Point to it, or use the arrow keys, to read it' : names[shown]}
        </span>
        {legend.map(({ label, about, class: mark }, index) => (
          <span key={label} title={about}>
            <i class={`key ${mark}`} />
            {label}
            {shown !== undefined && <strong>{rows[shown]?.[index]}</strong>}
          </span>
        ))}
      </div>
      <svg
        viewBox={`0 0 ${area.width} ${area.height}`}
        role="img"
        aria-label={`${title}. ${summary} Arrow keys go through it.`}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerMove={pointAt}
        onPointerDown={pointAt}
        onPointerLeave={() => onShow(undefined)}
        onBlur={() => onShow(undefined)}
      >
        {scale.ticks.map((tick) => (
          <g key={tick} class="tick">
            <path d={`M${area.left} ${scale.at(tick)}H${area.width - area.right}`} />
            <text x={area.left - 8} y={scale.at(tick) + 4} text-anchor="end">
              {props.showValue(tick)}
            </text>
          </g>
        ))}
        {shown !== undefined && (
          <rect
            class="pointed"
            x={area.left + shown * step}
            y={area.top}
            width={step}
            height={area.height - area.top - area.bottom}
          />
        )}
        {props.children}
        {everyFew(names).map(({ name, index }) => (
          <text
            key={name}
            class="tick-name"
            x={area.left + (index + 0.5) * step}
            y={area.height - 6}
            text-anchor="middle"
          >
            {name.split(',')[0]}
          </text>
        ))}
      </svg>
      <details>
        <summary>As a table</summary>
        <div class="scroll table-low" role="region" aria-label={`${title}, as a table`} tabIndex={0}>
          <table>
            <caption class="unseen">{title}</caption>
            <thead>
              <tr>
                <th scope="col">From</th>
                {legend.map(({ label }) => (
                  <th key={label} scope="col" class="number">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {names.map((name, index) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  {rows[index]?.map((value, column) => (
                    <td key={legend[column]?.label} class="number">
                      {value}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

/** So many names that they do not touch, evenly. */
function everyFew(names: readonly string[]): { name: string; index: number }[] {
  const every = Math.ceil(names.length / 7);
  return names
    .map((name, index) => ({ name, index }))
    .filter(({ index }) => index % every === Math.floor(every / 2));
}

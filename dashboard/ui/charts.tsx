import { useState } from 'preact/hooks';
import { count, showClock, showCompact, showDay, showDuration, showNumber } from '../data/format.ts';
import type { Bucket, Summary } from '../data/statistics.ts';
import { type Area, Chart, scaleTo } from './chart-frame.tsx';

const WIDTH = 500;
const HEIGHT = 190;
const AREA: Area = { left: 52, right: 6, top: 10, bottom: 26, width: WIDTH, height: HEIGHT };

const OUTCOMES = [
  { key: 'succeeded', label: 'Accepted', class: 'mark-good' },
  { key: 'retried', label: 'Failed, tried again', class: 'mark-warn' },
  { key: 'exhausted', label: 'Given up', class: 'mark-bad' },
] as const;

const PERCENTILES = [
  { label: 'p50', about: 'half of the answers', class: 'mark-a' },
  { label: 'p90', about: '90% of them', class: 'mark-b' },
  { label: 'p99', about: '99% of them', class: 'mark-c' },
] as const;

/** When a bucket begins, as precise as it is long. */
function nameBucket({ start }: Bucket, { bucketSeconds }: Summary): string {
  if (bucketSeconds >= 86_400) return showDay(start);
  return bucketSeconds > 3600 ? `${showDay(start)}, ${showClock(start)}` : showClock(start);
}

const totalOf = ({ succeeded, retried, exhausted }: Bucket) => succeeded + retried + exhausted;

/** Attempts over time, by how they ended. */
export function OutcomeChart({ summary }: { readonly summary: Summary }) {
  const { buckets } = summary;
  const scale = scaleTo(Math.max(1, ...buckets.map(totalOf)), AREA);
  const [shown, setShown] = useState<number>();
  const step = (WIDTH - AREA.left - AREA.right) / Math.max(1, buckets.length);
  return (
    <Chart
      title="Attempts by outcome"
      summary={`${count(summary.attempts, 'attempt')}, of which ${showNumber(summary.succeeded)} were accepted.`}
      legend={OUTCOMES}
      area={AREA}
      scale={scale}
      showValue={showCompact}
      names={buckets.map((bucket) => nameBucket(bucket, summary))}
      rows={buckets.map((bucket) => OUTCOMES.map(({ key }) => showNumber(bucket[key])))}
      shown={shown}
      onShow={setShown}
    >
      {buckets.map((bucket, index) => {
        let top = 0;
        return (
          <g key={bucket.start} class={index === shown ? 'bar shown' : 'bar'}>
            {OUTCOMES.map(({ key, class: mark }) => {
              const value = bucket[key];
              if (value === 0) return null;
              const y = scale.at(top + value);
              const height = scale.at(top) - y;
              top += value;
              return (
                <rect
                  key={key}
                  class={mark}
                  x={AREA.left + index * step + step * 0.14}
                  y={y}
                  width={step * 0.72}
                  height={Math.max(1, height)}
                  rx={Math.min(2, height / 2)}
                />
              );
            })}
          </g>
        );
      })}
    </Chart>
  );
}

/** How long answers took over time: the median, and what few exceeded. */
export function ResponseTimeChart({ summary }: { readonly summary: Summary }) {
  const { buckets } = summary;
  const values = buckets.flatMap(({ responseTimes }) => responseTimes.flatMap((value) => value ?? []));
  const scale = scaleTo(Math.max(10, ...values), AREA);
  const [shown, setShown] = useState<number>();
  const step = (WIDTH - AREA.left - AREA.right) / Math.max(1, buckets.length);
  const xOf = (index: number) => AREA.left + (index + 0.5) * step;
  const [median] = summary.responseTimes;
  return (
    <Chart
      title="Response times"
      summary={
        median === null || median === undefined
          ? 'Nothing was answered.'
          : `Half of the answers took ${showDuration(median)} or less.`
      }
      legend={PERCENTILES}
      area={AREA}
      scale={scale}
      showValue={showDuration}
      names={buckets.map((bucket) => nameBucket(bucket, summary))}
      rows={buckets.map(({ responseTimes }) =>
        responseTimes.map((value) => (value === null ? '–' : showDuration(value))),
      )}
      shown={shown}
      onShow={setShown}
    >
      {PERCENTILES.map(({ label, class: mark }, line) => {
        const points = buckets.flatMap(({ responseTimes }, index) => {
          const value = responseTimes[line];
          return value === null || value === undefined ? [] : [{ index, x: xOf(index), y: scale.at(value) }];
        });
        return (
          <g key={label} class={`line ${mark}`}>
            <path d={pathThrough(points)} />
            {points.map(({ index, x, y }) => (
              <circle key={index} cx={x} cy={y} r={index === shown ? 4 : 2.2} />
            ))}
          </g>
        );
      })}
    </Chart>
  );
}

/** A line through neighbours; it breaks where nothing was measured between two points. */
function pathThrough(points: readonly { index: number; x: number; y: number }[]): string {
  return points
    .map(
      ({ index, x, y }, at) =>
        `${points[at - 1]?.index === index - 1 ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`,
    )
    .join('');
}

/** A row of small bars: the shape of the last days, for where numbers stand beside it. */
export function Sparkline({ summary }: { readonly summary: Summary | undefined }) {
  const buckets = summary?.buckets ?? [];
  const highest = Math.max(1, ...buckets.map(totalOf));
  const step = 112 / Math.max(1, buckets.length);
  const failed = buckets.reduce((all, { retried, exhausted }) => all + retried + exhausted, 0);
  const label = summary
    ? `Last 7 days: ${count(summary.attempts, 'attempt')}, ${showNumber(failed)} failed`
    : 'Last 7 days';
  return (
    <svg class="sparkline" viewBox="0 0 112 28" preserveAspectRatio="none" role="img" aria-label={label}>
      <title>{label}</title>
      <path class="baseline" d="M0 27.5H112" />
      {buckets.map((bucket, index) => {
        const x = index * step + 0.5;
        const good = (bucket.succeeded / highest) * 26;
        const bad = ((bucket.retried + bucket.exhausted) / highest) * 26;
        return (
          <g key={bucket.start}>
            {good > 0 && (
              <rect class="mark-good" x={x} width={step - 1} y={27 - good} height={good} rx="0.8" />
            )}
            {bad > 0 && (
              <rect class="mark-bad" x={x} width={step - 1} y={27 - good - bad} height={bad} rx="0.8" />
            )}
          </g>
        );
      })}
    </svg>
  );
}

import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApiError } from '../data/api.ts';
import { showAgo, showTime } from '../data/format.ts';
import { Link } from '../router.tsx';
import { Icon, type IconName } from './icons.tsx';

type ButtonProps = Omit<JSX.IntrinsicElements['button'], 'icon'> & {
  readonly kind?: 'primary' | 'plain' | 'danger' | 'quiet';
  readonly icon?: IconName;
  /** Under way: it says so, and cannot be pressed again. */
  readonly isBusy?: boolean;
};

export function Button({ kind = 'plain', icon, isBusy = false, children, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      class={`button ${kind}`}
      disabled={disabled || isBusy}
      aria-busy={isBusy || undefined}
    >
      {isBusy ? <Spinner /> : icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** One fact of a list of them (`dl`): its name, and what it is. */
export function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function ButtonLink(props: {
  readonly to: string;
  readonly kind?: 'primary' | 'plain';
  readonly icon?: IconName;
  readonly children: ComponentChildren;
}) {
  return (
    <Link to={props.to} class={`button ${props.kind ?? 'plain'}`}>
      {props.icon && <Icon name={props.icon} />}
      {props.children}
    </Link>
  );
}

export const Spinner = () => <span class="spinner" aria-hidden="true" />;

export type Tone = 'good' | 'warn' | 'bad' | 'idle' | 'busy';

/** A state in a word, told by colour and sign as well. */
export function Badge({ tone, children }: { readonly tone: Tone; readonly children: ComponentChildren }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

type NoticeProps = {
  readonly tone: 'good' | 'warn' | 'bad' | 'info';
  readonly title: string;
  readonly children?: ComponentChildren;
  readonly action?: ComponentChildren;
};

/** Something that whoever looks at the page should know. */
export function Notice({ tone, title, children, action }: NoticeProps) {
  return (
    <div class={`notice ${tone}`} role={tone === 'bad' ? 'alert' : undefined}>
      <Icon name={tone === 'good' ? 'check' : tone === 'info' ? 'key' : 'warning'} />
      <div>
        <strong>{title}</strong>
        {children && <div class="notice-text">{children}</div>}
      </div>
      {action && <div class="notice-action">{action}</div>}
    </div>
  );
}

/** What went wrong, what to do about it, and a way to try again. */
export function Failure({ error, onRetry }: { readonly error: ApiError; readonly onRetry?: () => void }) {
  const retry = onRetry && (
    <Button kind="plain" icon="replay" onClick={onRetry}>
      Try again
    </Button>
  );
  return (
    <Notice tone="bad" title={error.message} action={retry}>
      {error.advice}
    </Notice>
  );
}

type EmptyProps = {
  readonly icon: IconName;
  readonly title: string;
  readonly children: ComponentChildren;
  readonly action?: ComponentChildren;
};

/** What there will be here, and how it comes to be. */
export function Empty({ icon, title, children, action }: EmptyProps) {
  return (
    <div class="empty">
      <span class="empty-icon">
        <Icon name={icon} />
      </span>
      <h2>{title}</h2>
      <p>{children}</p>
      {action && <div class="actions">{action}</div>}
    </div>
  );
}

export function Loading({ what }: { readonly what: string }) {
  return (
    <p class="loading" role="status">
      <Spinner /> Loading {what}…
    </p>
  );
}

/** A moment, as far from now as it is; in full on a pointer. It keeps up with the clock. */
export function Ago({ at }: { readonly at: string }) {
  const [now, setNow] = useState(Date.now);
  const time = Date.parse(at);
  const isNear = Math.abs(time - now) < 120_000;
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), isNear ? 1000 : 30_000);
    return () => clearInterval(timer);
  }, [isNear]);
  return (
    <time dateTime={at} title={showTime(at)}>
      {showAgo(time, now)}
    </time>
  );
}

/** Copies a text, and says that it did. */
export function CopyButton({ text, label = 'Copy' }: { readonly text: string; readonly label?: string }) {
  const [said, setSaid] = useState<string>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async () => {
    const isCopied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    setSaid(isCopied ? 'Copied' : 'Select and copy it by hand');
    timer.current = setTimeout(() => setSaid(undefined), 2000);
  };
  return (
    <Button kind="plain" icon={said === 'Copied' ? 'check' : 'copy'} onClick={copy}>
      <span aria-live="polite">{said ?? label}</span>
    </Button>
  );
}

/** A text to read letter by letter, with a way to take it along. */
export function Code({
  text,
  label,
  copy,
}: {
  readonly text: string;
  readonly label: string;
  readonly copy?: string;
}) {
  return (
    <figure class="code">
      <figcaption>
        <span>{label}</span>
        <CopyButton text={text} label={copy} />
      </figcaption>
      {/* biome-ignore lint: it scrolls, and so must be reached by the keyboard */}
      <pre tabIndex={0}>{text}</pre>
    </figure>
  );
}

type Choice<T extends string> = { readonly value: T; readonly label: string };

/** One of a few, at hand. */
export function Segments<T extends string>(props: {
  readonly label: string;
  readonly choices: readonly Choice<T>[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}) {
  return (
    <div class="segments" role="group" aria-label={props.label}>
      {props.choices.map(({ value, label }) => (
        <button
          key={value}
          type="button"
          aria-pressed={value === props.value}
          onClick={() => props.onChange(value)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

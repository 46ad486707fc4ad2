/** Icons of one hand: 24 by 24, one stroke. They stand beside words, and so say nothing to a screen reader. */
const PATHS = {
  overview: 'M4 19V9m5.5 10V5M15 19v-7m5 7v-4',
  webhook: 'M9.5 8.5a3.5 3.5 0 1 1 5 3l2.2 4M14.5 17.5h-5a3.5 3.5 0 1 1-3.6-4M12 8.5l-3.4 6',
  test: 'M9 3h6M10 3v6.5L5 18a2 2 0 0 0 1.8 3h10.4a2 2 0 0 0 1.8-3l-5-8.5V3M7.5 15h9',
  events: 'M4 6h16M4 12h16M4 18h10',
  copy: 'M9 9h10v11H9zM5 15V4h10',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  cross: 'M6 6l12 12M18 6L6 18',
  warning: 'M12 4l9 16H3zM12 10v4.5M12 17.2v.3',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7.5V12l3 2',
  replay: 'M4 5v5h5M4.6 10A8 8 0 1 1 4 13',
  plus: 'M12 5v14M5 12h14',
  back: 'M15 5l-7 7 7 7',
  forward: 'M9 5l7 7-7 7',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2m0 16v2M2 12h2m16 0h2M5 5l1.4 1.4m11.2 11.2L19 19M5 19l1.4-1.4M17.6 6.4L19 5',
  moon: 'M20 14.5A8 8 0 0 1 9.5 4a8 8 0 1 0 10.5 10.5z',
  exit: 'M14 4H5v16h9M10 12h11m-4-4l4 4-4 4',
  key: 'M8 11a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM11 12l9-9m-4 4l3 3',
  send: 'M4 12l16-8-6 16-3-6.5z',
  pulse: 'M3 12h4l3-7 4 14 3-7h4',
  inbox: 'M4 13l3-8h10l3 8v6H4zM4 13h5l1 2.5h4L15 13h5',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

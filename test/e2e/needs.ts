import { describe, inject, type TestFunction, type TestOptions, test } from 'vitest';
import { findBrowser } from './browser.ts';

const deployment = inject('deployment');

/** Retries that a test can wait for, in seconds. */
const SHORT_RETRY_SECONDS = 30;

const hasShortRetries = deployment?.retryDelaysSeconds.every((seconds) => seconds <= SHORT_RETRY_SECONDS);

const isOnMiniStack = deployment?.emulator === 'ministack';

/** What a test may need beyond the API and inboxes, and why it is left out where a deployed system lacks it. */
const REASONS = {
  assembly: deployment && 'it looks at what is deployed, before it is',
  laptop: deployment && 'it needs the clock, schedules, queues, logs or gateway of a laptop',
  retries: deployment && !hasShortRetries && 'the retries of this stage take too long to wait for',
  outputs: deployment && !deployment.outputs && 'the outputs of the stack were not given',
  receiversHere: deployment?.receiverUrl && 'the deployment does not reach this machine',
  strictTargets:
    deployment && !deployment.receiverUrl?.startsWith('https:') && 'this stage calls any address',
  exactBus: isOnMiniStack && 'MiniStack writes JSON anew on its bus: other escapes, rounded numbers',
  browser: deployment
    ? 'the dashboard is tried out on a laptop'
    : !findBrowser() && 'there is no Chromium: apt-get install chromium',
  encodedSlashes: isOnMiniStack && 'MiniStack decodes a path before it looks for the route',
};

export type Need = keyof typeof REASONS;

/** Why a test that needs this is left out; undefined where it is not. */
export const reasonWithout = (need: Need): string | undefined => REASONS[need] || undefined;

/**
 * `test`, `test.each` and `describe` for what needs something that not every system has: left out, with the reason,
 * where the system lacks it.
 */
export function needing(need: Need) {
  const reason = reasonWithout(need);
  const titled = (title: string) => (reason ? `${title} (left out: ${reason})` : title);
  return {
    test: (title: string, run: TestFunction, options: TestOptions = {}) =>
      test.skipIf(reason)(titled(title), options, run),
    each:
      <T extends any[] | [any]>(rows: readonly T[]) =>
      (title: string, run: (...row: T) => Promise<void>, options: TestOptions = {}) =>
        test.skipIf(reason).each(rows)(titled(title), options, run),
    describe: (title: string, run: () => void) => describe.skipIf(reason)(titled(title), run),
  };
}

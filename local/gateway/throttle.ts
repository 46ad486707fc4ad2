import type { ThrottleSettings } from './settings.ts';

/** A token bucket in real time: tells for each request whether it may pass. */
export function createThrottle(settings: ThrottleSettings | undefined): () => boolean {
  if (!settings) return () => true;
  const { ratePerSecond, burst } = settings;
  let tokens = burst;
  let filledAt = performance.now();
  return () => {
    const now = performance.now();
    tokens = Math.min(burst, tokens + ((now - filledAt) / 1000) * ratePerSecond);
    filledAt = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}

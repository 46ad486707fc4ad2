import type { CustomHeaders } from './custom-headers.ts';

/** What stands for the hidden part of a secret. */
const MASK = '*'.repeat(12);

/** Too short a header's value would be shown whole by its last four characters. */
const SHOWN_FROM_LENGTH = 16;

/** A secret as it is shown once it is stored: masked to its last four characters, of a pair never half. */
export function maskSecret(secret: string): string {
  return MASK + secret.slice(-4).replace(/^[\udc00-\udfff]/, '');
}

/** Headers as they are shown once they are stored: each value masked. */
export function maskHeaders(headers: CustomHeaders): CustomHeaders {
  const masked = Object.entries(headers).map(([name, value]) => [
    name,
    value.length < SHOWN_FROM_LENGTH ? MASK : maskSecret(value),
  ]);
  return Object.fromEntries(masked);
}

/** Whether a text is a secret as it is shown. */
export const isMasked = (text: string): boolean => text.startsWith(MASK);

/** How much of a body is kept and shown: bytes. */
export const SHOWN_BODY_BYTES = 4096;

/** The beginning of a body as text. What is no UTF-8 shows as U+FFFD; a character that the cut splits is left out. */
export function showBody(body: Buffer): string {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return decoder.decode(body.subarray(0, SHOWN_BODY_BYTES), { stream: body.length > SHOWN_BODY_BYTES });
}

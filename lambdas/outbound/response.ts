import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { SHOWN_BODY_BYTES, showBody } from '../../core/body-text.ts';

/** How long a response's body may take after its headers: ms. What has not come by then is not waited for. */
const BODY_TIMEOUT_MS = 2000;
/** How much of a response's headers is kept: characters. */
const KEPT_HEADERS_LENGTH = 4096;

/** What is kept of a response. */
export type KeptResponse = {
  readonly headers: Readonly<Record<string, string>>;
  /** The first 4 KiB, as UTF-8. */
  readonly body: string;
};

/** Headers as they are kept: lower-case names, repeated ones joined, as many as there is room for. */
function keepHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  let room = KEPT_HEADERS_LENGTH;
  const kept = Object.entries(headers).flatMap(([name, value]): [string, string][] => {
    const text = Array.isArray(value) ? value.join(', ') : (value ?? '');
    room -= name.length + text.length;
    return room < 0 ? [] : [[name, text]];
  });
  return Object.fromEntries(kept);
}

/**
 * The beginning of a response's body. One that is too long, too slow or breaks off costs it its connection, and
 * nothing else: the headers have decided.
 */
function readBody(response: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(() => response.destroy(), BODY_TIMEOUT_MS);
    response.on('data', (chunk: Buffer) => {
      if (size <= SHOWN_BODY_BYTES) chunks.push(chunk);
      size += chunk.length;
    });
    response.on('error', () => {});
    response.once('close', () => {
      clearTimeout(timer);
      resolve(showBody(Buffer.concat(chunks)));
    });
  });
}

/** Reads what is kept of a response, in 2 s at most; never rejects. */
export async function keepResponse(response: IncomingMessage): Promise<KeptResponse> {
  return { headers: keepHeaders(response.headers), body: await readBody(response) };
}

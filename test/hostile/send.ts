import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { HostileRequest } from './requests.ts';

/** What came back: the head and the body as text, to be searched. */
export type RawAnswer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
};

const readAll = async (response: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

/** Sends a request as it is: `fetch` would tidy its path, and refuse some methods and headers. */
export function send(url: string, { method, path, headers, body }: HostileRequest): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = httpRequest({
      hostname,
      port,
      method,
      path,
      headers: { ...headers, 'content-length': body.length },
    });
    sent.once('error', reject);
    sent.once('response', (response) => {
      const pairs = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
      readAll(response).then(
        (text) =>
          resolve({
            status: response.statusCode ?? 0,
            headers: new Headers(pairs as [string, string][]),
            text,
          }),
        reject,
      );
    });
    sent.end(body, 'latin1');
  });
}

import { API_URL } from '../data/place.ts';
import type { Attempt } from '../data/types.ts';

/** A text as one word of a shell. */
const quote = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** A request as a command line. The API key is never in it: it is taken from the environment. */
function curl(method: string, url: string, headers: readonly string[], body?: string): string {
  const parts = [
    `curl -X ${method} ${quote(url)}`,
    ...headers.map((header) => `-H ${header}`),
    ...(body === undefined ? [] : [`--data-binary ${quote(body)}`]),
  ];
  return parts.join(' \\\n  ');
}

/** The request that has a test sent. */
export function curlOfTest(webhookId: string, body: unknown): string {
  const headers = ['"Authorization: Bearer $CATHCR_API_KEY"', "'Content-Type: application/json'"];
  return curl('POST', `${API_URL}/webhooks/${webhookId}/test`, headers, JSON.stringify(body));
}

/** The request that an attempt made, for trying it out on a receiver: as far as its body was kept. */
export function curlOfAttempt({ request }: Attempt): string {
  const headers = Object.entries(request.headers).map(([name, value]) => quote(`${name}: ${value}`));
  return curl('POST', request.url, headers, request.body ?? undefined);
}

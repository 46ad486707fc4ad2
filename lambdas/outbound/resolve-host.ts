import { lookup } from 'node:dns/promises';

/** How long a name may take to resolve when a webhook is saved: ms. */
const LOOKUP_TIMEOUT_MS = 2000;
/** The IPv4 addresses of a host; none where it does not resolve in time. */
export async function resolveHost(hostname: string): Promise<string[]> {
  const answer = lookup(hostname, { all: true, family: 4 }).catch(() => []);
  const timeout = new Promise<[]>((resolve) => setTimeout(resolve, LOOKUP_TIMEOUT_MS, []).unref());
  return (await Promise.race([answer, timeout])).map(({ address }) => address);
}

import { lookup } from 'node:dns/promises';

/** How long a name may take to resolve when a webhook is saved: ms. */
const LOOKUP_TIMEOUT_MS = 2000;

/** Tells the IPv4 addresses of a host; rejects where it does not resolve. */
export type LookupHost = (hostname: string) => Promise<readonly string[]>;

/** Asks the system's resolver. */
export const lookupHost: LookupHost = async (hostname) =>
  (await lookup(hostname, { all: true, family: 4 })).map(({ address }) => address);

/** The IPv4 addresses of a host; none where it does not resolve in time. */
export async function resolveHost(hostname: string, lookUp = lookupHost): Promise<readonly string[]> {
  const answer = lookUp(hostname).catch(() => []);
  const timeout = new Promise<[]>((resolve) => setTimeout(resolve, LOOKUP_TIMEOUT_MS, []).unref());
  return Promise.race([answer, timeout]);
}

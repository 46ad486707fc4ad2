import { isIP, isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * Where a webhook may point. `public`: HTTPS to public IPv4 addresses, ports 443 and 1024 up. `any`: HTTP and the
 * machine's own addresses too, for a laptop.
 */
export type TargetPolicy = 'public' | 'any';

/** The longest URL that a webhook may have: characters. */
export const MAX_URL_LENGTH = 2048;

/** Whether requests may go to `address`: a public IPv4 address, as the addresses they are sent from are IPv4. */
export function isCallableAddress(address: string, policy: TargetPolicy): boolean {
  return isIPv4(address) && (policy === 'any' || ipaddr.IPv4.parse(address).range() === 'unicast');
}

/** What an address that may not be called is called in an answer or a log. */
export const ADDRESS_FAULT = 'points to an address that is not public IPv4';

/** The literal address that stands for the host in `url`, without brackets; undefined where it is a name. */
export function literalAddressOf(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) ? host : undefined;
}

/** What is wrong with `text` as the URL of a webhook; undefined where nothing is. Names are not looked up. */
export function findUrlFault(text: string, policy: TargetPolicy): string | undefined {
  if (!URL.canParse(text)) return 'is not a URL';
  if (text.length > MAX_URL_LENGTH) return `is longer than ${MAX_URL_LENGTH} characters`;
  const url = new URL(text);
  const allowed = policy === 'any' ? ['https:', 'http:'] : ['https:'];
  if (!allowed.includes(url.protocol)) return 'does not begin with https://';
  if (url.username || url.password) return 'holds credentials';
  if (policy === 'public' && url.port && Number(url.port) < 1024) {
    return 'has a port that is neither 443 nor 1024 or higher';
  }
  const address = literalAddressOf(url);
  if (address !== undefined && !isCallableAddress(address, policy)) return ADDRESS_FAULT;
  return undefined;
}

import { isIP, isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * Where a webhook may point. `public`: HTTPS to public IPv4 addresses, ports 443 and 1024 up. `any`: HTTP and the
 * machine's own addresses too, for a laptop.
 */
export type TargetPolicy = 'public' | 'any';

/** The longest URL that a webhook may have: characters. */
export const MAX_URL_LENGTH = 2048;

/**
 * Whether an address belongs to nobody but the public. The library knows every range of IANA's IPv4 Special-Purpose
 * Address Registry (RFC 6890) and multicast (RFC 5771). 168.63.129.16 is in no registry: on any machine in Azure it is
 * the platform's own agent (Microsoft, "What is IP address 168.63.129.16?").
 */
const isPublic = (address: string) =>
  address !== '168.63.129.16' && ipaddr.IPv4.parse(address).range() === 'unicast';

/** Whether requests may go to `address`: a public IPv4 address, as the addresses they are sent from are IPv4. */
export function isCallableAddress(address: string, policy: TargetPolicy): boolean {
  return isIPv4(address) && (policy === 'any' || isPublic(address));
}

/** What an address that may not be called is called in an answer or a log. */
export const ADDRESS_FAULT = 'points to an address that is not public IPv4';

/** Names of at least two labels, none of them empty or longer than DNS allows (RFC 1035, 2.3.4). */
const DOTTED_NAME = /^(?:[a-z0-9_-]{1,63}\.)+[a-z0-9_-]{1,63}\.?$/;

/** The longest name in DNS, without the dot that may end it: characters. Source: RFC 1035, 2.3.4. */
const MAX_NAME_LENGTH = 253;

/** What is set aside for private use: RFC 6761 (6.3), RFC 6762 (3), RFC 8375, and ICANN's resolution 2024.07.29.06. */
const PRIVATE_NAME = /(?:^|\.)(?:localhost|local|home\.arpa|internal)\.?$/;

/** Whether a name, in the spelling of a parsed URL, can be one of the public DNS. Whether it is one is not asked. */
const canBePublicName = (name: string) =>
  DOTTED_NAME.test(name) && name.replace(/\.$/, '').length <= MAX_NAME_LENGTH && !PRIVATE_NAME.test(name);

/** The literal address that stands for the host in `url`, without brackets; undefined where it is a name. */
export function literalAddressOf(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) ? host : undefined;
}

/** What is wrong with `text` as the URL of a webhook; undefined where nothing is. Names are not looked up. */
export function findUrlFault(text: string, policy: TargetPolicy): string | undefined {
  // First, as parsing a long name of letters that are not ASCII takes seconds.
  if (text.length > MAX_URL_LENGTH) return `is longer than ${MAX_URL_LENGTH} characters`;
  if (!URL.canParse(text)) return 'is not a URL';
  const url = new URL(text);
  const allowed = policy === 'any' ? ['https:', 'http:'] : ['https:'];
  if (!allowed.includes(url.protocol)) return 'does not begin with https://';
  if (url.username || url.password) return 'holds credentials';
  if (policy === 'public' && url.port && Number(url.port) < 1024) {
    return 'has a port that is neither 443 nor 1024 or higher';
  }
  const address = literalAddressOf(url);
  if (address !== undefined) return isCallableAddress(address, policy) ? undefined : ADDRESS_FAULT;
  if (policy === 'public' && !canBePublicName(url.hostname)) return 'has a host that cannot be a public name';
  return undefined;
}

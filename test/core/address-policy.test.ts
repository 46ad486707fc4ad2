import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ADDRESS_FAULT,
  findUrlFault,
  isCallableAddress,
  literalAddressOf,
  type TargetPolicy,
} from '../../core/address-policy.ts';
import { BENIGN_URLS, CREDENTIALS, HOSTILE_ROWS, NO_URL, NOT_HTTPS } from './given-urls.ts';

/** IANA's IPv4 Special-Purpose Address Registry; multicast (RFC 5771); the agent of Azure. */
const SPECIAL_BLOCKS = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '255.255.255.255/32',
];

const toNumber = (address: string) => Buffer.from(address.split('.').map(Number)).readUInt32BE();

/** The address that is so many after another; wraps around. */
function plus(address: string, count: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE((toNumber(address) + count) >>> 0);
  return bytes.join('.');
}

function edgesOf(block: string): [string, string] {
  const [first = '', bits] = block.split('/');
  return [first, plus(first, 2 ** (32 - Number(bits)) - 1)];
}

const isOrdinary = (address: string) =>
  !SPECIAL_BLOCKS.map(edgesOf).some(
    ([first, last]) => toNumber(first) <= toNumber(address) && toNumber(address) <= toNumber(last),
  );

const isPublic = (address: string) => isCallableAddress(address, 'public');

describe('where a webhook may point in public', () => {
  test.each(HOSTILE_ROWS)('%j is refused: %s', (url, fault) => {
    expect(findUrlFault(url, 'public')).toBe(fault);
  });

  test.each(BENIGN_URLS)('%j is let through', (url) => {
    expect(findUrlFault(url, 'public')).toBeUndefined();
  });
});

describe('where a webhook may point on a laptop', () => {
  test.each([
    'http://127.0.0.1:3000/_local/inbox/a',
    'http://localhost:80/',
    'http://receiver:3000/',
    'http://receiver.local/',
    'https://10.0.0.1:22/',
    'https://example.com/',
  ])('%j is let through', (url) => {
    expect(findUrlFault(url, 'any')).toBeUndefined();
  });

  test.each([
    ['ftp://127.0.0.1/', NOT_HTTPS],
    ['http://user:password@127.0.0.1/', CREDENTIALS],
    ['http://[::1]:3000/', ADDRESS_FAULT],
    ['nonsense', NO_URL],
  ])('%j is refused all the same', (url, fault) => {
    expect(findUrlFault(url, 'any')).toBe(fault);
  });
});

describe('an address', () => {
  const policies: TargetPolicy[] = ['public', 'any'];

  test.each([
    '10.255.255.255',
    '127.255.255.254',
    '169.254.0.1',
    '192.168.0.0',
    '100.127.255.255',
    '0.1.2.3',
  ])('%s may be called on a laptop alone', (address) => {
    expect(isPublic(address)).toBe(false);
    expect(isCallableAddress(address, 'any')).toBe(true);
  });

  test.each(SPECIAL_BLOCKS)('of %s is refused to its edges, and its neighbours are not', (block) => {
    const [first, last] = edgesOf(block);
    expect([first, last].map(isPublic)).toEqual([false, false]);
    const neighbours = [plus(first, -1), plus(last, 1)].filter(isOrdinary);
    expect(neighbours.map(isPublic)).toEqual(neighbours.map(() => true));
  });

  test.each([
    '',
    '::1',
    '2606:4700:4700::1111',
    '::ffff:8.8.8.8',
    '08.8.8.8',
    '8.8.8',
    'example.com',
    '134744072',
  ])('%j, which is none of IPv4 as sockets tell it, is never called', (address) => {
    expect(policies.some((policy) => isCallableAddress(address, policy))).toBe(false);
  });

  test('of a private network is refused, however it is written in a URL', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const spellings = fc.constantFrom(
      (bytes: number[]) => bytes.join('.'),
      (bytes: number[]) => bytes.map((part) => `0x${part.toString(16)}`).join('.'),
      (bytes: number[]) => bytes.map((part) => `0${part.toString(8)}`).join('.'),
      (bytes: number[]) => String(Buffer.from(bytes).readUInt32BE()),
      (bytes: number[]) => `0x${Buffer.from(bytes).toString('hex')}`,
      (bytes: number[]) => `[::ffff:${bytes.join('.')}]`,
    );
    fc.assert(
      fc.property(
        fc.constantFrom(0, 10, 127, 224, 240, 255),
        byte,
        byte,
        byte,
        spellings,
        (a, b, c, d, spell) => {
          expect(findUrlFault(`https://${spell([a, b, c, d])}/`, 'public')).toBe(ADDRESS_FAULT);
        },
      ),
    );
  });

  test.each([
    ['https://[::1]:8443/', '::1'],
    ['https://0x7f.1/', '127.0.0.1'],
    ['https://example.com/', undefined],
  ])('that stands for the host of %s is %s', (url, address) => {
    expect(literalAddressOf(new URL(url))).toBe(address);
  });
});

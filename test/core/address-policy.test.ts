import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ADDRESS_FAULT,
  findUrlFault,
  isCallableAddress,
  literalAddressOf,
  type TargetPolicy,
} from '../../core/address-policy.ts';

const NOT_HTTPS = 'does not begin with https://';
const CREDENTIALS = 'holds credentials';
const PORT = 'has a port that is neither 443 nor 1024 or higher';
const NO_URL = 'is not a URL';

const HOSTILE: Record<string, readonly string[]> = {
  [ADDRESS_FAULT]: [
    'https://127.0.0.1/',
    'https://127.1/',
    'https://127.0.0.1./',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0x7F.0.0.1/',
    'https://0177.0.0.1/',
    'https://017700000001/',
    'https://0/',
    'https://0.0.0.0/',
    'https://%31%32%37.0.0.1/',
    'https://１２７.０.０.１/',
    'https://127。0。0。1/',
    'https://①②⑦.⓪.⓪.①/',
    'https://127.0.0.\t1/',
    ' https://127.0.0.1/',
    'HTTPS://127.0.0.1/',
    'https:127.0.0.1',
    'https:\\\\127.0.0.1\\',
    'https://10.0.0.1/',
    'https://172.16.0.1/',
    'https://172.31.255.255/',
    'https://192.168.1.1:8443/',
    'https://100.64.0.1/',
    'https://100.100.100.200/latest/meta-data/',
    'https://169.254.169.254/latest/meta-data/',
    'https://2852039166/latest/meta-data/',
    'https://0xa9fea9fe/',
    'https://169.254.170.2/v2/credentials',
    'https://192.0.0.192/',
    'https://192.0.2.1/',
    'https://198.18.0.1/',
    'https://198.51.100.1/',
    'https://203.0.113.1/',
    'https://224.0.0.1/',
    'https://240.0.0.1/',
    'https://255.255.255.255/',
    'https://[::1]/',
    'https://[::]/',
    'https://[0:0:0:0:0:0:0:1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[fe80::1]/',
    'https://[fd00:ec2::254]/',
    'https://[2606:4700:4700::1111]/',
  ],
  [NOT_HTTPS]: [
    'http://example.com/',
    'http://127.0.0.1/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/plain,x',
    'wss://example.com/',
    'gopher://127.0.0.1:6379/_',
    'example.com:443',
  ],
  [CREDENTIALS]: [
    'https://user:password@example.com/',
    'https://user@example.com/',
    'https://:password@example.com/',
    'https://example.com@127.0.0.1/',
    'https://example.com%2f@127.0.0.1/',
  ],
  [PORT]: [
    'https://example.com:80/',
    'https://example.com:22/',
    'https://example.com:1023/',
    'https://example.com:0/',
  ],
  [NO_URL]: [
    '',
    'example.com',
    '//example.com/',
    '/webhooks',
    'https://',
    'https://example.com:65536/',
    'https://exa mple.com/',
    'https://256.0.0.1/',
    'https://127.0.0.1.1/',
    'https://1.2.3.08/',
    'https://[::1/',
    'https://[fe80::1%25eth0]/',
  ],
  'is longer than 2048 characters': [`https://example.com/${'x'.repeat(2048)}`],
};

const BENIGN = [
  'https://your-app.com/webhooks/cathcr',
  'https://example.com',
  'https://example.com./hook',
  'https://EXAMPLE.com/',
  'https://example.com:443/',
  'https://example.com:1024/',
  'https://example.com:8443/',
  'https://example.com:65535/',
  'https://example.com/?token=a%2Fb&user=x@y',
  'https://example.com/a:b@c',
  'https://example.com/#fragment',
  'https://bücher.example/',
  'https://xn--bcher-kva.example/',
  'https://a-b.c_d.example/',
  'https://127.0.0.1.example.com/',
  'https://10.example/',
  'https://1.1.1.1/',
  'https://8.8.8.8:8443/',
  'https://134744072/',
  'https://172.15.255.255/',
  'https://172.32.0.1/',
  'https://100.128.0.1/',
  'https://169.253.1.1/',
  'https://223.255.255.254/',
  'https://webhook.site/018bcfe5-6800-715c-9c65-60500d043110',
  'https://abc123.ngrok.io/webhooks/cathcr',
  `https://example.com/${'x'.repeat(2028)}`,
];

const isPublic = (address: string) => isCallableAddress(address, 'public');

describe('where a webhook may point in public', () => {
  test.each(Object.entries(HOSTILE).flatMap(([fault, urls]) => urls.map((url) => [url, fault])))(
    '%.60j is refused: %s',
    (url, fault) => {
      expect(findUrlFault(url, 'public')).toBe(fault);
    },
  );

  test.each(BENIGN)('%j is let through', (url) => {
    expect(findUrlFault(url, 'public')).toBeUndefined();
  });
});

describe('where a webhook may point on a laptop', () => {
  test.each([
    'http://127.0.0.1:3000/_local/inbox/a',
    'http://localhost:80/',
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

  test.each(['1.1.1.1', '9.255.255.255', '11.0.0.0', '126.255.255.255', '128.0.0.1', '192.167.255.255'])(
    '%s may be called',
    (address) => {
      expect(isPublic(address)).toBe(true);
    },
  );

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

import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createPost, OwnTroubleError } from '../../../lambdas/outbound/post.ts';
import { givenReceiver, givenRequest, givenServer } from './given-receiver.ts';

const REFUSED = 'URL points to an address that is not public IPv4';

describe('in public', () => {
  test.each([
    ['http', '127.0.0.1'],
    ['https', '127.0.0.1'],
    ['http', 'localhost'],
    ['https', 'localhost'],
    ['http', '127.1'],
    ['http', '0x7f000001'],
    ['http', '0.0.0.0'],
    ['http', '[::1]'],
    ['http', '[::ffff:127.0.0.1]'],
  ])('%s://%s is refused before a byte, or a connection, reaches who listens there', async (scheme, host) => {
    const { url, sockets } = await givenServer(createServer());
    const there = `${scheme}://${host}:${new URL(url).port}/`;
    const { result, response } = await createPost('public')(givenRequest(there));
    expect(result).toMatchObject({ statusCode: null, error: REFUSED });
    expect(response).toBeUndefined();
    expect(sockets).toEqual([]);
  });

  test.each(['10.0.0.1', '169.254.169.254', '192.168.0.1', '[fd00:ec2::254]'])(
    'https://%s is refused without a try to connect',
    async (host) => {
      const { result } = await createPost('public')(givenRequest(`https://${host}/latest/meta-data/`));
      expect(result.error).toBe(REFUSED);
    },
  );
});

describe('on a laptop', () => {
  test('localhost is called', async () => {
    const receiver = await givenReceiver((response) => response.end());
    const { result } = await createPost('any')(givenRequest(receiver.url.replace('127.0.0.1', 'localhost')));
    expect(result.statusCode).toBe(200);
  });

  test('IPv6 is not, as the addresses that requests come from are IPv4', async () => {
    const { result } = await createPost('any')(givenRequest('http://[::1]:9/'));
    expect(result.error).toBe(REFUSED);
  });
});

// Linux alone says ENETUNREACH for sure; there the broadcast address is never a TCP peer.
test.runIf(process.platform === 'linux')(
  'no route to go out by is our own trouble, and no attempt',
  async () => {
    const posted = createPost('any')(givenRequest('http://255.255.255.255:9/'));
    await expect(posted).rejects.toThrow(OwnTroubleError);
  },
);

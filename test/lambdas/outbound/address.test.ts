import { once } from 'node:events';
import * as http from 'node:http';
import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { AddressRefusedError, createAgents } from '../../../lambdas/outbound/connection.ts';
import { createPost, OwnTroubleError } from '../../../lambdas/outbound/post.ts';
import { lookupHost, resolveHost } from '../../../lambdas/outbound/resolve-host.ts';
import { givenConnections, givenCrookedNetwork } from './given-connections.ts';
import { givenReceiver, givenRequest, givenServer, until } from './given-receiver.ts';

const REFUSED = 'URL points to an address that is not public IPv4';
const PUBLIC = '93.184.216.34';

/** A resolver that gives these answers one after the other, the last one for ever; how often it was asked. */
function givenAnswers(...answers: string[][]) {
  const asked: string[] = [];
  const lookUp = async (hostname: string) => {
    asked.push(hostname);
    return answers[Math.min(asked.length, answers.length) - 1] ?? [];
  };
  return { asked, lookUp };
}

describe('in public', () => {
  test.each(['127.0.0.1', '127.1', '0x7f000001', '0.0.0.0', '[::1]', '[::ffff:127.0.0.1]'])(
    'https://%s is refused before a connection reaches who listens there',
    async (host) => {
      const { url, sockets } = await givenServer(createServer());
      const there = `https://${host}:${new URL(url).port}/`;
      const { result, response } = await createPost('public')(givenRequest(there));
      expect(result).toMatchObject({ statusCode: null, error: REFUSED });
      expect(response).toBeUndefined();
      expect(sockets).toEqual([]);
    },
  );

  test.each([
    [['127.0.0.1']],
    [['169.254.169.254']],
    [['168.63.129.16']],
    [[PUBLIC, '10.0.0.1']],
    [['10.0.0.1', PUBLIC]],
    [[PUBLIC, PUBLIC, '0.0.0.0']],
    [['::1']],
    [['::ffff:127.0.0.1']],
    [[PUBLIC, '2606:4700:4700::1111']],
    [['']],
    [[]],
  ])('a name that resolves to %j is refused, and none of them is called', async (addresses) => {
    const connections = givenConnections();
    const { lookUp } = givenAnswers(addresses);
    const { result } = await createPost('public', { lookUp })(givenRequest('https://your-app.com/'));
    expect(result).toMatchObject({ statusCode: null, error: REFUSED });
    expect(connections.map(({ remoteAddress }) => remoteAddress)).toEqual([undefined]);
  });

  test('a name that was public as it was saved, and is private as it is called, is refused', async () => {
    const { lookUp } = givenAnswers([PUBLIC], ['127.0.0.1']);
    expect(await resolveHost('your-app.com', lookUp)).toEqual([PUBLIC]);
    const { result } = await createPost('public', { lookUp })(givenRequest('https://your-app.com/'));
    expect(result.error).toBe(REFUSED);
  });

  test("the system's resolver is checked as any other", async () => {
    const { url, sockets } = await givenServer(createServer());
    const agents = createAgents('public', { keepAlive: true, connectTimeoutMs: 1000, lookUp: lookupHost });
    const request = http.request(url.replace('127.0.0.1', 'localhost'), { agent: agents.plain });
    const [error] = await once(request, 'error');
    expect(error).toBeInstanceOf(AddressRefusedError);
    expect(sockets).toEqual([]);
  });

  test('a peer other than the one that was asked for is sent nothing', async () => {
    const heard: Buffer[] = [];
    const listener = createServer((socket) => socket.on('data', (chunk) => heard.push(chunk)));
    const { url, sockets } = await givenServer(listener);
    const tried = givenCrookedNetwork(Number(new URL(url).port));
    const { result } = await createPost('public')(givenRequest(`https://${PUBLIC}/`));
    expect(result.error).toBe(REFUSED);
    expect(tried).toEqual([`${PUBLIC} 443`]);
    await until(() => sockets.length === 1 && sockets.every(({ destroyed }) => destroyed));
    expect(heard).toEqual([]);
  });

  test('a URL that was saved under a laxer policy is refused', async () => {
    const receiver = await givenReceiver((response) => response.end());
    const { result } = await createPost('public')(givenRequest(receiver.url));
    expect(result.error).toBe('URL does not begin with https://');
    expect(receiver.received).toEqual([]);
  });
});

describe('a name', () => {
  const port = (url: string) => new URL(url).port;

  test('is looked up once, and the address that was checked is the one that is called', async () => {
    const receiver = await givenReceiver((response) => response.end());
    const { asked, lookUp } = givenAnswers(['127.0.0.1'], ['127.0.0.2']);
    const post = createPost('any', { lookUp });
    const { result } = await post(givenRequest(`http://your-app.com:${port(receiver.url)}/`));
    expect(result.statusCode).toBe(200);
    expect(asked).toEqual(['your-app.com']);
  });

  test('that means another address by now is still called where its connection was opened to', async () => {
    const receiver = await givenReceiver((response) => response.end());
    const { asked, lookUp } = givenAnswers(['127.0.0.1'], ['::1']);
    const post = createPost('any', { lookUp });
    const request = givenRequest(`http://your-app.com:${port(receiver.url)}/`);
    await post(request);
    expect((await post(request)).result.statusCode).toBe(200);
    expect(asked).toHaveLength(1);
    expect(receiver.sockets).toHaveLength(1);
  });

  test('is checked for the second try on a new connection as for the first', async () => {
    const receiver = await givenReceiver((response, { socket }, count) => {
      if (count > 1) socket.resetAndDestroy();
      else response.end();
    });
    const { asked, lookUp } = givenAnswers(['127.0.0.1'], ['::1']);
    const post = createPost('any', { lookUp });
    const request = givenRequest(`http://your-app.com:${port(receiver.url)}/`);
    await post(request);
    expect((await post(request)).result.error).toBe(REFUSED);
    expect(asked).toHaveLength(2);
    expect(receiver.sockets).toHaveLength(1);
  });

  test('that the resolver says nothing of is given up in time', async () => {
    const lookUp = () => new Promise<never>(() => {});
    const connections = givenConnections();
    const post = createPost('any', { lookUp, timeoutMs: 50 });
    expect((await post(givenRequest('http://your-app.com/'))).result.error).toBe('Connection timeout');
    await until(() => connections.every(({ destroyed }) => destroyed));
  });
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
  'no route to go out by is our own trouble, and no attempt; its error, which is logged, does not tell where to',
  async () => {
    const posted = createPost('any')(givenRequest('http://255.255.255.255:9/'));
    await expect(posted).rejects.toThrow(OwnTroubleError);
    expect(inspect(await posted.catch((error: unknown) => error))).not.toContain('255.255');
  },
);

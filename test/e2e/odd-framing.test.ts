import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { MAX_EVENT_BYTES } from '../../core/event.ts';
import { send } from '../hostile/send.ts';
import { needing } from './needs.ts';
import { eventually, useMade, useSystem } from './system.ts';
import { givenTenant } from './tenants.ts';

/** Requests byte by byte, as no client would write them. `{auth}` stands for the headers of a
 * valid key and of a connection that is to be closed. */
const ODD_REQUESTS: Record<string, string> = {
  'two lengths':
    'POST /webhooks HTTP/1.1\r\nHost: x\r\n{auth}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x',
  'a length and chunks':
    'POST /webhooks HTTP/1.1\r\nHost: x\r\n{auth}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /webhooks HTTP/1.1\r\nHost: x\r\n\r\n',
  'a negative length': 'POST /webhooks HTTP/1.1\r\nHost: x\r\n{auth}Content-Length: -1\r\n\r\n{}',
  'a length of no number': 'POST /webhooks HTTP/1.1\r\nHost: x\r\n{auth}Content-Length: 0x2\r\n\r\n{}',
  'a chunk of no size':
    'POST /webhooks HTTP/1.1\r\nHost: x\r\n{auth}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n',
  'chunks in disguise':
    'POST /webhooks HTTP/1.1\r\nHost: x\r\n{auth}Transfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
  'chunks with extensions':
    'POST /webhooks HTTP/1.1\r\nHost: x\r\n{auth}Transfer-Encoding: chunked\r\n\r\n2;a=b\r\n{}\r\n0\r\nX: y\r\n\r\n',
  'two credentials': 'GET /webhooks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\n{auth}\r\n',
  'a NUL in a header': 'GET /webhooks HTTP/1.1\r\nHost: x\r\n{auth}X: a\0b\r\n\r\n',
  'a folded header': 'GET /webhooks HTTP/1.1\r\nHost: x\r\n{auth}X: a\r\n b\r\n\r\n',
  'a header without a colon': 'GET /webhooks HTTP/1.1\r\nHost: x\r\n{auth}nonsense\r\n\r\n',
  'a space before the colon': 'GET /webhooks HTTP/1.1\r\nHost : x\r\n{auth}\r\n',
  'headers without end': `GET /webhooks HTTP/1.1\r\nHost: x\r\n{auth}X: ${'x'.repeat(100_000)}\r\n\r\n`,
  'a path without end': `GET /webhooks/${'x'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\n{auth}\r\n`,
  'bare line feeds': 'GET /webhooks HTTP/1.1\nHost: x\nConnection: close\n\n',
  'no host': 'GET /webhooks HTTP/1.1\r\n{auth}\r\n',
  'an old version': 'GET /webhooks HTTP/1.0\r\n{auth}\r\n',
  'a version that is none': 'GET /webhooks HTTP/9.9\r\nHost: x\r\n{auth}\r\n',
  'a method in small letters': 'get /webhooks HTTP/1.1\r\nHost: x\r\n{auth}\r\n',
  'no path': 'OPTIONS * HTTP/1.1\r\nHost: x\r\n{auth}\r\n',
  'bytes beyond ASCII in its path': 'GET /webhooks/\u00ff\u00fe HTTP/1.1\r\nHost: x\r\n{auth}\r\n',
  'the address of another host': 'GET http://169.254.169.254/latest HTTP/1.1\r\nHost: x\r\n{auth}\r\n',
  'no HTTP': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
};

/** All that is answered to these bytes until the server hangs up. */
function exchangeBytes(url: string, bytes: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let told = '';
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(bytes, 'latin1'));
    socket.on('data', (chunk: Buffer) => {
      told += chunk.toString();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(told));
  });
}

needing('laptop').describe('a request that is oddly framed', () => {
  const system = useSystem();
  const tenant = useMade(() => givenTenant(system, 'framed'));

  const expectWell = async () => {
    const { key } = tenant;
    expect((await system.call('GET', '/webhooks', { key })).body.webhooks).toHaveLength(2);
  };

  test.each(Object.entries(ODD_REQUESTS))('with %s fails nothing, and makes nothing', async (_, request) => {
    const auth = `Authorization: Bearer ${tenant.key}\r\nConnection: close\r\n`;
    const told = await exchangeBytes(system.url, request.replace('{auth}', auth));
    expect(told.match(/^HTTP\/1\.1 \d+/gm) ?? []).not.toContainEqual(expect.stringMatching(/ (5\d\d|201)$/));
    expect(told).not.toContain(tenant.key);
    await expectWell();
  });

  test('that breaks off fails nothing, and makes nothing', async () => {
    const { hostname, port } = new URL(system.url);
    const head = `POST /webhooks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${tenant.key}\r\n`;
    const socket = connect({ host: hostname, port: Number(port) });
    await new Promise((resolve) => socket.write(`${head}Content-Length: 500\r\n\r\n{`, resolve));
    socket.destroy();
    await expectWell();
  });

  test.each([
    ['over 256 KiB', MAX_EVENT_BYTES + 1, 'application/problem+json'],
    ['over 10 MB', 10 * 1024 * 1024 + 1, 'application/json'],
  ])(
    'with a body %s is refused on every route that takes one, before anybody is asked who they are',
    async (_, size, type) => {
      for (const path of ['/webhooks', `/webhooks/${tenant.webhookId}/test`, '/events', '/nothing']) {
        const request = {
          method: 'POST',
          path,
          headers: { 'content-type': 'text/plain' },
          body: ' '.repeat(size),
        };
        const { status, headers } = await send(system.url, request);
        expect([status, headers.get('content-type')]).toEqual([413, type]);
      }
      await eventually(expectWell);
    },
  );
});

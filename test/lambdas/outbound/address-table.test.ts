import { once } from 'node:events';
import * as http from 'node:http';
import * as https from 'node:https';
import { describe, expect, test } from 'vitest';
import { ADDRESS_FAULT, literalAddressOf } from '../../../core/address-policy.ts';
import { AddressRefusedError, createAgents } from '../../../lambdas/outbound/connection.ts';
import { createPost } from '../../../lambdas/outbound/post.ts';
import { BENIGN_URLS, HOSTILE_ROWS, HOSTILE_URLS } from '../../core/given-urls.ts';
import { givenNoNetwork } from './given-connections.ts';
import { givenRequest } from './given-receiver.ts';

/** A resolver that knows no name; every name it was asked for. */
function givenNoNames() {
  const asked: string[] = [];
  const lookUp = async (hostname: string) => {
    asked.push(hostname);
    throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
  };
  return { asked, lookUp };
}

async function whenPosted(url: string) {
  const tried = givenNoNetwork();
  const { asked, lookUp } = givenNoNames();
  const { result } = await createPost('public', { lookUp })(givenRequest(url));
  return { error: result.error, tried, asked };
}

describe('a request in public', () => {
  test.each(HOSTILE_ROWS)('to %j is never begun: %s', async (url, fault) => {
    expect(await whenPosted(url)).toEqual({ error: `URL ${fault}`, tried: [], asked: [] });
  });

  test.each(BENIGN_URLS)('to %j goes to that very place', async (text) => {
    const url = new URL(text);
    const port = url.port || '443';
    expect(await whenPosted(text)).toEqual(
      literalAddressOf(url)
        ? { error: 'Connection refused', tried: [`${url.hostname} ${port}`], asked: [] }
        : { error: 'DNS lookup failed', tried: [`${url.hostname} ${port}`], asked: [url.hostname] },
    );
  });
});

describe('the agents by themselves', () => {
  test.each(HOSTILE_URLS[ADDRESS_FAULT] ?? [])('make no connection to %j', async (url) => {
    const tried = givenNoNetwork();
    const { lookUp } = givenNoNames();
    const agents = createAgents('public', { keepAlive: true, connectTimeoutMs: 1000, lookUp });
    const { host, pathname } = new URL(url);
    const errors = await Promise.all([
      once(https.request(url, { agent: agents.secure }), 'error'),
      once(http.request(`http://${host}${pathname}`, { agent: agents.plain }), 'error'),
    ]);
    for (const [error] of errors) expect(error).toBeInstanceOf(AddressRefusedError);
    expect(tried).toEqual([]);
  });
});

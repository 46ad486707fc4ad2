import { createServer } from 'node:https';
import tls from 'node:tls';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { CERTIFICATE_OF_ANOTHER, CERTIFICATE_OF_LOOPBACK, TEST_KEY } from './given-certificates.ts';
import { givenPost, givenRequest, givenServer } from './given-receiver.ts';

/** Trusts the authority of this certificate alone, until the test is over. */
function givenTrust(certificate: string) {
  const { createSecureContext } = tls;
  const spy = vi
    .spyOn(tls, 'createSecureContext')
    .mockImplementation((options) => createSecureContext({ ...options, ca: certificate }));
  onTestFinished(() => spy.mockRestore());
}

/** What comes of a request to a receiver at a literal address, over TLS, that shows this certificate. */
async function whenPosted(cert: string, host = '127.0.0.1') {
  const received: (string | undefined)[] = [];
  const server = createServer({ key: TEST_KEY, cert }, (request, response) => {
    received.push(request.headers.host);
    response.end();
  });
  const { url } = await givenServer(server);
  const { port } = new URL(url);
  const { result } = await givenPost()(givenRequest(`https://${host}:${port}/hook`));
  return { result, received };
}

describe('TLS, where the authority of the certificate is trusted,', () => {
  test('to a literal address takes a certificate of that address', async () => {
    givenTrust(CERTIFICATE_OF_LOOPBACK);
    const { result, received } = await whenPosted(CERTIFICATE_OF_LOOPBACK);
    expect(result).toMatchObject({ statusCode: 200, error: undefined });
    expect(received).toHaveLength(1);
  });

  test('to a literal address refuses a certificate of another, and sends nothing', async () => {
    givenTrust(CERTIFICATE_OF_ANOTHER);
    const { result, received } = await whenPosted(CERTIFICATE_OF_ANOTHER);
    expect(result).toMatchObject({ statusCode: null, error: 'TLS certificate is for another host' });
    expect(received).toEqual([]);
  });

  test('to a name refuses a certificate of the address that it resolves to', async () => {
    givenTrust(CERTIFICATE_OF_LOOPBACK);
    const { result, received } = await whenPosted(CERTIFICATE_OF_LOOPBACK, 'localhost');
    expect(result).toMatchObject({ statusCode: null, error: 'TLS certificate is for another host' });
    expect(received).toEqual([]);
  });
});

test('TLS refuses a certificate of an authority that nobody trusts, and sends nothing', async () => {
  const { result, received } = await whenPosted(CERTIFICATE_OF_LOOPBACK);
  expect(result).toMatchObject({ statusCode: null, error: 'TLS certificate is self-signed' });
  expect(received).toEqual([]);
});

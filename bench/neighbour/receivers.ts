import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Just not slow: ms. */
const UNHURRIED_MS = 2500;

/**
 * The receivers of all customers, in a process of its own, so that they answer though the runtime is busy. What comes
 * to `/hanging` is never answered, to `/unhurried` after a while, to all others at once; the parent is told of what
 * comes to `/other`.
 */
const server = createServer((request, response) => {
  const at = Date.now();
  request.resume();
  if (request.url === '/hanging') return;
  if (request.url === '/other') process.send?.({ deliveryId: request.headers['x-cathcr-delivery'], at });
  if (request.url === '/unhurried') setTimeout(() => response.end(), UNHURRIED_MS);
  else response.end();
});

server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit());

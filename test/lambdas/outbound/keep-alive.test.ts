import { describe, expect, test } from 'vitest';
import { givenPost, givenReceiver, givenRequest, until } from './given-receiver.ts';

/** Once all that is under way on the wire between the two has come through. */
const whenSettled = () => new Promise((resolve) => setTimeout(resolve, 60));

describe('a connection that is kept alive', () => {
  test('takes the next request', async () => {
    const receiver = await givenReceiver((response) => response.end('ok'));
    const post = givenPost();
    for (let i = 0; i < 3; i += 1) await post(givenRequest(receiver.url));
    expect(receiver.received).toHaveLength(3);
    expect(receiver.sockets).toHaveLength(1);
  });

  test('takes no more once its response was cut off', async () => {
    const receiver = await givenReceiver((response, _, count) => {
      if (count > 1) response.end();
      else response.end('x'.repeat(200 * 1024));
    });
    const post = givenPost();
    await post(givenRequest(receiver.url));
    expect((await post(givenRequest(receiver.url))).result.statusCode).toBe(200);
    expect(receiver.sockets).toHaveLength(2);
  });

  test('that the receiver has closed meanwhile costs no attempt: a new one takes the request', async () => {
    const receiver = await givenReceiver((response) => response.end());
    const post = givenPost();
    await post(givenRequest(receiver.url));
    receiver.sockets[0]?.destroy();
    await until(() => receiver.sockets[0]?.destroyed === true);
    expect((await post(givenRequest(receiver.url))).result).toMatchObject({
      statusCode: 200,
      error: undefined,
    });
    expect(receiver.received).toHaveLength(2);
    expect(receiver.sockets).toHaveLength(2);
  });

  test('that dies as the request arrives is tried once more on a new one, in the same attempt', async () => {
    const receiver = await givenReceiver((response, { socket }, count) => {
      if (count === 2) socket.resetAndDestroy();
      else response.end();
    });
    const post = givenPost();
    await post(givenRequest(receiver.url));
    expect((await post(givenRequest(receiver.url))).result).toMatchObject({
      statusCode: 200,
      error: undefined,
    });
    expect(receiver.received.map(({ body }) => body)).toEqual(Array(3).fill('{"content":"naïve 🔗"}'));
    expect(receiver.sockets).toHaveLength(2);
  });

  test('that dies, and the new one too, is a failure', async () => {
    const receiver = await givenReceiver((response, { socket }, count) => {
      if (count > 1) socket.resetAndDestroy();
      else response.end();
    });
    const post = givenPost();
    await post(givenRequest(receiver.url));
    expect((await post(givenRequest(receiver.url))).result.error).toBe('Connection reset');
    expect(receiver.received).toHaveLength(3);
  });

  test('is tried no more than once more, however many are kept', async () => {
    const waiting: (() => void)[] = [];
    const receiver = await givenReceiver((response, { socket }, count) => {
      if (count > 3) socket.resetAndDestroy();
      else waiting.push(() => response.end());
      if (count === 3) for (const answer of waiting) answer();
    });
    const post = givenPost();
    await Promise.all([1, 2, 3].map(() => post(givenRequest(receiver.url))));
    expect(receiver.sockets).toHaveLength(3);
    expect((await post(givenRequest(receiver.url))).result.error).toBe('Connection reset');
    expect(receiver.received).toHaveLength(3 + 2);
  });

  test('on which no response comes in time does not send the request again', async () => {
    const receiver = await givenReceiver((response, _, count) => {
      if (count === 1) response.end();
    });
    const post = givenPost({ timeoutMs: 150 });
    await post(givenRequest(receiver.url));
    expect((await post(givenRequest(receiver.url))).result.error).toBe('Connection timeout');
    await whenSettled();
    expect(receiver.received).toHaveLength(2);
  });

  test('that breaks off in a response does not send the request again', async () => {
    const receiver = await givenReceiver((response, { socket }, count) => {
      const breakOff = () => setTimeout(() => socket.resetAndDestroy(), 20);
      if (count === 1) response.end();
      else response.writeHead(200, { 'content-length': 100 }).write('begun', breakOff);
    });
    const post = givenPost();
    await post(givenRequest(receiver.url));
    expect((await post(givenRequest(receiver.url))).result).toMatchObject({
      statusCode: 200,
      error: undefined,
    });
    await whenSettled();
    expect(receiver.received).toHaveLength(2);
  });
});

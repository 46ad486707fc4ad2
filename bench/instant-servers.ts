import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Webhook } from '../core/webhook.ts';

/** Answers at once, with as little work as can be. */
async function listen(answer: (request: IncomingMessage, body: string) => object | undefined) {
  const respond = (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const answered = answer(request, Buffer.concat(chunks).toString());
      const text = answered ? JSON.stringify(answered) : '';
      response.writeHead(200, {
        'content-type': 'application/x-amz-json-1.0',
        'content-length': Buffer.byteLength(text),
      });
      response.end(text);
    });
  };
  const server = createServer({ keepAliveTimeout: 60_000 }, respond).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}

/** A value of a webhook as DynamoDB's protocol writes it. */
function marshal(value: string | number | boolean | readonly string[]): object {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  return typeof value === 'boolean' ? { BOOL: value } : { L: value.map(marshal) };
}

/** The statistics of a webhook as they come back: its times, and counters of a dozen hours. */
const STATISTICS = {
  sheet: { N: '490000' },
  lastDeliveryAt: { N: '1800000000000' },
  lastSuccessAt: { N: '1800000000000' },
  ...Object.fromEntries(
    Array.from({ length: 12 }, (_, hour) => (490_000 + hour).toString(36)).flatMap((hour) =>
      ['n', '5', '6'].map((figure) => [`#${hour}${figure}`, { N: '1234' }]),
    ),
  ),
};

type Key = { readonly pk: { readonly S: string }; readonly sk: { readonly S: string } };

type BatchEntry = { readonly Id: string; readonly MessageBody: string };

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

/** A receiver that answers at once. */
export const startInstantReceiver = () => listen(() => undefined);

/** AWS as far as the Deliverer and the Dispatcher call it, which does nothing: everybody has these webhooks. */
export function startInstantAws(webhooks: readonly Webhook[]) {
  const items = webhooks.map(({ disabled, description, previousSecret, lastRotation, headers, ...webhook }) =>
    Object.fromEntries(Object.entries(webhook).map(([name, value]) => [name, marshal(value)])),
  );
  const itemOf = (key: Key) => ({ ...items[0], ...key, id: { S: key.sk.S.slice('WEBHOOK#'.length) } });
  const ANSWERS: Readonly<Record<string, (body: string) => object>> = {
    GetItem: (body) => ({ Item: itemOf((JSON.parse(body) as { Key: Key }).Key) }),
    BatchGetItem: (body) => {
      const { RequestItems } = JSON.parse(body) as { RequestItems: Record<string, { Keys: Key[] }> };
      const found = Object.entries(RequestItems).map(([table, { Keys }]) => [table, Keys.map(itemOf)]);
      return { Responses: Object.fromEntries(found), UnprocessedKeys: {} };
    },
    UpdateItem: () => ({ Attributes: STATISTICS }),
    BatchExecuteStatement: (body) => {
      const { Statements } = JSON.parse(body) as { Statements: readonly object[] };
      return { Responses: Statements.map(() => ({ TableName: 'table' })) };
    },
    Query: () => ({ Items: items, Count: items.length }),
    SendMessageBatch: (body) => {
      const { Entries } = JSON.parse(body) as { Entries: readonly BatchEntry[] };
      const taken = Entries.map(({ Id, MessageBody }) => ({
        Id,
        MessageId: Id,
        MD5OfMessageBody: md5(MessageBody),
      }));
      return { Successful: taken, Failed: [] };
    },
  };
  return listen(({ headers }, body) => {
    const operation = String(headers['x-amz-target']).split('.')[1] ?? '';
    return ANSWERS[operation]?.(body) ?? {};
  });
}

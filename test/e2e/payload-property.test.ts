import { spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { EVENT_CATALOGUE, type EventType, PUBLISHED_TYPES } from '../../core/event-catalogue.ts';
import { useCustomer } from './customer.ts';
import { needing } from './needs.ts';
import { PYTHON_VERIFICATION, verifyWebhookSignature } from './receiver.ts';
import { eventually, type Received, useSystem } from './system.ts';

const SECRET = 'your_webhook_secret: Grüße, 世界';
const TIMESTAMP = '2024-01-15T10:30:00Z';
const hasPython = spawnSync('python3', ['--version']).status === 0;

/** Any string: all of Unicode, halves of surrogate pairs, and what means something to JSON or to objects. */
const anyString = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 6 })
    .map((units) => String.fromCharCode(...units)),
  fc.constantFrom('', '2', '1', '-1', '__proto__', 'constructor', 'toString', '\ud83c', '\udf0d', '🌍'),
  fc.constantFrom(
    '\u0000',
    '\u2028',
    '\u2029',
    '\ufeff',
    '\ufffe',
    '\uffff',
    '"\\/\b\f\n\r\t',
    '}}',
    '","webhook_id":"x',
  ),
);

/** A string's JSON text, every character as itself or escaped; half a surrogate pair has no other form. */
const stringText = fc
  .tuple(anyString, fc.boolean())
  .map(([text, isEscaped]) =>
    isEscaped
      ? `"${Array.from({ length: text.length }, (_, i) => escapeUnit(text.charCodeAt(i))).join('')}"`
      : JSON.stringify(text),
  );
const escapeUnit = (unit: number) => `\\u${unit.toString(16).padStart(4, '0')}`;

/** A JSON text as it arrives: the two characters that SQS refuses have no form but this. */
const asItArrives = (text: string) =>
  text.replaceAll(/[\ufffe\uffff]/g, (character) => escapeUnit(character.charCodeAt(0)));

/** A number's JSON text: any double, those at the edges of doubles, and ones that no double holds exactly. */
const numberText = fc.oneof(
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((double) => (Object.is(double, -0) ? '-0' : `${double}`)),
  fc.constantFrom('1.7976931348623157e308', '5e-324', '2.2250738585072014E-308', '-0.0', '1e+21', '0.1'),
  fc.constantFrom('9007199254740991', '9007199254740993', '12345678901234567890.10', '1e-400'),
);

const { json: anyJson } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    stringText,
    numberText,
    fc.constantFrom('null', 'true', 'false'),
    fc.array(tie('json'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
    fc.array(fc.tuple(stringText, tie('json')), { maxLength: 4 }).map(objectText),
  ),
}));

/** An object's JSON text, of each name the first member. */
function objectText(members: readonly (readonly [string, string])[]): string {
  const named = new Map(members.toReversed().map(([name, value]) => [JSON.parse(name), `${name}:${value}`]));
  return `{${[...named.values()].join(',')}}`;
}

/** Names that the catalogue knows: what they hold is not open. */
const KNOWN_NAMES = new Set(
  JSON.stringify(
    PUBLISHED_TYPES.map((type) => EVENT_CATALOGUE[type].data.toJSONSchema({ io: 'input' })),
  ).match(/\w+/g),
);
const openMembers = (value: fc.Arbitrary<string>, constraints: fc.ArrayConstraints) =>
  fc.array(
    fc.tuple(
      stringText.filter((name) => !KNOWN_NAMES.has(JSON.parse(name))),
      value,
    ),
    constraints,
  );

/** JSON text of a valid value like `sample`, with open members among those of each of its objects. */
function decorate(sample: unknown, open: ReturnType<typeof openMembers>): fc.Arbitrary<string> {
  if (typeof sample !== 'object' || sample === null) return fc.constant(JSON.stringify(sample));
  if (Array.isArray(sample)) {
    return fc.tuple(...sample.map((item) => decorate(item, open))).map((items) => `[${items.join(',')}]`);
  }
  const own = Object.entries(sample).map(([name, value]) =>
    decorate(value, open).map((text) => [JSON.stringify(name), text] as const),
  );
  return fc
    .tuple(fc.tuple(...own), open)
    .chain(([known, more]) =>
      fc.shuffledSubarray([...known, ...more], { minLength: known.length + more.length }).map(objectText),
    );
}

type Published = { type: EventType; data: string };

/** A valid event of any type, the JSON text of its `data` with open members everywhere. */
const anyEvent = (open: ReturnType<typeof openMembers>): fc.Arbitrary<Published> =>
  fc
    .constantFrom(...PUBLISHED_TYPES)
    .chain((type) => decorate(EVENT_CATALOGUE[type].sample, open).map((data) => ({ type, data })));

/** A JSON text of up to 200 KB: a long text of any characters, or a long list. */
const anyLargeJson = fc
  .tuple(anyJson, fc.integer({ min: 50_000, max: 199_000 }), fc.boolean())
  .map(([json, bytes, isText]) => {
    const unit = isText ? JSON.stringify(json).slice(1, -1) : `${json},`;
    const times = Math.max(1, Math.floor(bytes / Buffer.byteLength(unit)));
    return isText ? `"${unit.repeat(times)}"` : `[${unit.repeat(times).slice(0, -1)}]`;
  });

/** Longer than a property takes: one that is cut off leaves what is on its way to the next. */
const TIMEOUT_MS = 120_000;

const signatureOf = ({ headers }: Received) => headers['x-cathcr-signature-256'] ?? '';

needing('exactBus').describe('any valid data', () => {
  const system = useSystem();
  const customer = useCustomer(system);
  let webhookId: string;
  /** All that arrived, for Python to verify at once. */
  const arrived: Received[] = [];

  beforeAll(async () => {
    const body = { url: system.inboxUrl('any'), events: ['*'], secret: SECRET };
    webhookId = (await customer.call('POST', '/webhooks', body)).body.id;
  });

  async function publish({ type, data }: Published): Promise<string> {
    const body = `{"event":"${type}","timestamp":"${TIMESTAMP}","data":${data}}`;
    const answer = await customer.call('POST', '/events', body);
    expect(answer.status, JSON.stringify(answer.body)).toBe(202);
    return `${asItArrives(body).slice(0, -1)},"webhook_id":"${webhookId}"}`;
  }

  /** Publishes a batch, and takes what arrives out of the inbox. */
  async function deliver(events: readonly Published[]) {
    const sent = await Promise.all(events.map(publish));
    const requests = await eventually(async () => {
      const found = await system.requests('any');
      expect(found.length).toBeGreaterThanOrEqual(events.length);
      return found;
    });
    await system.forget('any');
    arrived.push(...requests);
    return { sent, requests };
  }

  /** The very text arrives: the same JSON, its members in their order, its numbers to the last digit. */
  async function arrivesWhole(events: readonly Published[]) {
    const { sent, requests } = await deliver(events);
    expect(requests.map(({ body }) => body).toSorted()).toEqual(sent.toSorted());
    for (const request of requests) {
      expect(verifyWebhookSignature(request.body, signatureOf(request), SECRET)).toBe(true);
      expect(() => JSON.parse(request.body)).not.toThrow();
    }
  }

  test(
    'arrives equal as JSON with its members in order, and verifies in Node',
    async () => {
      const events = fc.array(anyEvent(openMembers(anyJson, { maxLength: 3 })), {
        minLength: 10,
        maxLength: 20,
      });
      await fc.assert(fc.asyncProperty(events, arrivesWhole), { numRuns: 10 });
    },
    TIMEOUT_MS,
  );

  test(
    'of 200 KB arrives so, too',
    async () => {
      const large = fc
        .tuple(
          fc.constantFrom(...PUBLISHED_TYPES),
          stringText.filter((name) => !KNOWN_NAMES.has(JSON.parse(name))),
          anyLargeJson,
        )
        .map(([type, name, json]) => {
          const sample = JSON.stringify(EVENT_CATALOGUE[type].sample);
          return { type, data: `${sample.slice(0, -1)},${name}:${json}}` };
        });
      await fc.assert(
        fc.asyncProperty(large, (event) => arrivesWhole([event])),
        { numRuns: 4 },
      );
    },
    TIMEOUT_MS,
  );

  test.skipIf(!hasPython)('verifies in Python (skipped without python3)', () => {
    const requests = arrived.map((request) => ({
      body: request.body,
      signature: signatureOf(request),
      secret: SECRET,
    }));
    expect(requests.length).toBeGreaterThan(100);
    const run = spawnSync('python3', ['-c', PYTHON_VERIFICATION], { input: JSON.stringify(requests) });
    expect(run.stdout.toString().trim(), run.stderr.toString()).toBe('True');
  });
});

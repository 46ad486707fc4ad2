import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { EVENT_CATALOGUE, EVENT_TYPES, type EventType } from '../../../core/event-catalogue.ts';
import { ROUTES, type RouteKey } from '../../../core/routes.ts';
import { CONTRACT_SAMPLES } from '../../contract-samples.ts';
import { DOCUMENT, findSchemaFaults } from '../../openapi.ts';

const ROUTE_KEYS = Object.keys(ROUTES) as RouteKey[];

const operationOf = (routeKey: string) => {
  const [method = '', path = ''] = routeKey.split(' ');
  return DOCUMENT.paths[path]?.[method.toLowerCase()];
};

type Place = { readonly path: readonly string[]; readonly value: any };

/** Everything inside a value that is an object, and where it stands. */
function* walk(value: unknown, path: readonly string[] = []): Generator<Place> {
  if (typeof value !== 'object' || value === null) return;
  yield { path, value };
  for (const [name, inner] of Object.entries(value)) {
    if (name !== 'example') yield* walk(inner, [...path, name]);
  }
}
const PLACES = [...walk(DOCUMENT)];

test('docs/openapi.json is what GET /openapi.json answers (vitest -u writes it anew)', async () => {
  await expect(`${JSON.stringify(DOCUMENT, null, 2)}\n`).toMatchFileSnapshot('../../../docs/openapi.json');
});

test('it is OpenAPI 3.1', async () => {
  const validator = new Validator();
  expect(await validator.validate(DOCUMENT)).toEqual({ valid: true });
  expect(validator.version).toBe('3.1');
  expect((await validator.validate({ ...DOCUMENT, paths: { '/x': { get: 1 } } })).valid).toBe(false);
});

/** What a reference leads to. */
const read = (ref: string) =>
  ref
    .slice(2)
    .split('/')
    .reduce((at, part) => at?.[part.replaceAll('~1', '/')], DOCUMENT);

describe('references', () => {
  const refs = PLACES.flatMap(({ value }) => ('$ref' in value ? [value.$ref as string] : []));

  test.each([...new Set(refs)])('%s leads to something', (ref) => expect(read(ref)).toBeDefined());

  test('lead to every component', () => {
    const components = Object.entries(DOCUMENT.components as Record<string, object>)
      .filter(([kind]) => kind !== 'securitySchemes')
      .flatMap(([kind, named]) => Object.keys(named).map((name) => `#/components/${kind}/${name}`));
    // A method that is not described has no operation that could refer to its refusal.
    const standsAlone = '#/components/responses/MethodNotAllowed';
    expect(components.filter((ref) => !refs.includes(ref))).toEqual([standsAlone]);
  });
});

describe('every route', () => {
  test.each(ROUTE_KEYS)('%s is there, with the scope that it takes', (routeKey) => {
    const { access } = ROUTES[routeKey];
    const operation = operationOf(routeKey);
    expect(operation).toMatchObject({ operationId: expect.any(String), summary: expect.any(String) });
    expect(DOCUMENT.tags.map(({ name }: { name: string }) => name)).toContain(operation.tags[0]);
    if (access === 'public') {
      expect(operation.security).toEqual([]);
      expect(operation).not.toHaveProperty('x-required-scope');
    } else {
      expect(operation).toMatchObject({ 'x-required-scope': access, security: [{ apiKey: [access] }] });
      expect(operation.description).toContain(`\`${access}\``);
      expect(Object.keys(operation.responses)).toEqual(expect.arrayContaining(['401', '403']));
    }
  });

  test('and nothing else', () => {
    const described = Object.entries(DOCUMENT.paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.toSorted()).toEqual([...ROUTE_KEYS].sort());
  });

  test('has an id of its own', () => {
    const ids = PLACES.flatMap(({ value }) => (value.operationId ? [value.operationId] : []));
    expect(ids).toHaveLength(ROUTE_KEYS.length + EVENT_TYPES.length);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each([
    ['GET /webhooks', ['Limit', 'Offset', 'Cursor']],
    ['GET /webhooks/{webhook_id}/logs', ['WebhookId', 'Limit', 'Cursor']],
    [
      'GET /webhooks/{webhook_id}/deliveries',
      ['WebhookId', 'Limit', 'Offset', 'Cursor', 'Status', 'Event', 'Since', 'Until'],
    ],
    ['POST /webhooks', ['IdempotencyKey']],
  ])('%s takes %j', (routeKey, parameters) => {
    const refs = operationOf(routeKey).parameters.map(({ $ref }: { $ref: string }) => $ref);
    expect(refs).toEqual(parameters.map((name) => `#/components/parameters/${name}`));
  });

  test('tells the limits of a page as the API keeps them', () => {
    const { Limit, Offset } = DOCUMENT.components.parameters;
    expect(Limit.schema).toEqual({ type: 'integer', minimum: 1, maximum: 100, default: 20 });
    expect(Offset.schema).toEqual({ type: 'integer', minimum: 0, maximum: 10_000 });
  });
});

/** What is wrong with what a receiver is sent of an event. */
const faultsOf = (type: EventType, envelope: unknown) => {
  const body = ['webhooks', type, 'post', 'requestBody', 'content', 'application/json', 'schema'];
  return findSchemaFaults(body, envelope);
};

describe('every event', () => {
  test('is there', () => expect(Object.keys(DOCUMENT.webhooks)).toEqual(EVENT_TYPES));

  test.each(EVENT_TYPES)('%s comes in its envelope, with its headers', (type) => {
    const { requestBody, parameters } = DOCUMENT.webhooks[type].post;
    expect(requestBody.content['application/json'].example).toMatchObject({
      event: type,
      data: EVENT_CATALOGUE[type].sample,
    });
    const names = parameters.map(
      ({ $ref }: { $ref: string }) => DOCUMENT.components.parameters[$ref.split('/').at(-1) ?? ''].name,
    );
    expect(names).toEqual([
      'X-Cathcr-Signature-256',
      'X-Cathcr-Signature-256-Next',
      'X-Cathcr-Delivery',
      'X-Cathcr-Event',
      'webhook-id',
      'webhook-timestamp',
      'webhook-signature',
    ]);
  });

  test.each(CONTRACT_SAMPLES)('$event is described as the contract shows it', (sample) => {
    const envelope = { ...sample, webhook_id: 'webhook_789' };
    expect(faultsOf(sample.event as EventType, envelope)).toBe('');
    expect(findSchemaFaults(['components', 'schemas', 'EventEnvelope'], envelope)).toBe('');
    expect(faultsOf(sample.event as EventType, { ...envelope, data: {} })).toContain("'user_id'");
    expect(findSchemaFaults(['components', 'schemas', 'PublishRequest'], sample)).toBe('');
  });
});

const EXAMPLES = PLACES.filter(({ value }) => value.example !== undefined && value.schema);

test('there is an example of every body', () => {
  const bodies = PLACES.filter(({ path }) => path.at(-2) === 'content' && path.at(-1) === 'application/json');
  const bare = bodies.filter(({ value }) => value.example === undefined).map(({ path }) => path[1]);
  expect(bare).toEqual(['/openapi.json']);
});

test.each(EXAMPLES.map(({ path, value }) => [path.join(' '), path, value.example]))(
  'the example of %s is valid',
  (_, path, example) => expect(findSchemaFaults([...path, 'schema'], example)).toBe(''),
);

test.each(Object.keys(DOCUMENT.components.schemas))('the schema %s is one', (name) => {
  expect(() => findSchemaFaults(['components', 'schemas', name], {})).not.toThrow();
});

describe('answers', () => {
  test('hold nothing that is not described', () => {
    const answer = {
      ...DOCUMENT.paths['/webhooks/{webhook_id}'].get.responses[200].content['application/json'],
    };
    const path = ['components', 'schemas', 'Webhook'];
    expect(findSchemaFaults(path, answer.example)).toBe('');
    expect(findSchemaFaults(path, { ...answer.example, more: 1 })).toContain('additional properties');
    const { id, ...less } = answer.example;
    expect(findSchemaFaults(path, less)).toContain("'id'");
  });
});

test('is readable: dates have a format and no pattern, and schemas refer to each other', () => {
  const dates = PLACES.filter(({ value }) => value.format === 'date-time');
  expect(dates.length).toBeGreaterThan(20);
  expect(dates.filter(({ value }) => value.pattern)).toEqual([]);
  const { schemas } = DOCUMENT.components;
  expect(schemas.DeliveryList.properties.deliveries.items).toEqual({ $ref: '#/components/schemas/Delivery' });
  expect(schemas.ThoughtCreatedData.properties.thought).toEqual({ $ref: '#/components/schemas/Thought' });
});

import { describe, expect, test } from 'vitest';
import { ConflictError } from '../../core/errors.ts';
import { acceptedAtOf } from '../../core/ids.ts';
import { createEndpoints, type Services } from '../../lambdas/events.ts';
import { NOW } from './given.ts';
import { givenClaims } from './given-claims.ts';
import { givenRequest } from './http/given-api.ts';

const DATA =
  '{ "thought_id": "t", "n": [1.10, 12345678901234567890], "2": 0, "1": 0, "user_id": "user_124" }';
const COMPACT_DATA = '{"thought_id":"t","n":[1.10,12345678901234567890],"2":0,"1":0,"user_id":"user_124"}';
const givenBody = (more = '') => `{"event":"thought.deleted"${more},"data":${DATA}}`;

/** What comes of a request to publish; claims are kept in the order in which they are made. */
async function whenPublished(
  body: string,
  { header, ...changes }: Partial<Services> & { header?: string } = {},
) {
  const done: string[] = [];
  const published: { type: string; detail: string }[] = [];
  const claims: { id: string; acceptedAt: number; hash: string; isPassedOn: boolean }[] = [];
  const services: Services = {
    now: () => NOW,
    claimEventId: async (id, claim) => {
      done.push('claim');
      claims.push({ id, ...claim });
      return { claim, isOwn: true };
    },
    publishEvent: async (type, detail) => {
      done.push('publish');
      published.push({ type, detail });
    },
    notePassedOn: async () => void done.push('note'),
    ...changes,
  };
  const headers = header === undefined ? {} : { 'idempotency-key': header };
  const publish = createEndpoints(services)['POST /events'];
  const answered = await publish(givenRequest({ body, headers })).catch((error: unknown) => ({ error }));
  return { answered, done, published, claims };
}

describe('an event without an id', () => {
  test('is accepted under one of its time, and published without a claim', async () => {
    const { answered, done, published } = await whenPublished(givenBody());
    expect(answered).toEqual({ status: 202, body: { id: expect.stringMatching(/^[0-9a-f-]{36}$/) } });
    expect(done).toEqual(['publish']);
    const { id } = (answered as { body: { id: string } }).body;
    expect(acceptedAtOf(id)).toBe(NOW);
    expect(JSON.parse(published[0]?.detail ?? '')).toMatchObject({ id, accepted_at: NOW });
  });

  test('is published under its name, its data to the last digit, in its order, without white space', async () => {
    const { published } = await whenPublished(givenBody(',"timestamp":"2024-01-15T10:30:00Z"'));
    expect(published[0]?.type).toBe('thought.deleted');
    expect(published[0]?.detail).toMatch(
      /^\{"id":"[0-9a-f-]{36}","accepted_at":\d+,"event":"thought.deleted",/,
    );
    expect(published[0]?.detail.endsWith(`,"timestamp":"2024-01-15T10:30:00Z","data":${COMPACT_DATA}}`)).toBe(
      true,
    );
  });
});

describe('an event with an id of its producer', () => {
  test.each([
    ['in the body', givenBody(',"id":"mine:1"'), undefined],
    ['as Idempotency-Key', givenBody(), 'mine:1'],
    ['as both', givenBody(',"id":"mine:1"'), 'mine:1'],
  ])('%s is claimed, published under it, and noted', async (_, body, header) => {
    const { answered, done, published, claims } = await whenPublished(body, { header });
    expect(answered).toEqual({ status: 202, body: { id: 'mine:1' } });
    expect(done).toEqual(['claim', 'publish', 'note']);
    expect(claims).toEqual([
      { id: 'mine:1', acceptedAt: NOW, hash: expect.stringMatching(/^[0-9a-f]{64}$/), isPassedOn: false },
    ]);
    expect(published[0]?.detail).toContain(`{"id":"mine:1","accepted_at":${NOW},`);
  });

  test('has one hash wherever its id is given', async () => {
    const inBody = await whenPublished(givenBody(',"id":"mine:1"'));
    const inHeader = await whenPublished(givenBody(), { header: 'mine:1' });
    expect(inBody.claims).toEqual(inHeader.claims);
  });

  test('keeps the time at which it first came', async () => {
    const { published } = await whenPublished(givenBody(), {
      header: 'mine:1',
      claimEventId: async (_, claim) => ({ claim: { ...claim, acceptedAt: NOW - 5000 }, isOwn: false }),
    });
    expect(JSON.parse(published[0]?.detail ?? '')).toMatchObject({ accepted_at: NOW - 5000 });
  });

  test('that is claimed, and may have been passed on, is published as a repeat', async () => {
    const publishing = { header: 'mine:1', claimEventId: givenClaims() };
    const notePassedOn = () => Promise.reject(new Error('throttled'));
    const first = await whenPublished(givenBody(), { ...publishing, notePassedOn });
    expect(first.answered).toMatchObject({ error: { message: 'throttled' } });
    const again = await whenPublished(givenBody(), publishing);
    expect(again.answered).toEqual({ status: 202, body: { id: 'mine:1' } });
    const details = [first, again].map(({ published }) => JSON.parse(published[0]?.detail ?? ''));
    expect(details.map(({ repeat }) => repeat)).toEqual([undefined, true]);
    const { repeat, ...same } = details[1];
    expect(same).toEqual(details[0]);
  });

  test('that was passed on before is accepted, and not published again', async () => {
    const { answered, done } = await whenPublished(givenBody(), {
      header: 'mine:1',
      claimEventId: async (_, claim) => ({ claim: { ...claim, isPassedOn: true }, isOwn: false }),
    });
    expect(answered).toEqual({ status: 202, body: { id: 'mine:1' } });
    expect(done).toEqual([]);
  });

  test('that was given to another event is a 409, and nothing is published', async () => {
    const { answered, done } = await whenPublished(givenBody(), {
      header: 'mine:1',
      claimEventId: async () => {
        throw new ConflictError({ field: 'id', detail: 'was given to another event before' });
      },
    });
    expect(answered).toMatchObject({ error: { status: 409, faults: [{ field: 'id' }] } });
    expect(done).toEqual([]);
  });

  test('that the bus did not take is not noted as passed on', async () => {
    const { answered, done } = await whenPublished(givenBody(), {
      header: 'mine:1',
      publishEvent: () => Promise.reject(new Error('throttled')),
    });
    expect(answered).toMatchObject({ error: { message: 'throttled' } });
    expect(done).toEqual(['claim']);
  });

  test.each([
    ['differs from that in the body', givenBody(',"id":"mine:1"'), 'mine:2'],
    ['is empty', givenBody(), ''],
    ['holds a space', givenBody(), 'mine 1'],
    ['is too long', givenBody(), 'x'.repeat(129)],
  ])('as Idempotency-Key that %s is refused by its name', async (_, body, header) => {
    const { answered, done } = await whenPublished(body, { header });
    expect(answered).toMatchObject({ error: { status: 400, faults: [{ field: 'Idempotency-Key' }] } });
    expect(done).toEqual([]);
  });
});

describe('what is no event', () => {
  test.each([
    ['', ['body']],
    ['{"event":', ['body']],
    ['[]', ['body']],
    ['{"event":"thought.made","data":{"thought_id":"t"},"extra":1}', ['data.user_id', 'event', 'extra']],
  ])('%j is refused with all at fault: %j', async (body, fields) => {
    const { answered, done } = await whenPublished(body);
    const { error } = answered as { error: { status: number; faults: { field: string }[] } };
    expect(error.status).toBe(400);
    expect(error.faults.map(({ field }) => field).sort()).toEqual(fields);
    expect(done).toEqual([]);
  });
});

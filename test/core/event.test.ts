import { describe, expect, test } from 'vitest';
import { InvalidRequestError } from '../../core/errors.ts';
import {
  acceptEvent,
  hashPublished,
  type PublishedEvent,
  readBusDetail,
  readPublishRequest,
  showBusDetail,
} from '../../core/event.ts';

const ACCEPTED_AT = Date.UTC(2026, 0, 15, 10, 30);
const DATA = '{"thought_id":"thought_456","user_id":"user_123"}';

const whenPublished = (text: string) => readPublishRequest(text, JSON.parse(text));
const whenOnTheBus = (text: string) => readBusDetail('cathcr', text, JSON.parse(text));

function faultsOf(read: () => unknown): string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof InvalidRequestError) return error.faults.map(({ field }) => field).sort();
    throw error;
  }
  return [];
}

const hashOf = (text: string) => hashPublished(whenPublished(text));

const hashOfNumber = (n: string) =>
  hashOf(`{"event":"thought.deleted","data":{"n":${n},"thought_id":"t","user_id":"u"}}`);
describe('a request to publish', () => {
  test('is read whole', () => {
    const text = `{"event":"thought.deleted","data":${DATA},"timestamp":"2024-01-15T10:30:00Z","id":"thought_456:1"}`;
    expect(whenPublished(text)).toEqual({
      id: 'thought_456:1',
      acceptedAt: undefined,
      type: 'thought.deleted',
      userId: 'user_123',
      timestamp: '2024-01-15T10:30:00Z',
      data: DATA,
    });
  });

  test('keeps data as it was written: order, digits, escapes, unknown members, white space in strings', () => {
    const data =
      '{"2":1.10,"1":12345678901234567890,"thought_id":" t \\u0041\\" ","user_id":"user_123","unknown":[null,{}]}';
    expect(whenPublished(`{"data": ${data} ,"event":"thought.deleted"}`).data).toBe(data);
  });

  test('has its data without the white space between tokens', () => {
    const data = '{\n\t"thought_id" : " t " ,\r\n "n": [ 1.10 , 2 ], "user_id":"user_123" }';
    expect(whenPublished(`{"event":"thought.deleted","data":${data}}`).data).toBe(
      '{"thought_id":" t ","n":[1.10,2],"user_id":"user_123"}',
    );
  });

  test('has all of its faults named at once', () => {
    const text =
      '{"event":"thought.made","data":{},"timestamp":"yesterday","id":"a b","extra":1,"__proto__":2}';
    expect(faultsOf(() => whenPublished(text))).toEqual([
      '__proto__',
      'data.user_id',
      'event',
      'extra',
      'id',
      'timestamp',
    ]);
  });

  test.each([
    ['{}', ['data', 'event']],
    ['{"event":"thought.deleted","data":{}}', ['data.thought_id', 'data.user_id']],
    ['{"event":"thought.made","data":{}}', ['data.user_id', 'event']],
    ['[]', ['body']],
    ['"thought.deleted"', ['body']],
    ['null', ['body']],
    ['{"event":"thought.deleted","data":[]}', ['data']],
    ['{"event":"thought.deleted","data":{"thought_id":"t","user_id":""}}', ['data.user_id']],
    ['{"event":"thought.deleted","data":{"thought_id":"t","user_id":7}}', ['data.user_id']],
    ['{"event":"thought.deleted","data":{"thought_id":"t","user_id":"\\ud83d"}}', ['data.user_id']],
    [
      `{"event":"thought.deleted","data":{"thought_id":"t","user_id":"${'u'.repeat(257)}"}}`,
      ['data.user_id'],
    ],
    [
      '{"event":"thought.deleted","data":{"thought_id":"t","__proto__":{"user_id":"user_123"}}}',
      ['data.user_id'],
    ],
    [`{"event":"thought.deleted","data":${DATA},"accepted_at":1}`, ['accepted_at']],
    [`{"event":"thought.deleted","data":${DATA},"webhook_id":"w"}`, ['webhook_id']],
  ])('%s is refused for %j', (text, fields) => {
    expect(faultsOf(() => whenPublished(text))).toEqual(fields);
  });

  test.each(['2024-01-15T10:30:00Z', '2024-01-15T10:30:00.123456Z', '2024-01-15T12:30:00+02:00'])(
    'may give %s as the time it happened',
    (timestamp) => {
      const text = `{"event":"thought.deleted","data":${DATA},"timestamp":"${timestamp}"}`;
      expect(whenPublished(text).timestamp).toBe(timestamp);
    },
  );

  test.each(['"2024-01-15T10:30:00"', '"2024-01-15"', '"2024-13-15T10:30:00Z"', '1705314600', 'null', '""'])(
    'may not give %s as the time it happened',
    (timestamp) => {
      const text = `{"event":"thought.deleted","data":${DATA},"timestamp":${timestamp}}`;
      expect(faultsOf(() => whenPublished(text))).toEqual(['timestamp']);
    },
  );

  test('may give a time of 64 characters, and none longer', () => {
    const withTime = (length: number) =>
      `{"event":"thought.deleted","data":${DATA},"timestamp":"2024-01-15T10:30:00.${'1'.repeat(length - 21)}Z"}`;
    expect(whenPublished(withTime(64)).timestamp).toHaveLength(64);
    expect(faultsOf(() => whenPublished(withTime(65)))).toEqual(['timestamp']);
  });

  test.each(['a', '!~', 'x'.repeat(128), 'order:42/created#1'])('may give the id %j', (id) => {
    const text = JSON.stringify({ event: 'thought.deleted', id, data: JSON.parse(DATA) });
    expect(whenPublished(text).id).toBe(id);
  });

  test.each(['', ' ', 'a b', 'x'.repeat(129), 'é', 'a\n', '\u0000', 7, null])(
    'may not give the id %j',
    (id) => {
      const text = JSON.stringify({ event: 'thought.deleted', id, data: JSON.parse(DATA) });
      expect(faultsOf(() => whenPublished(text))).toEqual(['id']);
    },
  );
});

describe('an event on the bus', () => {
  test('is shown by POST /events and read back the same, its id and time settled', () => {
    const published = whenPublished(
      `{"event":"thought.deleted","timestamp":"2024-01-15T10:30:00+01:00","data":{"thought_id": "t" ,"user_id":"user_\\u00312"}}`,
    );
    expect(whenOnTheBus(showBusDetail(published, 'event-1', ACCEPTED_AT))).toEqual({
      ...published,
      id: 'event-1',
      acceptedAt: ACCEPTED_AT,
    });
  });

  test('that is shown is JSON, with or without a timestamp, a repeat or not', () => {
    const published: PublishedEvent = { type: 'thought.deleted', userId: 'user_123', data: DATA };
    const shown = {
      id: 'id"',
      accepted_at: ACCEPTED_AT,
      event: 'thought.deleted',
      data: JSON.parse(DATA),
    };
    expect(JSON.parse(showBusDetail(published, 'id"', ACCEPTED_AT))).toEqual(shown);
    const again = showBusDetail({ ...published, isRepeat: true }, 'id"', ACCEPTED_AT);
    expect(JSON.parse(again)).toEqual({ ...shown, repeat: true });
    expect(whenOnTheBus(again).isRepeat).toBe(true);
  });

  test('has what SQS refuses as escapes, which are the same to whoever parses them', () => {
    const data = '{"thought_id":"a\uFFFE\uFFFFz","user_id":"user_123"}';
    const detail = showBusDetail(whenPublished(`{"event":"thought.deleted","data":${data}}`), 'id', 1);
    expect(detail).toContain('"a\\ufffe\\uffffz"');
    expect(JSON.parse(detail).data).toEqual(JSON.parse(data));
  });

  test.each(['\uFFFE', 'a\uFFFFb'])('may not be for a user whose id SQS refuses (%j)', (id) => {
    const data = { thought_id: 't', user_id: id };
    expect(faultsOf(() => whenPublished(JSON.stringify({ event: 'thought.deleted', data })))).toEqual([
      'data.user_id',
    ]);
  });

  test('says that it is a repeat, or nothing of it; to POST /events it may not say so', () => {
    const given = (repeat: string) =>
      `{"event":"thought.deleted","data":${DATA},"id":"a","accepted_at":1,"repeat":${repeat}}`;
    for (const repeat of ['false', '1', 'null']) {
      expect(faultsOf(() => whenOnTheBus(given(repeat)))).toEqual(['repeat']);
    }
    const text = `{"event":"thought.deleted","data":${DATA},"repeat":true}`;
    expect(faultsOf(() => whenPublished(text))).toEqual(['repeat']);
  });

  test.each(['0', '-1', '1.5', '"1"', 'null'])('may not have been accepted at %s', (acceptedAt) => {
    const text = `{"event":"thought.deleted","data":${DATA},"id":"a","accepted_at":${acceptedAt}}`;
    expect(faultsOf(() => whenOnTheBus(text))).toEqual(['accepted_at']);
  });
});

describe('an accepted event', () => {
  const published: PublishedEvent = { type: 'thought.deleted', userId: 'user_123', data: DATA };

  test('has the time that its producer gave it', () => {
    const event = acceptEvent({ ...published, timestamp: '2024-01-15T10:30:00Z' }, 'event-1', ACCEPTED_AT);
    expect(event).toEqual({
      id: 'event-1',
      type: 'thought.deleted',
      userId: 'user_123',
      acceptedAt: ACCEPTED_AT,
      timestamp: '2024-01-15T10:30:00Z',
      payload: `{"event":"thought.deleted","timestamp":"2024-01-15T10:30:00Z","data":${DATA}}`,
    });
  });

  test('has the time of acceptance where its producer gave none', () => {
    const event = acceptEvent(published, 'event-1', ACCEPTED_AT);
    expect(event.timestamp).toBe('2026-01-15T10:30:00.000Z');
    expect(JSON.parse(event.payload).timestamp).toBe('2026-01-15T10:30:00.000Z');
  });
});

describe('the hash by which two events of one id are told apart', () => {
  const first = hashOf(`{"event":"thought.deleted","data":${DATA}}`);

  test('is the same whatever the white space, the order of the members and the id', () => {
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOf(`{"id":"x", "data": ${DATA.replaceAll(',', ' , ')} , "event":"thought.deleted"}`)).toBe(
      first,
    );
  });

  test.each([
    [
      'type',
      `{"event":"user.preferences_updated","data":${DATA.slice(0, -1)},"preferences":{},"previous_values":{}}}`,
    ],
    ['timestamp', `{"event":"thought.deleted","timestamp":"2024-01-15T10:30:00Z","data":${DATA}}`],
    ['data', `{"event":"thought.deleted","data":${DATA.replace('456', '457')}}`],
    ['user', `{"event":"thought.deleted","data":${DATA.replace('user_123', 'user_124')}}`],
  ])('differs with the %s', (_, text) => {
    expect(hashOf(text)).not.toBe(first);
  });

  test('differs with a digit that a double does not hold', () => {
    expect(hashOfNumber('12345678901234567890')).not.toBe(hashOfNumber('12345678901234567891'));
  });

  test('is found for data of any depth that may be published', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(
      hashOf(`{"event":"thought.deleted","data":{"thought_id":"t","user_id":"u","deep":${deep}}}`),
    ).toMatch(/^[0-9a-f]{64}$/);
  });
});

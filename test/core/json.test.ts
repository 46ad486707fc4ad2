import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidRequestError } from '../../core/errors.ts';
import { compactJson, parseJson, sliceMembers, spliceMember } from '../../core/json.ts';
import { anyJsonObjectText, anyJsonText, anyWhiteSpace } from './json-texts.ts';

function isJson(text: string): boolean {
  try {
    return JSON.parse(text) !== undefined;
  } catch {
    return false;
  }
}

describe('parsing', () => {
  test('gives the value of a JSON text', () => {
    expect(parseJson(' {"a":[1,"b"]} ')).toEqual({ a: [1, 'b'] });
  });

  test.each(['', '{', '{"a":}', "{'a':1}", '{"a":1}x', 'undefined', '[1,]'])(
    'refuses %j, and names the body',
    (text) => {
      const parse = () => parseJson(text);
      expect(parse).toThrow(InvalidRequestError);
      expect(parse).toThrow(/^body is not JSON( at position \d+)?$/);
    },
  );

  test('quotes nothing of a text that it refuses: a secret may stand there', () => {
    const text = '{"secret":"kept to myself","url":"https://your-app.com/?token=t0ken"}';
    const change = fc.tuple(
      fc.nat(text.length),
      fc.nat(3),
      fc.constantFrom('', 'x', '"', '\n', '}', '\ufeff'),
    );
    fc.assert(
      fc.property(change, ([at, taken, put]) => {
        const broken = text.slice(0, at) + put + text.slice(at + taken);
        fc.pre(!isJson(broken));
        expect(() => parseJson(broken)).toThrow(/^body is not JSON( at position \d+)?$/);
      }),
    );
  });
});

describe('the members of an object', () => {
  test('are given as the very text they have, numbers to the last digit', () => {
    const text = '{ "n" : 1.10 , "big":12345678901234567890123 ,"o":{ "2":0, "1":0 }, "s":"\\u0041\\/" }';
    expect([...sliceMembers(text)]).toEqual([
      ['n', '1.10'],
      ['big', '12345678901234567890123'],
      ['o', '{ "2":0, "1":0 }'],
      ['s', '"\\u0041\\/"'],
    ]);
  });

  test('are found under their names however these are escaped', () => {
    expect(sliceMembers('{"\\u0064at\\u0061":[1]}').get('data')).toBe('[1]');
  });

  test('of an empty object are none', () => {
    expect(sliceMembers(' { } ').size).toBe(0);
  });

  test('are not mistaken by structure inside strings', () => {
    expect(sliceMembers('{"a":"}, \\"data\\":{","data":"\\\\"}').get('data')).toBe('"\\\\"');
  });

  test('of one name: the last is taken, as in parsing', () => {
    expect(sliceMembers('{"data":{"user_id":"a"},"data":{"user_id":"b"}}').get('data')).toBe(
      '{"user_id":"b"}',
    );
  });

  test('are taken from an event as large as may be, all of it escapes', () => {
    const long = `"${'\\n'.repeat(128 * 1024)}"`;
    expect(sliceMembers(`{"data":${long}}`).get('data')).toBe(long);
  });

  test('are those that parsing finds, for any object', () => {
    fc.assert(
      fc.property(anyWhiteSpace, anyJsonObjectText, anyWhiteSpace, (before, object, after) => {
        const text = before + object + after;
        const parsed = JSON.parse(text) as Record<string, unknown>;
        const members = sliceMembers(text);
        expect([...members.keys()].sort()).toEqual(Object.keys(parsed).sort());
        for (const [name, member] of members) {
          expect(member).toBe(member.trim());
          expect(text).toContain(member);
          expect(JSON.parse(member)).toEqual(Object.getOwnPropertyDescriptor(parsed, name)?.value);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a text without white space', () => {
  test('keeps what is in strings, and every digit', () => {
    expect(compactJson(' { "a b" : [ 1.10 ,\t"\\" \\\\" ,\r\n12345678901234567890 ] } ')).toBe(
      '{"a b":[1.10,"\\" \\\\",12345678901234567890]}',
    );
  });

  test('is of the same value, has none left between tokens, and is no shorter a second time', () => {
    fc.assert(
      fc.property(anyWhiteSpace, anyJsonText, (space, value) => {
        const text = space + value + space;
        const compact = compactJson(text);
        expect(JSON.parse(compact)).toEqual(JSON.parse(text));
        expect(compact.replaceAll(/"(?:[^"\\]|\\.)*"/g, '')).not.toMatch(/\s/);
        expect(compactJson(compact)).toBe(compact);
      }),
      { numRuns: 300 },
    );
  });
});

describe('an object with one member more', () => {
  test.each([
    [{}, '{"data":1.10}'],
    [{ a: 1 }, '{"a":1,"data":1.10}'],
  ])('%j passes its text on as it is', (object, text) => {
    expect(spliceMember(object, 'data', '1.10')).toBe(text);
  });
});

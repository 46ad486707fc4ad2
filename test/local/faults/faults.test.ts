import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Faults } from '../../../local/faults/faults.ts';
import { type FaultRule, readPlan } from '../../../local/faults/plan.ts';

const RULE: FaultRule = {
  fault: 'reset',
  at: '*',
  by: '*',
  rate: 1,
  times: Number.POSITIVE_INFINITY,
  inARow: 1,
  ms: 0,
};

const armed = (seed: number, ...rules: Partial<FaultRule>[]) => {
  const faults = new Faults();
  faults.arm({ seed, rules: rules.map((rule) => Object.assign({}, RULE, rule)) });
  return faults;
};

const drawMany = (faults: Faults, at: string, count: number) =>
  Array.from({ length: count }, () => faults.draw(['reset'], at));

test('nothing happens before a plan is armed, nor after it is disarmed', () => {
  const faults = new Faults();
  expect(faults.draw(['reset'], 'sqs:SendMessage')).toBeUndefined();
  faults.arm({ seed: 1, rules: [RULE] });
  expect(faults.draw(['reset'], 'sqs:SendMessage')).toMatchObject({ kind: 'reset' });
  faults.disarm();
  expect(faults.draw(['reset'], 'sqs:SendMessage')).toBeUndefined();
});

test('the same seed draws the same at each place, whatever happens at others in between', () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat(20), (seed, others) => {
      const rule = { rate: 0.5, ms: 1000 };
      const alone = drawMany(armed(seed, rule), 'here', 20);
      const faults = armed(seed, rule);
      const disturbed = alone.map(() => {
        drawMany(faults, 'there', others);
        return faults.draw(['reset'], 'here');
      });
      expect(disturbed).toEqual(alone);
    }),
  );
});

test('another seed draws otherwise', () => {
  const drawn = [1, 2, 3].map((seed) => JSON.stringify(drawMany(armed(seed, { rate: 0.5 }), 'here', 50)));
  expect(new Set(drawn).size).toBe(3);
});

test('a rate is kept to', () => {
  const hits = drawMany(armed(7, { rate: 0.2 }), 'here', 5000).filter(Boolean).length;
  expect(hits).toBeGreaterThan(850);
  expect(hits).toBeLessThan(1150);
});

test.each([
  [{ at: 'sqs:*' }, 'sqs:SendMessage', '', true],
  [{ at: 'sqs:*' }, 'dynamodb:PutItem', '', false],
  [{ at: '*:SendMessage' }, 'sqs:SendMessageBatch', '', false],
  [{ by: '*Deliverer*' }, 'sqs:SendMessage', 'Stack-DelivererABC', true],
  [{ by: '*Deliverer*' }, 'sqs:SendMessage', 'Stack-Dispatcher', false],
  [{ at: 'a.c' }, 'abc', '', false],
  [{ fault: 'slow' }, 'sqs:SendMessage', '', false],
] as const)('%j at %s by "%s": %s', (rule, at, by, happens) => {
  expect(armed(1, rule).draw(['reset'], at, by) !== undefined).toBe(happens);
});

test('a rule happens so many times and no more, and the next rule has its turn', () => {
  const faults = armed(1, { times: 2 }, { fault: 'failed', times: 1 });
  const kinds = Array.from({ length: 4 }, () => faults.draw(['reset', 'failed'], 'here')?.kind);
  expect(kinds).toEqual(['reset', 'reset', 'failed', undefined]);
});

test('an outage goes on at its place, so many times in a row, and counts once', () => {
  const faults = armed(1, { times: 1, inARow: 3 });
  const drawn = Array.from({ length: 5 }, () => faults.draw(['reset'], 'here') !== undefined);
  expect(drawn).toEqual([true, true, true, false, false]);
  expect(faults.draw(['reset'], 'there')).toBeUndefined();
});

test('what is counted is told by kind', () => {
  const faults = new Faults();
  faults.count('reset');
  faults.count('killed');
  faults.count('reset');
  expect(faults.counts).toEqual({ reset: 2, killed: 1 });
});

test('a plan needs to say which fault, and nothing else', () => {
  const plan = readPlan(Buffer.from('{"rules":[{"fault":"late"}]}'));
  expect(plan).toEqual({
    seed: 0,
    rules: [
      { fault: 'late', at: '*', by: '*', rate: 1, times: Number.POSITIVE_INFINITY, inARow: 1, ms: 500 },
    ],
  });
});

test.each([
  ['[]', 'the body is not a JSON object'],
  ['{"seeds":1}', 'unknown: seeds; known: seed, rules'],
  ['{"seed":1.5}', 'seed is not a whole number'],
  ['{"rules":{}}', 'rules is not a list'],
  ['{"rules":[1]}', 'rules[0] is not an object'],
  ['{"rules":[{"fault":"late"},{"fault":"lame"}]}', 'rules[1] has a fault that is none of throttled, '],
  ['{"rules":[{"fault":"late","rate":2}]}', 'rules[0] has a rate that is not from 0 to 1'],
  ['{"rules":[{"fault":"late","rate":"x","ms":-1}]}', 'has ms that are not a number from 0 up'],
  ['{"rules":[{"fault":"late","inARow":0}]}', 'has an inARow that is not a number from 1 up'],
  ['{"rules":[{"fault":"late","times":-1}]}', 'has times that are not a number from 0 up'],
  ['{"rules":[{"fault":"late","at":1}]}', 'has an at or a by that is no text'],
  ['{"rules":[{"fault":"late","where":"x"}]}', 'rules[0] does not know where'],
])('%s is refused: %s', (body, fault) => {
  expect(() => readPlan(Buffer.from(body))).toThrow(fault);
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide } from '../../../local/iam/decide.ts';
import { type Request, readStatements } from '../../../local/iam/statement.ts';
import { Properties } from '../../../local/stack/properties.ts';

const ROLE = 'arn:aws:iam::000000000000:role/r';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:work';

const read = (statements: object[], kind: 'identity' | 'resource' | 'trust' = 'identity') =>
  readStatements(new Properties('Policy', { Statement: statements }), kind);
const ask = (statements: object[], request: Partial<Request> = {}) =>
  decide(read(statements), ROLE, { action: 'sqs:SendMessage', resource: QUEUE, context: {}, ...request });

const some = <T>(...values: T[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 });
const conditions = fc.constantFrom(
  undefined,
  { StringEquals: { 'aws:SourceAccount': '000000000000' } },
  { ArnLike: { 'aws:SourceArn': 'arn:aws:sqs:*:*:w*' } },
  { Bool: { 'aws:SecureTransport': 'false' } },
);
const statementsOf = (effect: 'Allow' | 'Deny') =>
  fc.record({
    Effect: fc.constant(effect),
    Action: some('sqs:SendMessage', 'sqs:*', 'sqs:Receive*', '*', 'dynamodb:PutItem'),
    Resource: some(QUEUE, 'arn:aws:sqs:*:*:w?rk', '*', 'arn:aws:sqs:us-east-1:000000000000:other'),
    Condition: conditions,
  });
const policies = fc.array(fc.oneof(statementsOf('Allow'), statementsOf('Deny')), { maxLength: 5 });
const requests = fc.record({
  action: fc.constantFrom('sqs:SendMessage', 'sqs:ReceiveMessage', 'dynamodb:PutItem'),
  resource: fc.constantFrom(QUEUE, 'arn:aws:sqs:us-east-1:000000000000:other'),
  context: fc.constantFrom(
    {},
    { 'aws:SourceAccount': '000000000000', 'aws:SecureTransport': 'true' },
    { 'aws:SourceArn': QUEUE, 'aws:SecureTransport': 'false' },
  ),
});

describe('a decision', () => {
  test('is a denial wherever one statement denies, whatever stands around it', () => {
    fc.assert(
      fc.property(policies, statementsOf('Deny'), policies, requests, (before, denial, after, request) => {
        fc.pre(ask([denial], request) === 'Deny');
        expect(ask([...before, denial, ...after], request)).toBe('Deny');
      }),
    );
  });

  test('is not taken back by one more statement that allows', () => {
    fc.assert(
      fc.property(policies, statementsOf('Allow'), requests, (policy, allowance, request) => {
        const [before, after] = [ask(policy, request), ask([...policy, allowance], request)];
        expect(after).toBe(before ?? ask([allowance], request));
      }),
    );
  });

  test('does not depend on the order of statements', () => {
    fc.assert(
      fc.property(policies, requests, (policy, request) => {
        expect(ask(policy.toReversed(), request)).toBe(ask(policy, request));
      }),
    );
  });

  test('is none without a statement that allows', () => {
    fc.assert(
      fc.property(fc.array(statementsOf('Deny')), requests, (policy, request) => {
        expect(ask(policy, request)).not.toBe('Allow');
      }),
    );
  });
});

describe('a statement', () => {
  const allow = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: QUEUE };

  test.each<[string, object, Partial<Request>, boolean]>([
    ['its action and resource', {}, {}, true],
    ['its action in other letters', { Action: 'SQS:sendmessage' }, {}, true],
    ['another action', {}, { action: 'sqs:ReceiveMessage' }, false],
    ['another resource', {}, { resource: `${QUEUE}-2` }, false],
    ['its resource in other letters', { Resource: QUEUE.toUpperCase() }, {}, false],
    [
      'a condition that holds',
      { Condition: { StringLike: { 'AWS:sourceaccount': ['1*', '0*'] } } },
      { context: { 'aws:SourceAccount': '000000000000' } },
      true,
    ],
    ['a condition without its key', { Condition: { StringLike: { 'aws:SourceAccount': '*' } } }, {}, false],
    [
      'conditions of which one does not hold',
      { Condition: { StringEquals: { 'aws:SourceAccount': '0' }, Bool: { 'aws:SecureTransport': 'true' } } },
      { context: { 'aws:SourceAccount': '0', 'aws:SecureTransport': 'false' } },
      false,
    ],
    [
      'keys of which one does not hold',
      { Condition: { StringEquals: { 'aws:SourceAccount': '0', 'iam:PassedToService': 'a' } } },
      { context: { 'aws:SourceAccount': '0', 'iam:PassedToService': 'b' } },
      false,
    ],
    [
      'letters of another case',
      { Condition: { StringEquals: { 'iam:PassedToService': 'A' } } },
      { context: { 'iam:PassedToService': 'a' } },
      false,
    ],
    [
      'a negated condition without its key',
      { Condition: { ArnNotEquals: { 'aws:PrincipalArn': ROLE } } },
      {},
      true,
    ],
    [
      'none of the values that are negated',
      { Condition: { ArnNotEquals: { 'aws:PrincipalArn': [ROLE, `${ROLE}2`] } } },
      { context: { 'aws:PrincipalArn': `${ROLE}3` } },
      true,
    ],
    [
      'one of the values that are negated',
      { Condition: { ArnNotEquals: { 'aws:PrincipalArn': [ROLE, `${ROLE}2`] } } },
      { context: { 'aws:PrincipalArn': `${ROLE}2` } },
      false,
    ],
    [
      'any value that is wanted',
      { Condition: { 'ForAnyValue:StringEquals': { 'events:source': ['a', 'b'] } } },
      { context: { 'events:source': 'b' } },
      true,
    ],
    [
      'no value of which any is wanted',
      { Condition: { 'ForAnyValue:StringEquals': { 'events:source': 'a' } } },
      {},
      false,
    ],
  ])('with %s: %#', (_, statement, request, expected) => {
    expect(ask([{ ...allow, ...statement }], request)).toBe(expected ? 'Allow' : undefined);
  });

  test.each<[unknown, string, boolean]>([
    ['*', ROLE, true],
    [{ AWS: '*' }, ROLE, true],
    [{ AWS: [ROLE] }, ROLE, true],
    [{ AWS: `${ROLE}2` }, ROLE, false],
    [{ Service: 'events.amazonaws.com' }, 'events.amazonaws.com', true],
    [{ Service: ['a.amazonaws.com', 'events.amazonaws.com'] }, 'events.amazonaws.com', true],
    [{ Service: 'events.amazonaws.com' }, 'scheduler.amazonaws.com', false],
    [{ Service: 'events.amazonaws.com' }, ROLE, false],
  ])('of a resource for %j speaks of %s: %s', (Principal, principal, expected) => {
    const statements = read([{ ...allow, Principal }], 'resource');
    const request = { action: 'sqs:SendMessage', resource: QUEUE, context: {} };
    expect(decide(statements, principal, request)).toBe(expected ? 'Allow' : undefined);
  });

  test.each<[string, object, string]>([
    ['NotAction', { NotAction: 'sqs:*' }, 'Statement[0]: NotAction is not understood'],
    ['NotResource', { NotResource: '*' }, 'Statement[0]: NotResource is not understood'],
    ['NotPrincipal', { NotPrincipal: '*' }, 'Statement[0]: NotPrincipal is not understood'],
    ['an operator', { Condition: { DateGreaterThan: {} } }, 'Condition: DateGreaterThan is not understood'],
    ['a negation', { Condition: { StringNotEquals: {} } }, 'Condition: StringNotEquals is not understood'],
    ['a key', { Condition: { Bool: { 'aws:Tag': 'x' } } }, 'Condition: Bool: aws:Tag is not understood'],
    ['a variable', { Resource: 'arn:${aws:userid}' }, 'Resource has a variable'],
    ['an effect', { Effect: 'Perhaps' }, 'Effect is Perhaps'],
    ['nothing to do', { Action: undefined }, 'Action is missing'],
    ['a principal in a role', { Principal: '*' }, 'Principal is not understood'],
  ])('that is not understood for %s is named', (_, statement, message) => {
    expect(() => read([{ ...allow, ...statement }])).toThrow(message);
  });

  test.each<[unknown, string]>([
    [undefined, 'Principal is missing'],
    [{ Federated: 'x' }, 'Federated is not understood'],
    [{ AWS: '000000000000' }, 'names 000000000000'],
    [{ AWS: 'arn:aws:iam::000000000000:root' }, 'names arn:aws:iam::000000000000:root'],
  ])('of a resource for %j is refused', (Principal, message) => {
    expect(() => read([{ ...allow, Principal }], 'resource')).toThrow(message);
  });
});

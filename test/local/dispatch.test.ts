import { expect, test } from 'vitest';
import type { AwsCall, AwsService } from '../../local/aws/call.ts';
import { createDispatch, type Interceptor } from '../../local/aws/dispatch.ts';

const CALL: AwsCall = {
  service: 'sqs',
  operation: 'SendMessage',
  accessKeyId: 'somebody',
  method: 'POST',
  url: '/',
  headers: {},
  body: '{}',
};

const answerOf =
  (body: string): AwsService =>
  async () => ({ status: 200, headers: {}, body });
const SERVICES = {
  dynamodb: answerOf('dynamodb'),
  sqs: answerOf('sqs'),
  events: answerOf('events'),
  scheduler: answerOf('scheduler'),
};

test('a call reaches its service', async () => {
  expect((await createDispatch(SERVICES)(CALL)).body).toBe('sqs');
});

test('a call passes the interceptors in their order, its answer the other way round', async () => {
  const wrap =
    (name: string): Interceptor =>
    async (call, next) => {
      const answer = await next(call);
      return { ...answer, body: `${name}(${answer.body})` };
    };
  expect((await createDispatch(SERVICES, [wrap('first'), wrap('second')])(CALL)).body).toBe(
    'first(second(sqs))',
  );
});

test('an interceptor may answer by itself', async () => {
  const refuse: Interceptor = async () => ({ status: 403, headers: {}, body: 'refused' });
  expect(await createDispatch(SERVICES, [refuse])(CALL)).toMatchObject({ status: 403, body: 'refused' });
});

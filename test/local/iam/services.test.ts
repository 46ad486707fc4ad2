import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { CreateScheduleCommand } from '@aws-sdk/client-scheduler';
import { describe, expect, test } from 'vitest';
import { configOf, queueOf, schedulerOf } from '../support/clients.ts';
import { givenRuntime } from '../support/given.ts';
import { handler } from '../support/handlers.ts';
import { allow, arnOf, httpApi, lambda, queue, queuePolicy, ref, role, rule } from '../support/template.ts';

describe('API Gateway', () => {
  const permission = (properties: object) => ({
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: arnOf('Things'),
      Principal: 'apigateway.amazonaws.com',
      ...properties,
    },
  });
  const givenApi = (properties: object, other: object = { Principal: 'sns.amazonaws.com' }) =>
    givenRuntime({
      resources: {
        Things: lambda('Things'),
        ThingsPermission: permission(properties),
        OtherPermission: permission(other),
        ...httpApi({ 'GET /things': 'Things', 'GET /other': 'Things', $default: 'Things' }),
      },
      handlers: { Things: handler(`await tell('ran', event.rawPath); return 'here';`) },
    });
  const sourceOf = (path: string) => ({
    SourceArn: `arn:aws:execute-api:us-east-1:000000000000:api/${path}`,
  });

  test('runs a function for the routes that the function lets it', async () => {
    const { send, inbox } = await givenApi(sourceOf('*/*/things'), sourceOf('*/*/other'));

    expect(await (await send('GET', '/things')).text()).toBe('here');
    expect(await (await send('GET', '/other')).text()).toBe('here');
    const refused = await send('GET', '/else');
    expect(refused.status).toBe(500);
    expect(await refused.json()).toEqual({ message: 'Internal Server Error' });
    expect(await inbox('ran')).toEqual(['/things', '/other']);
  });

  test.each<[string, object, number]>([
    ['every route', sourceOf('*/*'), 200],
    ['the route and its method', sourceOf('$default/GET/things'), 200],
    ['another method', sourceOf('$default/POST/things'), 500],
    ['another stage', sourceOf('prod/GET/things'), 500],
    ['its own account', { SourceAccount: '000000000000' }, 200],
    ['another account', { SourceAccount: '111111111111' }, 500],
    ['another service', { Principal: 'events.amazonaws.com' }, 500],
    ['another action', { Action: 'lambda:GetFunction' }, 500],
    ['another function', { FunctionName: 'other' }, 500],
  ])('is let by a permission for %s, or not', async (_, properties, status) => {
    const { send } = await givenApi(properties);

    expect((await send('GET', '/things')).status).toBe(status);
  });
});

describe('a rule', () => {
  const SENDER = { Principal: { Service: 'events.amazonaws.com' } };
  const fromRule = (ruleId: string) => ({
    ...SENDER,
    Condition: { ArnEquals: { 'aws:SourceArn': arnOf(ruleId) } },
  });

  async function givenRule({ onWork, onDead }: { onWork: object[]; onDead: object[] }) {
    const { runtime } = await givenRuntime({
      resources: {
        Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'bus' } },
        Work: queue(),
        WorkPolicy: queuePolicy('Work', onWork),
        Dead: queue(),
        DeadPolicy: queuePolicy('Dead', onDead),
        Rule: rule('Bus', { source: ['s'] }, [
          { Id: 't', Arn: arnOf('Work'), DeadLetterConfig: { Arn: arnOf('Dead') } },
        ]),
        Other: rule('Bus', { source: ['none'] }, []),
      },
      outputs: { Work: ref('Work'), Dead: ref('Dead'), RuleArn: arnOf('Rule') },
    });
    const entry = { EventBusName: 'bus', Source: 's', DetailType: 't', Detail: '{}' };
    const put = await new EventBridgeClient(configOf(runtime)).send(
      new PutEventsCommand({ Entries: [entry] }),
    );
    expect(put.FailedEntryCount).toBe(0);
    return {
      runtime,
      work: await queueOf(runtime, 'Work').receive(),
      dead: await queueOf(runtime, 'Dead').receive(),
    };
  }

  test('sends to a queue that lets it', async () => {
    const { work } = await givenRule({
      onWork: [allow('sqs:SendMessage', arnOf('Work'), fromRule('Rule'))],
      onDead: [],
    });

    expect(work).toHaveLength(1);
  });

  test.each<[string, object[]]>([
    ['no policy', []],
    ['another rule', [allow('sqs:SendMessage', arnOf('Work'), fromRule('Other'))]],
    [
      'another service',
      [allow('sqs:SendMessage', arnOf('Work'), { Principal: { Service: 'sns.amazonaws.com' } })],
    ],
    ['a denial', [allow('sqs:*', '*', SENDER), { ...allow('sqs:*', '*', SENDER), Effect: 'Deny' }]],
  ])('puts an event among the dead letters where the queue has %s for it', async (_, onWork) => {
    const { work, dead, runtime } = await givenRule({
      onWork,
      onDead: [allow('sqs:SendMessage', arnOf('Dead'), fromRule('Rule'))],
    });

    expect(work).toEqual([]);
    expect(dead).toMatchObject([
      {
        MessageAttributes: {
          ERROR_CODE: { StringValue: 'NO_PERMISSIONS' },
          ERROR_MESSAGE: {
            StringValue: expect.stringContaining('not authorized to perform: sqs:sendmessage'),
          },
          RULE_ARN: { StringValue: runtime.outputs.RuleArn },
        },
      },
    ]);
  });

  test('drops an event that neither queue lets it send, as on AWS', async () => {
    const { work, dead } = await givenRule({ onWork: [], onDead: [] });

    expect([work, dead]).toEqual([[], []]);
  });
});

describe('a schedule', () => {
  const ACCOUNT = { Condition: { StringEquals: { 'aws:SourceAccount': '000000000000' } } };

  async function givenSchedule(
    statements: object[],
    { service = 'scheduler.amazonaws.com', trust = ACCOUNT }: { service?: string; trust?: object } = {},
  ) {
    const { runtime, advance } = await givenRuntime({
      resources: {
        Group: { Type: 'AWS::Scheduler::ScheduleGroup', Properties: { Name: 'group' } },
        Work: queue(),
        WorkPolicy: queuePolicy('Work', []),
        Dead: queue(),
        DeadPolicy: queuePolicy('Dead', []),
        Role: role(statements, service, trust),
      },
      outputs: {
        Work: ref('Work'),
        WorkArn: arnOf('Work'),
        Dead: ref('Dead'),
        DeadArn: arnOf('Dead'),
        RoleArn: arnOf('Role'),
      },
    });
    const { outputs } = runtime;
    const create = (Arn: string) =>
      schedulerOf(runtime).send(
        new CreateScheduleCommand({
          Name: 'one',
          GroupName: 'group',
          ScheduleExpression: `at(${new Date(runtime.clock.now() + 60_000).toISOString().slice(0, 19)})`,
          FlexibleTimeWindow: { Mode: 'OFF' },
          Target: {
            Arn,
            RoleArn: outputs.RoleArn,
            Input: JSON.stringify({ QueueUrl: outputs.Work, MessageBody: 'x' }),
            DeadLetterConfig: { Arn: outputs.DeadArn },
          },
        }),
      );
    const fire = async (Arn: string) => {
      await create(Arn);
      expect(await advance(60)).toBe(1);
      return {
        work: await queueOf(runtime, 'Work').receive(),
        dead: await queueOf(runtime, 'Dead').receive(),
      };
    };
    return { create, fire, outputs };
  }

  const UNIVERSAL = 'arn:aws:scheduler:::aws-sdk:sqs:sendMessage';
  const toWork = allow('sqs:SendMessage', arnOf('Work'));
  const toDead = allow('sqs:SendMessage', arnOf('Dead'));

  test('acts by its role', async () => {
    const { fire } = await givenSchedule([toWork]);

    expect((await fire(UNIVERSAL)).work).toHaveLength(1);
  });

  test.each([
    ['the universal target', UNIVERSAL],
    ['a queue', undefined],
  ])('whose role may not do what it is for is a dead letter: %s', async (_, arn) => {
    const { fire, outputs } = await givenSchedule([toDead]);

    const { work, dead } = await fire(arn ?? outputs.WorkArn ?? '');

    expect(work).toEqual([]);
    expect(dead).toMatchObject([
      {
        MessageAttributes: {
          ERROR_CODE: { StringValue: 'AccessDeniedException' },
          ERROR_MESSAGE: {
            StringValue:
              'User: arn:aws:sts::000000000000:assumed-role/Test-Role/one is not authorized to perform: sqs:sendmessage on resource: arn:aws:sqs:us-east-1:000000000000:Test-Work because no identity-based policy allows the sqs:sendmessage action',
          },
        },
      },
    ]);
  });

  test('whose role may not even send to the dead letters is lost, as on AWS', async () => {
    const { fire } = await givenSchedule([]);

    expect(await fire(UNIVERSAL)).toEqual({ work: [], dead: [] });
  });

  const sourced = (key: string, value: string) => ({ trust: { Condition: { ArnEquals: { [key]: value } } } });
  const GROUP = 'arn:aws:scheduler:us-east-1:000000000000:schedule-group/group';
  test.each<[string, object, boolean]>([
    ['Scheduler for its group', sourced('aws:SourceArn', GROUP), true],
    ['Scheduler for another group', sourced('aws:SourceArn', `${GROUP}-2`), false],
    ['another service', { service: 'lambda.amazonaws.com' }, false],
    ['another account', { trust: { Condition: { StringEquals: { 'aws:SourceAccount': '1' } } } }, false],
  ])('is made only by a role that trusts it: %s', async (_, options, isMade) => {
    const { create } = await givenSchedule([toWork], options);

    const created = create(UNIVERSAL);

    if (isMade) await expect(created).resolves.toBeDefined();
    else
      await expect(created).rejects.toMatchObject({
        name: 'ValidationException',
        message: 'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
      });
  });
});

test('a bus says itself who may put events on it', async () => {
  const onBus = (Principal: unknown) => ({
    Type: 'AWS::Events::EventBusPolicy',
    Properties: {
      EventBusName: ref('Bus'),
      StatementId: 's',
      Statement: allow('events:PutEvents', '*', { Principal }),
    },
  });
  const put = async (Principal: unknown) => {
    const { runtime } = await givenRuntime({
      resources: {
        Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'bus' } },
        BusPolicy: onBus(Principal),
        Role: role([allow('logs:*', '*')], 'lambda.amazonaws.com'),
        Worker: lambda('Worker', { Role: arnOf('Role') }),
      },
    });
    const credentials = { accessKeyId: 'Test-Worker', secretAccessKey: 'local' };
    const entry = { EventBusName: 'bus', Source: 's', DetailType: 't', Detail: '{}' };
    return new EventBridgeClient({ ...configOf(runtime), credentials }).send(
      new PutEventsCommand({ Entries: [entry] }),
    );
  };

  await expect(put({ AWS: arnOf('Role') })).resolves.toMatchObject({ FailedEntryCount: 0 });
  await expect(put({ Service: 'x.amazonaws.com' })).rejects.toThrow(
    'not authorized to perform: events:PutEvents',
  );
});

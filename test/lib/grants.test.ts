import { describe, expect, it } from 'vitest';
import type { AwsCall, ServiceName } from '../../local/aws/call.ts';
import { readRules } from '../../local/events/rules.ts';
import { refuseInvocation } from '../../local/gateway/permission.ts';
import { readApi } from '../../local/gateway/settings.ts';
import { Authority, type Session } from '../../local/iam/authority.ts';
import { refuseCall } from '../../local/iam/authorize.ts';
import { openFunctionSessions } from '../../local/iam/function-sessions.ts';
import { readFunctions } from '../../local/lambda/settings.ts';
import { readMappings } from '../../local/mapping/settings.ts';
import { Stack } from '../../local/stack/stack.ts';
import type { Template } from '../../local/stack/template.ts';
import { synthesize } from './synthesis.ts';

const URL = 'http://localhost';
/** Without assets there would be no functions to run. */
const CONTEXT = { stage: 'prod', 'aws:cdk:enable-asset-metadata': true };
const template = synthesize(CONTEXT).toJSON() as Template;

/** One action that one policy of a role allows on one resource. */
type Grant = {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
  /** Of the events that it is for. */
  readonly source: string | undefined;
  /** The template without it. */
  readonly withdrawn: Template;
};
type Conditions = { StringEquals?: Record<string, string> };
type Document = {
  Statement: { Effect: string; Action: string | string[]; Resource: unknown; Condition?: Conditions }[];
};

const listOf = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);
const stackOf = (from: Template) =>
  new Stack({ directory: '/nowhere', stackName: 'Prod', template: from }, URL);
const resolved = stackOf(template);

/** The template with another policy document in the place of one. */
const replaceDocument = (policyId: string, PolicyDocument: Document): Template => {
  const policy = template.Resources[policyId];
  const changed = { ...policy, Properties: { ...policy?.Properties, PolicyDocument } };
  return { ...template, Resources: { ...template.Resources, [policyId]: changed } } as Template;
};

/** What a laptop has no service for: the key of the table, traces, the network's log, publishing the dashboard. */
const isOnLaptop = ({ role, action }: Grant) =>
  !/^(kms|xray):/.test(action) && !/Refusals|Publisher/.test(role);

/** Every grant of every role, as far as a laptop asks for it. */
const grants: Grant[] = resolved.resourcesOf('AWS::IAM::Policy').flatMap(({ logicalId, properties }) => {
  const document = properties.values.PolicyDocument as Document;
  const [role = ''] = properties.strings('Roles');
  return document.Statement.flatMap((statement, index) => {
    if (statement.Effect !== 'Allow') return [];
    const [actions, resources] = [listOf(statement.Action), listOf(statement.Resource)];
    return actions
      .flatMap((action) =>
        resources.map((resource) => {
          const rest = [
            { ...statement, Action: actions.filter((other) => other !== action) },
            { ...statement, Action: action, Resource: resources.filter((other) => other !== resource) },
          ];
          const Statement = document.Statement.toSpliced(index, 1, ...rest);
          return {
            role,
            action,
            resource: String(resource),
            source: statement.Condition?.StringEquals?.['events:source'],
            withdrawn: replaceDocument(logicalId, { Statement }),
          };
        }),
      )
      .filter(isOnLaptop);
  });
});

const nameOf = (arn: string) => arn.split(/[:/]/).at(-1) ?? '';
/** What names a table, or an index of it, in a call. */
const tableOf = (arn: string) => {
  const [, TableName, IndexName] = /table\/([^/]+)(?:\/index\/(.+))?$/.exec(arn) ?? [];
  return { TableName, IndexName };
};
const SCHEDULE_GROUP = resolved.resourcesOf('AWS::Scheduler::ScheduleGroup')[0]?.ref ?? '';
const SCHEDULE_ROLE = resolved
  .resourcesOf('AWS::IAM::Role')
  .find(({ logicalId }) => logicalId.includes('SchedulesRole'));

const createSchedule = { GroupName: SCHEDULE_GROUP, Target: { RoleArn: SCHEDULE_ROLE?.arn } };

/** The calls that take a permission of another name. */
const CALLS: Readonly<Record<string, string>> = {
  'iam:PassRole': 'scheduler:CreateSchedule',
  'dynamodb:PartiQLInsert': 'dynamodb:BatchExecuteStatement',
};

/** A call that takes the permission, by the service and the operation of the action. */
function callFor({ action, resource, source }: Omit<Grant, 'withdrawn'>): AwsCall {
  const name = nameOf(resource);
  const [service, operation] = (CALLS[action] ?? action).split(':');
  const inputs: Record<string, object> = {
    'dynamodb:PartiQLInsert': {
      Statements: [{ Statement: `INSERT INTO "${name}" VALUE {'pk':?}`, Parameters: [{}] }],
    },
    'dynamodb:BatchGetItem': { RequestItems: { [name]: { Keys: [] } } },
    'sqs:SendMessage': { QueueUrl: `${URL}/000000000000/${name}` },
    'events:PutEvents': { Entries: [{ EventBusName: name, Source: source }] },
    'scheduler:CreateSchedule': createSchedule,
    'iam:PassRole': createSchedule,
  };
  return {
    service: service as ServiceName,
    operation: operation ?? '',
    accessKeyId: '',
    method: 'POST',
    url: '/schedules/one',
    headers: {},
    body: JSON.stringify(inputs[action] ?? tableOf(resource)),
  };
}

/** What Lambda does by the role of a function, once: on this, no call of the function depends. */
const isForLambda = ({ action }: Grant) => /^(logs|ec2):|^sqs:(Receive|Delete|GetQueue)/.test(action);

function openSessions(stack: Stack, authority: Authority): Session[] {
  return [...openFunctionSessions(authority, readFunctions(stack, URL), readMappings(stack, 5)).values()];
}

/** Why what a grant is for cannot be done with a template. */
function refusalOf(grant: Grant, from: Template): string | undefined {
  const stack = stackOf(from);
  const authority = new Authority(stack);
  try {
    const context = { 'aws:SourceAccount': '000000000000' };
    const schedule = authority.assume(SCHEDULE_ROLE?.arn ?? '', 'scheduler.amazonaws.com', 'one', context);
    const sessions = [...openSessions(stack, authority), ...(schedule ? [schedule] : [])];
    if (isForLambda(grant)) return undefined;
    const session = sessions.find(({ role }) => role.name === grant.role) as Session;
    return refuseCall(authority, session, callFor(grant))?.body;
  } catch (error) {
    return (error as Error).message;
  }
}

/** What AWS says of what a grant is for where it is missing. */
function expectedRefusal(grant: Grant): string {
  const operation = grant.action.split(':')[1];
  const isOfDeployment = isForLambda(grant) && !grant.action.startsWith('logs:');
  const written = grant.action.startsWith('sqs:') ? grant.action.toLowerCase() : grant.action;
  return isOfDeployment
    ? `permissions to call ${operation} on`
    : `is not authorized to perform: ${written} on`;
}

const titleOf = ({ role, action, resource }: Grant) =>
  `${role.replace('Prod-', '')}: ${action} on ${nameOf(resource)}`;
const table = grants.map((grant): [string, Grant] => [titleOf(grant), grant]);
const ofCalls = table.filter(([, grant]) => !isForLambda(grant));

/** A schedule is made with both, or not at all. */
const TOGETHER = new Set(['scheduler:CreateSchedule', 'iam:PassRole']);

describe('a grant', () => {
  it('is found for each function and for the schedules', () => {
    expect(new Set(grants.map(({ role }) => role)).size).toBe(readFunctions(resolved, URL).length + 1);
  });

  it.each(table)('lets something be done that is refused without it: %s', (_, grant) => {
    expect(refusalOf(grant, template)).toBeUndefined();
    expect(refusalOf(grant, grant.withdrawn)).toContain(expectedRefusal(grant));
  });

  it.each(ofCalls)('is for that alone: %s', (_, grant) => {
    const lost = ofCalls.filter(([, other]) => refusalOf(other, grant.withdrawn));
    const expected = ofCalls.filter(
      ([, other]) => other === grant || (TOGETHER.has(other.action) && TOGETHER.has(grant.action)),
    );
    expect(lost).toEqual(expected);
  });
});

describe('an event', () => {
  const bus = resolved.resourcesOf('AWS::Events::EventBus')[0]?.arn ?? '';
  const roles = [...new Set(grants.map(({ role }) => role))].filter((role) => role !== SCHEDULE_ROLE?.ref);
  const announcers = new Set(roles.filter((role) => /Deliverer|Recoverer/.test(role)));

  /** Why a role may not put an event of a source on the bus. */
  const refuse = (role: string, source: string, from = template) => {
    const stack = stackOf(from);
    const authority = new Authority(stack);
    const session = openSessions(stack, authority).find((each) => each.role.name === role) as Session;
    const call = callFor({ role, action: 'events:PutEvents', resource: bus, source });
    return refuseCall(authority, session, call)?.body;
  };

  it.each<[string, (role: string) => boolean]>([
    ['cathcr', (role) => role.includes('ApiEvents')],
    ['cathcr.webhooks', (role) => announcers.has(role)],
    ['cathcr.other', () => false],
  ])('of %s is put on the bus by the functions whose it is alone', (source, isAllowed) => {
    const allowed = roles.filter((role) => refuse(role, source) === undefined);
    expect(allowed).toEqual(roles.filter(isAllowed));
  });

  it('of this system is refused to who may put all others on the bus', () => {
    const policy = resolved
      .resourcesOf('AWS::IAM::Policy')
      .find(({ logicalId }) => logicalId.includes('ApiEvents'));
    const wide = { Effect: 'Allow', Action: '*', Resource: '*' };
    const from = replaceDocument(policy?.logicalId ?? '', { Statement: [wide] });
    const role = roles.find((each) => each.includes('ApiEvents')) ?? '';

    expect(refuse(role, 'another', from)).toBeUndefined();
    expect(refuse(role, 'cathcr.webhooks', from)).toContain('explicit deny in a resource-based policy');
  });
});

/** The template without the policies of a type. */
function withoutPolicies(type: string): Template {
  const kept = Object.entries(template.Resources).filter(([, { Type }]) => Type !== type);
  return { ...template, Resources: Object.fromEntries(kept) };
}

describe('API Gateway', () => {
  const routes = readApi(resolved)?.routes ?? [];

  it.each(routes.map(({ key }) => key))('runs the function of %s by its permission', (key) => {
    const refusalIn = (from: Template) => {
      const stack = stackOf(from);
      const api = readApi(stack);
      const route = api?.routes.find((each) => each.key === key);
      return api && route ? refuseInvocation(new Authority(stack), api, route) : 'there is no such route';
    };
    expect(refusalIn(template)).toBeUndefined();
    expect(refusalIn(withoutPolicies('AWS::Lambda::Permission'))).toContain(
      'User: apigateway.amazonaws.com is not authorized to perform: lambda:InvokeFunction',
    );
  });
});

describe('EventBridge', () => {
  const ways = readRules(resolved).flatMap(({ arn, targets }) =>
    targets.flatMap((target) =>
      [target.arn, target.deadLetterArn ?? ''].map((queue) => [nameOf(queue), queue, arn]),
    ),
  );

  it.each(ways)('sends to %s by the policy of the queue', (_, queue = '', rule = '') => {
    const refusalIn = (from: Template) =>
      new Authority(stackOf(from)).refuseService('events.amazonaws.com', {
        action: 'sqs:SendMessage',
        resource: queue,
        context: { 'aws:SourceArn': rule },
      });
    expect(refusalIn(template)).toBeUndefined();
    expect(refusalIn(withoutPolicies('AWS::SQS::QueuePolicy'))).toContain('no resource-based policy allows');
  });
});

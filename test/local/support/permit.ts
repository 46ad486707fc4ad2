import { allow, arnOf, type FixtureResource, queuePolicy, type Resources, role } from './template.ts';

const ANY_ROLE = role([allow('*', '*')], ['lambda.amazonaws.com', 'scheduler.amazonaws.com']);
/** The role of tests that are about something else: whoever has it may do everything. */
export const ANY_ROLE_ARN = 'arn:aws:iam::000000000000:role/any';

const permission = (functionId: string): FixtureResource => ({
  Type: 'AWS::Lambda::Permission',
  Properties: {
    Action: 'lambda:InvokeFunction',
    FunctionName: arnOf(functionId),
    Principal: 'apigateway.amazonaws.com',
  },
});

/** A function with the role, where it has none of its own. */
const withRole = (resource: FixtureResource): FixtureResource =>
  resource.Type === 'AWS::Lambda::Function'
    ? { ...resource, Properties: { Role: ANY_ROLE_ARN, ...resource.Properties } }
    : resource;

/** The resource that lets everybody use another one. */
function opening([id, { Type }]: [string, FixtureResource]): [string, FixtureResource][] {
  if (Type === 'AWS::Lambda::Function') return [[`${id}Permission`, permission(id)]];
  if (Type !== 'AWS::SQS::Queue') return [];
  return [[`${id}Policy`, queuePolicy(id, [allow('sqs:*', arnOf(id), { Principal: '*' })])]];
}

/** Lets everything be done; `<function>Permission` and `<queue>Policy` of a test's own take the place of what is added. */
export function permit(resources: Resources): Resources {
  const entries = Object.entries(resources);
  return {
    AnyRole: { ...ANY_ROLE, Properties: { ...ANY_ROLE.Properties, RoleName: 'any' } },
    ...Object.fromEntries(entries.flatMap(opening)),
    ...Object.fromEntries(entries.map(([id, resource]) => [id, withRole(resource)])),
  };
}

import { ACCOUNT_ID, arnOf } from '../aws/account.ts';

/** What a resource answers to `Ref` and `Fn::GetAtt`. */
export type ResourceValues = { readonly ref: string; readonly attributes: Readonly<Record<string, string>> };

type Subject = {
  readonly logicalId: string;
  /** A property that names the resource, or the name that CloudFormation would make up. */
  readonly nameFrom: (property: string) => string;
  readonly property: (name: string) => unknown;
  /** Where the runtime answers, such as `http://127.0.0.1:3000`. */
  readonly url: string;
};

const table = ({ nameFrom }: Subject): ResourceValues => {
  const name = nameFrom('TableName');
  return { ref: name, attributes: { Arn: arnOf('dynamodb', `table/${name}`) } };
};

/** The types that the runtime brings to life, and those whose values have a form that somebody reads. */
const VALUES_OF: Readonly<Record<string, (subject: Subject) => ResourceValues>> = {
  'AWS::SQS::Queue': ({ nameFrom, url }) => {
    const name = nameFrom('QueueName');
    const queueUrl = `${url}/${ACCOUNT_ID}/${name}`;
    return { ref: queueUrl, attributes: { Arn: arnOf('sqs', name), QueueName: name, QueueUrl: queueUrl } };
  },
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::Events::EventBus': ({ nameFrom }) => {
    const name = nameFrom('Name');
    return { ref: name, attributes: { Arn: arnOf('events', `event-bus/${name}`), Name: name } };
  },
  'AWS::Events::Rule': ({ nameFrom, property }) => {
    const path = [property('EventBusName'), nameFrom('Name')].filter(Boolean);
    return { ref: path.join('|'), attributes: { Arn: arnOf('events', `rule/${path.join('/')}`) } };
  },
  'AWS::Scheduler::ScheduleGroup': ({ nameFrom }) => {
    const name = nameFrom('Name');
    return { ref: name, attributes: { Arn: arnOf('scheduler', `schedule-group/${name}`) } };
  },
  'AWS::Lambda::Function': ({ nameFrom }) => {
    const name = nameFrom('FunctionName');
    return { ref: name, attributes: { Arn: arnOf('lambda', `function:${name}`) } };
  },
  'AWS::ApiGatewayV2::Api': ({ logicalId, url }) => ({
    ref: logicalId.toLowerCase(),
    attributes: { ApiId: logicalId.toLowerCase(), ApiEndpoint: url },
  }),
  'AWS::ApiGatewayV2::Stage': ({ nameFrom }) => ({ ref: nameFrom('StageName'), attributes: {} }),
  'AWS::CloudFront::Distribution': ({ logicalId }) => ({
    ref: logicalId,
    attributes: { Id: logicalId, DomainName: `${logicalId.toLowerCase()}.cloudfront.net` },
  }),
  'AWS::EC2::EIP': ({ logicalId }) => ({
    ref: '127.0.0.1',
    attributes: { PublicIp: '127.0.0.1', AllocationId: `eipalloc-${logicalId}` },
  }),
  'AWS::Logs::LogGroup': ({ nameFrom }) => {
    const name = nameFrom('LogGroupName');
    return { ref: name, attributes: { Arn: arnOf('logs', `log-group:${name}:*`) } };
  },
  'AWS::IAM::Role': ({ nameFrom }) => {
    const name = nameFrom('RoleName');
    return { ref: name, attributes: { Arn: `arn:aws:iam::${ACCOUNT_ID}:role/${name}` } };
  },
};

/** What a resource answers to `Ref` and `Fn::GetAtt`; undefined for one that only needs to be plausible. */
export function valuesOf(type: string, subject: Subject): ResourceValues | undefined {
  return VALUES_OF[type]?.(subject);
}

/** The value of an attribute of a resource that does nothing on a laptop: of the right kind, and recognizable. */
export function plausibleAttribute(type: string, logicalId: string, attribute: string): string {
  const service = type.split('::')[1]?.toLowerCase() ?? 'cloudformation';
  return attribute.endsWith('Arn') ? arnOf(service, logicalId) : `${logicalId}.${attribute}`;
}

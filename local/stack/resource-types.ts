/** The types that the runtime brings to life. */
const ALIVE = new Set([
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::CloudFront::Distribution',
  'AWS::CloudFront::ResponseHeadersPolicy',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::Events::EventBus',
  'AWS::Events::EventBusPolicy',
  'AWS::Events::Rule',
  'AWS::Lambda::EventSourceMapping',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::Function',
  'AWS::Lambda::Permission',
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
  'AWS::Scheduler::ScheduleGroup',
  'Custom::CDKBucketDeployment',
]);

/** What a laptop can do without: networks, logs, alarms, buckets. A name that ends in `::` is a family. */
const IDLE = [
  'AWS::ApiGatewayV2::ApiMapping',
  'AWS::ApiGatewayV2::DomainName',
  'AWS::ApplicationSignals::',
  'AWS::Budgets::',
  'AWS::CDK::',
  'AWS::CertificateManager::',
  'AWS::CloudFormation::CustomResource',
  'AWS::CloudFront::',
  'AWS::CloudWatch::',
  'AWS::EC2::',
  'AWS::KMS::',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::LayerVersion',
  'AWS::Logs::',
  'AWS::ResourceGroups::',
  'AWS::Route53::',
  'AWS::S3::',
  'AWS::SNS::',
  'AWS::SSM::',
  'AWS::WAFv2::',
  'AWS::XRay::',
  'Custom::',
];

/**
 * Tells what the runtime would silently leave out.
 * @throws Error naming the resource and its type
 */
export function assertKnownType(logicalId: string, type: string): void {
  const idle = IDLE.some((known) => (known.endsWith('::') ? type.startsWith(known) : type === known));
  if (!idle && !ALIVE.has(type))
    throw new Error(`the local runtime does not know the type ${type} of ${logicalId}`);
}

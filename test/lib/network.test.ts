import { Annotations, Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { resourceAt, resourcesOf, synthesize, synthesizeStack } from './synthesis.ts';

/** What the NAT gateways are given: for each, its first allocation and the others. */
function allocationsOf(template: Template): unknown[][] {
  return Object.values(resourcesOf(template, 'AWS::EC2::NatGateway')).map(({ Properties }) =>
    [Properties.AllocationId].concat(Properties.SecondaryAllocationIds ?? []),
  );
}

const GIVEN = {
  eipAllocationIds: 'eipalloc-0000000a,eipalloc-0000000b,eipalloc-0000000c,eipalloc-0000000d',
  eipAddresses: '192.0.2.1,192.0.2.2,192.0.2.3,192.0.2.4',
};

describe('the network', () => {
  let prod: Template;
  let dev: Template;
  let given: Template;

  beforeAll(() => {
    prod = synthesize({ stage: 'prod' });
    dev = synthesize({ stage: 'dev' });
    given = synthesize({ stage: 'prod', ...GIVEN });
  });

  it('calls from four addresses in prod, two for each of two gateways', () => {
    const allocations = allocationsOf(prod);
    expect(allocations.map((ids) => ids.length)).toEqual([2, 2]);
    const own = Object.keys(resourcesOf(prod, 'AWS::EC2::EIP'));
    expect(own).toHaveLength(4);
    expect(allocations.flat()).toEqual(own.map((id) => ({ 'Fn::GetAtt': [id, 'AllocationId'] })));
  });

  it.each([
    ['where none are given to prod', { stage: 'prod' }, 1],
    ['not where they are', { stage: 'prod', ...GIVEN }, 0],
    ['nor in dev', { stage: 'dev' }, 0],
  ])('warns that AWS chooses the addresses %s', (_, settings, count) => {
    const told = Annotations.fromStack(synthesizeStack(settings));
    expect(told.findWarning('*', Match.stringLikeRegexp('addresses that AWS chooses'))).toHaveLength(count);
  });

  it('calls from one address in dev', () => {
    expect(allocationsOf(dev)).toHaveLength(1);
    dev.resourceCountIs('AWS::EC2::EIP', 1);
    dev.hasResourceProperties('AWS::EC2::NatGateway', { SecondaryAllocationIds: Match.absent() });
  });

  it('takes given addresses in their order, and makes none', () => {
    given.resourceCountIs('AWS::EC2::EIP', 0);
    expect(allocationsOf(given)).toEqual([
      ['eipalloc-0000000a', 'eipalloc-0000000b'],
      ['eipalloc-0000000c', 'eipalloc-0000000d'],
    ]);
  });

  it('tells its own addresses, in the order of the gateways', () => {
    const own = Object.keys(resourcesOf(prod, 'AWS::EC2::EIP')).map((Ref) => ({ Ref }));
    prod.hasOutput('EgressIps', { Value: { 'Fn::Join': [',', own] } });
  });

  it('tells the given addresses', () => {
    given.hasOutput('EgressIps', { Value: '192.0.2.1,192.0.2.2,192.0.2.3,192.0.2.4' });
  });

  it('keeps the addresses of prod when the stack is deleted, for receivers have them in their firewalls, but not when it could not be created', () => {
    for (const eip of Object.values(resourcesOf(prod, 'AWS::EC2::EIP'))) {
      expect(eip).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
    }
    for (const eip of Object.values(resourcesOf(dev, 'AWS::EC2::EIP'))) {
      expect(eip).toMatchObject({ DeletionPolicy: 'Delete' });
    }
  });

  it('names its addresses', () => {
    const names = Object.values(resourcesOf(prod, 'AWS::EC2::EIP')).map(({ Properties }) => Properties.Tags);
    expect(names[3]).toEqual([{ Key: 'Name', Value: 'CathcrWebhooks-prod Gateway2Address2' }]);
  });

  it.each([
    ['an address for each gateway', { stage: 'prod', addressesPerGateway: '3' }, 'prod'],
    ['a gateway', { stage: 'dev', natGateways: '2' }, 'dev'],
  ] as const)('leaves each address where it is when %s is added', (_, context, stage) => {
    const before = allocationsOf(stage === 'prod' ? prod : dev);
    const after = allocationsOf(synthesize(context));
    expect(after.flat().length).toBeGreaterThan(before.flat().length);
    before.forEach((ids, gateway) => {
      expect(after[gateway]?.slice(0, ids.length)).toEqual(ids);
    });
  });

  it.each([
    ['its own zone', 'prod', [0, 1]],
    ['the only zone that has one', 'dev', [0, 0]],
  ] as const)('leaves each zone by the gateway of %s in %s', (_, stage, zonesOfGateways) => {
    const template = stage === 'prod' ? prod : dev;
    const zoneOf = (subnetId: string) =>
      resourcesOf(template, 'AWS::EC2::Subnet')[subnetId]?.Properties.AvailabilityZone['Fn::Select'][0];
    const tables = Object.values(resourcesOf(template, 'AWS::EC2::SubnetRouteTableAssociation'));
    const ways = Object.values(resourcesOf(template, 'AWS::EC2::Route'))
      .filter(({ Properties }) => Properties.NatGatewayId)
      .flatMap(({ Properties: { RouteTableId, NatGatewayId, DestinationCidrBlock } }) => {
        expect(DestinationCidrBlock).toBe('0.0.0.0/0');
        const gateway = resourcesOf(template, 'AWS::EC2::NatGateway')[NatGatewayId.Ref];
        const to = zoneOf(gateway?.Properties.SubnetId.Ref);
        return tables
          .filter(({ Properties }) => Properties.RouteTableId.Ref === RouteTableId.Ref)
          .map(({ Properties }) => [zoneOf(Properties.SubnetId.Ref), to]);
      });
    expect(ways).toEqual([0, 1].map((zone) => [zone, zonesOfGateways[zone]]));
  });

  it('spans two zones, a public and a private subnet in each, without knowing their names', () => {
    const zones = Object.values(resourcesOf(prod, 'AWS::EC2::Subnet')).map(({ Properties }) =>
      [Properties.AvailabilityZone['Fn::Select'][0], Properties.MapPublicIpOnLaunch].join(),
    );
    expect(zones).toEqual(['0,false', '1,false', '0,false', '1,false']);
  });

  it('reaches the table by a gateway endpoint, past the NAT gateways', () => {
    prod.resourceCountIs('AWS::EC2::VPCEndpoint', 1);
    prod.hasResourceProperties('AWS::EC2::VPCEndpoint', {
      VpcEndpointType: 'Gateway',
      ServiceName: Match.objectLike({ 'Fn::Join': ['', Match.arrayWith(['.dynamodb'])] }),
    });
  });

  it('lets the ports of webhooks out, and nothing in', () => {
    const { Properties } = resourceAt(prod, 'AWS::EC2::SecurityGroup', 'Network/SecurityGroup');
    expect(Properties.SecurityGroupIngress).toBeUndefined();
    expect(Properties.SecurityGroupEgress).toEqual([
      expect.objectContaining({ CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 443, ToPort: 443 }),
      expect.objectContaining({ CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 1024, ToPort: 65_535 }),
    ]);
    prod.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
  });

  it('logs what the security group turned away, and no more', () => {
    prod.resourceCountIs('AWS::EC2::FlowLog', 1);
    prod.hasResourceProperties('AWS::EC2::FlowLog', {
      TrafficType: 'REJECT',
      LogGroupName: { Ref: resourceAt(prod, 'AWS::Logs::LogGroup', 'Network/RefusalsLogs').id },
    });
  });

  it('has the Deliverer in its private subnets, and no other function', () => {
    const inVpc = Object.values(resourcesOf(prod, 'AWS::Lambda::Function')).filter(
      ({ Properties }) => Properties.VpcConfig,
    );
    const subnets = Object.entries(resourcesOf(prod, 'AWS::EC2::Subnet'))
      .filter(([, { Metadata }]) => Metadata['aws:cdk:path']?.includes('PrivateSubnet'))
      .map(([id]) => ({ Ref: id }));
    expect(inVpc.map(({ Properties }) => Properties.Environment.Variables.POWERTOOLS_SERVICE_NAME)).toEqual([
      'deliverer',
    ]);
    expect(inVpc[0]?.Properties.VpcConfig.SubnetIds).toEqual(subnets);
    expect(inVpc[0]?.Properties.VpcConfig.SecurityGroupIds).toHaveLength(1);
  });
});

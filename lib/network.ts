import { Fn } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import {
  type CfnNatGateway,
  FlowLogDestination,
  FlowLogTrafficType,
  GatewayVpcEndpointAwsService,
  IpAddresses,
  NatProvider,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Settings } from './config.ts';
import { EgressAddresses } from './egress-addresses.ts';
import { Logs } from './logs.ts';
import type { NodeFunctionProps } from './node-function.ts';

/** Named, for without an account CDK would take two zones whatever it is asked for, and synthesis needs none. */
const ZONES = [0, 1].map((index) => Fn.select(index, Fn.getAzs()));

/** Where deliveries leave from. */
export type Egress = {
  /** The addresses that receivers see. */
  readonly egressAddresses: readonly string[];
  /** What puts a function there. */
  readonly placement: Pick<NodeFunctionProps, 'vpc' | 'vpcSubnets' | 'securityGroups'>;
};

/** An emulator has no networks: its functions run, and call, on the machine that it runs on. */
export const EMULATOR_EGRESS: Egress = { egressAddresses: ['127.0.0.1'], placement: {} };

/** The network that deliveries leave by: private subnets behind NAT gateways with fixed IPv4 addresses. */
export class Network extends Construct implements Egress {
  readonly egressAddresses: readonly string[];
  private readonly vpc: Vpc;
  private readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    const { ofGateways } = new EgressAddresses(this, 'EgressAddresses', settings);
    const allocationIds = ofGateways.map((addresses) => addresses.map(({ allocationId }) => allocationId));
    this.egressAddresses = ofGateways.flatMap((addresses) => addresses.map(({ address }) => address));
    this.vpc = this.createVpc(allocationIds.flatMap(([first]) => first ?? []));
    this.natGateways.forEach((gateway, i) => {
      const [, ...others] = allocationIds[i] ?? [];
      // CDK gives a gateway one address.
      if (others.length > 0) gateway.secondaryAllocationIds = others;
    });
    this.securityGroup = this.createSecurityGroup();
    this.logRefusals(settings);
  }

  get placement(): Egress['placement'] {
    return {
      vpc: this.vpc,
      vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      securityGroups: [this.securityGroup],
    };
  }

  /** A metric of each NAT gateway, in their order, summed over five minutes. */
  natGatewayMetrics(metricName: string): Metric[] {
    return this.natGateways.map(
      ({ attrNatGatewayId: NatGatewayId }) =>
        new Metric({
          namespace: 'AWS/NATGateway',
          metricName,
          dimensionsMap: { NatGatewayId },
          statistic: 'Sum',
        }),
    );
  }

  private get natGateways(): CfnNatGateway[] {
    return this.vpc.publicSubnets.flatMap(
      ({ node }) => (node.tryFindChild('NATGateway') as CfnNatGateway | undefined) ?? [],
    );
  }

  /** @param allocationIds the first address of each NAT gateway */
  private createVpc(allocationIds: string[]): Vpc {
    return new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.0.0.0/16'),
      availabilityZones: ZONES,
      natGateways: allocationIds.length,
      natGatewayProvider: NatProvider.gateway({ eipAllocationIds: allocationIds }),
      subnetConfiguration: [
        { name: 'Public', subnetType: SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
        { name: 'Private', subnetType: SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 20 },
      ],
      gatewayEndpoints: { DynamoDb: { service: GatewayVpcEndpointAwsService.DYNAMODB } },
      // Emptying the default group takes a function of CDK's own; nothing here is in that group.
      restrictDefaultSecurityGroup: false,
    });
  }

  /** The ports a webhook may have, and AWS's own services on 443; DNS of the VPC passes no security group. */
  private createSecurityGroup(): SecurityGroup {
    const group = new SecurityGroup(this, 'SecurityGroup', {
      vpc: this.vpc,
      description: 'The Deliverer: out to HTTPS and to ports from 1024, nothing in',
      allowAllOutbound: false,
    });
    group.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'HTTPS');
    group.addEgressRule(Peer.anyIpv4(), Port.tcpRange(1024, 65535), 'HTTPS on other ports');
    return group;
  }

  /** What the security group turned away. What went out is in the attempts themselves, and would be paid for twice. */
  private logRefusals(settings: Settings): void {
    const role = new Role(this, 'RefusalsRole', {
      assumedBy: new ServicePrincipal('vpc-flow-logs.amazonaws.com'),
    });
    this.vpc.addFlowLog('Refusals', {
      destination: FlowLogDestination.toCloudWatchLogs(new Logs(this, 'RefusalsLogs', settings), role),
      trafficType: FlowLogTrafficType.REJECT,
    });
  }
}

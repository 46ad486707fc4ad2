import { RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { CfnEIP } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { Settings } from './config.ts';

/**
 * The fixed addresses that deliveries come from, and that receivers may have in their firewalls: given ones, or
 * ones of the stack, kept when it is deleted where the settings say so.
 */
export class EgressAddresses extends Construct {
  /** In the order of the gateways: all of the first one's, then all of the second's. */
  readonly allocationIds: readonly string[];
  readonly addresses: readonly string[];

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    if (settings.eipAllocationIds.length > 0) {
      this.allocationIds = settings.eipAllocationIds;
      this.addresses = settings.eipAddresses;
      return;
    }
    const count = settings.natGateways * settings.addressesPerGateway;
    const own = Array.from({ length: count }, (_, i) => this.allocate(i + 1, settings.keepOnDelete));
    this.allocationIds = own.map((eip) => eip.attrAllocationId);
    this.addresses = own.map((eip) => eip.ref);
  }

  private allocate(number: number, keepOnDelete: boolean): CfnEIP {
    const eip = new CfnEIP(this, `Address${number}`, { domain: 'vpc' });
    eip.applyRemovalPolicy(keepOnDelete ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
    Tags.of(eip).add('Name', `${Stack.of(this).stackName} egress ${number}`);
    return eip;
  }
}

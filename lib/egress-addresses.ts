import { Annotations, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { CfnEIP } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { Settings } from './config.ts';

type EgressAddress = { readonly allocationId: string; readonly address: string };

/**
 * The fixed addresses that deliveries come from, and that receivers may have in their firewalls: given ones, or
 * ones of the stack, kept when it is deleted where the settings say so (and not where it could not be created: the next
 * try would meet the quota). One of the stack is named by its gateway
 * and its place there, so that none moves when gateways or addresses are added.
 */
export class EgressAddresses extends Construct {
  /** Those of each gateway. */
  readonly ofGateways: readonly (readonly EgressAddress[])[];

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    const { stage, natGateways, addressesPerGateway, eipAllocationIds, eipAddresses } = settings;
    if (stage === 'prod' && eipAllocationIds.length === 0) {
      const advice =
        'Deliveries come from addresses that AWS chooses: give -c eipAllocationIds=…, where customers were told others.';
      Annotations.of(this).addWarningV2('cathcr-webhooks:eipAllocationIds', advice);
    }
    const given = eipAllocationIds.map((allocationId, i) => ({
      allocationId,
      address: eipAddresses[i] ?? '',
    }));
    this.ofGateways = Array.from({ length: natGateways }, (_, gateway) =>
      given.length > 0
        ? given.slice(gateway * addressesPerGateway, (gateway + 1) * addressesPerGateway)
        : Array.from({ length: addressesPerGateway }, (_place, i) =>
            this.allocate(`Gateway${gateway + 1}Address${i + 1}`, settings.keepOnDelete),
          ),
    );
  }

  private allocate(id: string, keepOnDelete: boolean): EgressAddress {
    const eip = new CfnEIP(this, id, { domain: 'vpc' });
    eip.applyRemovalPolicy(keepOnDelete ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY);
    Tags.of(eip).add('Name', `${Stack.of(this).stackName} ${id}`);
    return { allocationId: eip.attrAllocationId, address: eip.ref };
  }
}

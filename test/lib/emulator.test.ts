import { describe, expect, it } from 'vitest';
import { resourceAt, synthesize } from './synthesis.ts';

type Resources = Record<string, { Type: string; Properties: object; Metadata?: Record<string, string> }>;

/** What publishes the dashboard is the CDK's own, and stands beside everything else. */
const LEFT_OUT =
  /^CathcrWebhooks-dev\/(Network|Observability|Site|SiteContent|EventBus\/Bus\/cdk-KeepOwnSource|Custom::)|^Custom/;

const onAws = synthesize({ stage: 'dev' });
const onEmulator = synthesize({ stage: 'dev', emulator: 'true' });
const { Resources: aws } = onAws.toJSON() as { Resources: Resources };
const { Resources: emulator } = onEmulator.toJSON() as { Resources: Resources };

describe('the stack for an emulator', () => {
  it('is that for AWS without the network, the dashboard, and what watches over the stack', () => {
    const left = Object.keys(aws).filter((id) => !(id in emulator));
    expect(left.length).toBeGreaterThan(10);
    for (const id of left) {
      expect(aws[id]?.Metadata?.['aws:cdk:path'] ?? id).toMatch(LEFT_OUT);
    }
    expect(Object.keys(emulator).filter((id) => !(id in aws))).toEqual([]);
    expect(Object.values(emulator).filter(({ Type }) => Type.startsWith('AWS::EC2::'))).toEqual([]);
  });

  it('differs from that for AWS in nothing but what is in the network, or tells of it or of the dashboard', () => {
    const changed = Object.keys(emulator).filter(
      (id) => JSON.stringify(emulator[id]?.Properties) !== JSON.stringify(aws[id]?.Properties),
    );
    expect(changed.map((id) => emulator[id]?.Metadata?.['aws:cdk:path'] ?? '').sort()).toEqual([
      'CathcrWebhooks-dev/Api/HttpApi/Resource',
      'CathcrWebhooks-dev/Api/Public/Resource',
      'CathcrWebhooks-dev/Delivery/Deliverer/Resource',
      'CathcrWebhooks-dev/Delivery/DelivererRole/DefaultPolicy/Resource',
    ]);
    const deliverer = resourceAt(onEmulator, 'AWS::Lambda::Function', 'Delivery/Deliverer').Properties;
    const { VpcConfig, ...ofAws } = resourceAt(
      onAws,
      'AWS::Lambda::Function',
      'Delivery/Deliverer',
    ).Properties;
    expect(deliverer).toEqual(ofAws);
    expect(VpcConfig).toBeDefined();
  });

  it('lets in the pages of the settings alone, as it has no dashboard', () => {
    const originsOf = (of: typeof onAws) =>
      resourceAt(of, 'AWS::ApiGatewayV2::Api', 'Api/HttpApi').Properties.CorsConfiguration.AllowOrigins;
    expect(originsOf(onEmulator)).toEqual(originsOf(onAws).slice(0, -1));
  });

  it('calls receivers from the machine that the emulator runs on', () => {
    onEmulator.hasOutput('EgressIps', { Value: '127.0.0.1' });
  });
});

describe('the stack for AWS', () => {
  it.each(['dev', 'prod'])(
    'is the same to the byte in %s, whether the switch is off or not mentioned',
    (stage) => {
      const off = synthesize({ stage, emulator: 'false' });
      expect(JSON.stringify(off.toJSON())).toBe(JSON.stringify(synthesize({ stage }).toJSON()));
    },
  );
});

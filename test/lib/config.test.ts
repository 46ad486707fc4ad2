import { describe, expect, it } from 'vitest';
import { readSettings, SettingsError, STAGE_DEFAULTS, targetPolicyOf } from '../../lib/config.ts';
import { CONTRACT_DELAYS_SECONDS } from '../contract-schedule.ts';

const FOUR_IDS = ['eipalloc-0000000a', 'eipalloc-0000000b', 'eipalloc-0000000c', 'eipalloc-0000000d'];
const FOUR_ADDRESSES = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'];

function refusalOf(context: Record<string, unknown>): string {
  try {
    readSettings(context);
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as Error).message;
  }
  throw new Error('the settings were accepted');
}

describe('the settings of a stage', () => {
  it('are those of dev where no stage is given', () => {
    expect(readSettings({})).toEqual({ stage: 'dev', ...STAGE_DEFAULTS.dev });
  });

  it.each(['local', 'dev', 'prod'] as const)('are accepted as they are for %s', (stage) => {
    expect(readSettings({ stage })).toEqual({ stage, ...STAGE_DEFAULTS[stage] });
  });

  it('keep the contract’s schedule of retries in every stage', () => {
    for (const { retryDelaysSeconds } of Object.values(STAGE_DEFAULTS)) {
      expect(retryDelaysSeconds).toEqual(CONTRACT_DELAYS_SECONDS);
    }
  });

  it('let only the dashboard call the API in prod', () => {
    expect(STAGE_DEFAULTS.prod.corsOrigins).toEqual(['https://dashboard.cathcr.com']);
    expect(STAGE_DEFAULTS.dev.corsOrigins).toContain('http://localhost:3000');
  });

  it('let webhooks point anywhere on a laptop alone', () => {
    expect(targetPolicyOf(readSettings({ stage: 'local' }))).toBe('any');
    expect(targetPolicyOf(readSettings({ stage: 'local', strictTargets: 'true' }))).toBe('public');
    expect(targetPolicyOf(readSettings({ stage: 'prod' }))).toBe('public');
  });
});

describe('a setting from the command line', () => {
  it.each([
    ['retentionDays', '90', 90],
    ['strictTargets', 'false', false],
    ['keepOnDelete', 'true', true],
    ['logRetentionDays', '365', 365],
    ['retryDelaysSeconds', '5, 120', [5, 120]],
    ['emulator', 'true', true],
    [
      'corsOrigins',
      'https://a.example,https://b.example:8443',
      ['https://a.example', 'https://b.example:8443'],
    ],
    ['corsOrigins', '', []],
    ['alarmEmail', 'ops@example.com', 'ops@example.com'],
  ])('%s=%s is read as what it means', (name, text, value) => {
    expect(readSettings({ [name]: text })).toMatchObject({ [name]: value });
  });

  it('may be given in cdk.json as a value of its own kind', () => {
    expect(readSettings({ retentionDays: 28, corsOrigins: ['https://a.example'] })).toMatchObject({
      retentionDays: 28,
      corsOrigins: ['https://a.example'],
    });
  });
});

describe('settings are refused, by name', () => {
  it('where there is no such setting', () => {
    expect(refusalOf({ retentionDay: '30' })).toMatch(/^- retentionDay: no such setting; .*retentionDays/m);
  });

  it('where it is a word that is no stage', () => {
    expect(refusalOf({ stage: 'staging' })).toContain(
      '- stage: takes one of local, dev, prod; not "staging"',
    );
  });

  it.each([
    ['retentionDays', '0'],
    ['retentionDays', '1.5'],
    ['retentionDays', 'thirty'],
    ['retentionDays', ''],
    ['retentionDays', true],
    ['natGateways', '3'],
    ['addressesPerGateway', '9'],
    ['dispatcherMaxConcurrency', '1'],
    ['delivererMaxConcurrency', '1001'],
    ['retryDelaysSeconds', ''],
    ['retryDelaysSeconds', '300,4'],
    ['retryDelaysSeconds', '300,,900'],
    ['maxWebhooksPerUser', '-1'],
    ['strictTargets', 'yes'],
    ['throttleRate', '0'],
    ['throttleBurst', '5001'],
    ['publishThrottleRate', '10001'],
    ['publishThrottleBurst', '0'],
    ['alarmEmail', 'nobody'],
    ['logRetentionDays', '31'],
    ['logRetentionDays', '9999'],
    ['keepOnDelete', '1'],
    ['emulator', 'ministack'],
    ['corsOrigins', '*'],
    ['corsOrigins', 'https://a.example/'],
    ['corsOrigins', 'http://a.example'],
    ['tableName', 'a b'],
    ['domainName', 'https://webhooks.example.com'],
    ['certificateArn', 'arn:aws:acm'],
    ['dashboardDomainName', 'https://dashboard.example.com'],
    ['dashboardCertificateArn', 'arn:aws:acm:eu-west-1:123456789012:certificate/0a1b'],
    ['tracing', 'sometimes'],
    ['runbookUrl', 'docs/operations.md#runbook'],
    ['eipAllocationIds', 'eip-1'],
    ['eipAddresses', '2001:db8::1'],
  ])('%s=%s', (name, value) => {
    expect(refusalOf({ [name]: value })).toContain(`- ${name}: takes `);
  });

  it('all that are at fault at once', () => {
    const refusal = refusalOf({ natGateways: '0', alarmEmail: 'x', colour: 'red' });
    expect(refusal).toContain('- natGateways: takes 1 or 2; not "0"');
    expect(refusal).toContain('- alarmEmail: takes an e-mail address');
    expect(refusal).toContain('- colour: no such setting');
  });

  it('where prod would promise a retry that AWS cannot keep to', () => {
    expect(refusalOf({ stage: 'prod', retryDelaysSeconds: '300,59' })).toContain('- retryDelaysSeconds: ');
    expect(readSettings({ stage: 'prod', retryDelaysSeconds: '300,60' }).retryDelaysSeconds).toEqual([
      300, 60,
    ]);
  });

  it('where prod would leave out what emulators lack', () => {
    expect(refusalOf({ stage: 'prod', emulator: 'true' })).toContain('- emulator: ');
  });

  it('where prod would call private addresses', () => {
    expect(refusalOf({ stage: 'prod', strictTargets: 'false' })).toContain('- strictTargets: ');
  });

  it('where a host name comes without its certificate', () => {
    expect(refusalOf({ domainName: 'webhooks.example.com' })).toContain('- certificateArn: ');
    expect(refusalOf({ dashboardDomainName: 'dashboard.example.com' })).toContain(
      '- dashboardCertificateArn: ',
    );
  });

  it('where rows would expire before their last retry', () => {
    // Queues keep for 14 days, a receiver may put off each of 6 retries for a day, and 7 attempts wait a day in line.
    expect(refusalOf({ retentionDays: '27' })).toContain('- retentionDays: ');
    expect(readSettings({ retentionDays: '28' }).retentionDays).toBe(28);
    const twoDays = { retryDelaysSeconds: '172800' };
    expect(refusalOf({ ...twoDays, retentionDays: '20' })).toContain('- retentionDays: ');
    expect(readSettings({ ...twoDays, retentionDays: '21' }).retentionDays).toBe(21);
  });
});

describe('given addresses', () => {
  it('are accepted, one id and one address for each of the gateways’', () => {
    const settings = readSettings({
      stage: 'prod',
      eipAllocationIds: FOUR_IDS.join(),
      eipAddresses: FOUR_ADDRESSES.join(),
    });
    expect(settings).toMatchObject({ eipAllocationIds: FOUR_IDS, eipAddresses: FOUR_ADDRESSES });
  });

  it.each([1, 3])('are refused where there are %i ids for four places', (count) => {
    const refusal = refusalOf({
      stage: 'prod',
      eipAllocationIds: FOUR_IDS.slice(0, count),
      eipAddresses: FOUR_ADDRESSES.slice(0, count),
    });
    expect(refusal).toContain('- eipAllocationIds: takes ');
    expect(refusal).toContain('natGateways × addressesPerGateway');
  });

  it('are refused where the same one is given twice', () => {
    const refusal = refusalOf({
      addressesPerGateway: 2,
      eipAllocationIds: 'eipalloc-0000000a,eipalloc-0000000a',
      eipAddresses: '192.0.2.1,192.0.2.2',
    });
    expect(refusal).toContain('- eipAllocationIds: ');
  });

  it('are refused where the ids come without their addresses', () => {
    expect(refusalOf({ stage: 'prod', eipAllocationIds: FOUR_IDS })).toContain('- eipAddresses: ');
  });

  it('are refused where addresses come without ids', () => {
    expect(refusalOf({ eipAddresses: '192.0.2.1' })).toContain('- eipAddresses: ');
  });
});

describe('context that is CDK’s own', () => {
  it('is left alone', () => {
    const context = {
      '@aws-cdk/aws-iam:minimizePolicies': true,
      'aws:cdk:enable-path-metadata': true,
      'availability-zones:account=123456789012:region=eu-west-1': ['eu-west-1a'],
      'acknowledged-issue-numbers': [12345],
    };
    expect(readSettings(context)).toEqual(readSettings({}));
  });
});

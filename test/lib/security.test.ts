import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Acknowledgment, App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { STAGES } from '../../lib/settings.ts';
import { synthesizeStack } from './synthesis.ts';

type Report = {
  pluginReports: {
    pluginName: string;
    violations: { ruleName: string; violatingConstructs: { constructPath: string }[] }[];
  }[];
};

/** What the rules of AwsSolutions find in a stage: each rule that is broken, once. */
function findingsIn(stage: string): string[] {
  const app = App.of(synthesizeStack({ stage, alarmEmail: 'ops@example.com' })) as App;
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  try {
    app.synth();
    return [];
  } catch {
    const { pluginReports }: Report = JSON.parse(
      readFileSync(join(app.outdir, 'validation-report.json'), 'utf8'),
    );
    const names = pluginReports.flatMap(({ violations }) => violations.map(({ ruleName }) => ruleName));
    // A report tells of the stack's own warnings as well.
    return [...new Set(names)].filter((name) => name.startsWith('AwsSolutions-'));
  }
}

/** What the stack acknowledges of these rules (CDK acknowledges some of its own), noted and not granted. */
function whenNothingIsAcknowledged(stage: string) {
  const acknowledged: Acknowledgment[] = [];
  vi.spyOn(Validations.prototype, 'acknowledge').mockImplementation((...rules) => {
    acknowledged.push(...rules.filter(({ id }) => id.startsWith('AwsSolutions-')));
  });
  return { findings: findingsIn(stage), acknowledged };
}

afterEach(() => vi.restoreAllMocks());

describe('cdk-nag’s rules of AwsSolutions', () => {
  it.each(STAGES)('find nothing in %s but what is acknowledged', (stage) => {
    expect(findingsIn(stage)).toEqual([]);
  });

  it('find each thing that is acknowledged, with a reason, and no other', () => {
    const { findings, acknowledged } = whenNothingIsAcknowledged('prod');
    expect(new Set(acknowledged.map(({ id }) => id))).toEqual(new Set(findings));
    for (const { reason } of acknowledged) expect(reason.length).toBeGreaterThan(40);
  });
});

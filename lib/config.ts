import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type * as z from 'zod';
import { describeSetting, type Settings, STAGES, type Stage, settingsSchema } from './settings.ts';

export type { Settings };

const DASHBOARD = 'https://dashboard.cathcr.com';

const DEV_DEFAULTS: Omit<Settings, 'stage'> = {
  retentionDays: 30,
  corsOrigins: [DASHBOARD, 'http://localhost:3000', 'http://localhost:5173'],
  natGateways: 1,
  addressesPerGateway: 1,
  eipAllocationIds: [],
  eipAddresses: [],
  dispatcherMaxConcurrency: 5,
  delivererMaxConcurrency: 10,
  slowLaneMaxConcurrency: 5,
  retryDelaysSeconds: [300, 900, 3600, 21_600, 86_400],
  maxWebhooksPerUser: 1000,
  strictTargets: true,
  throttleRate: 100,
  throttleBurst: 200,
  publishThrottleRate: 100,
  publishThrottleBurst: 200,
  tracing: true,
  runbookUrl: 'docs/operations.md',
  logRetentionDays: RetentionDays.ONE_WEEK,
  keepOnDelete: false,
  emulator: false,
};

/** What a stage takes where nothing else is said. Concurrency on a laptop is a matter of its memory. */
export const STAGE_DEFAULTS: Record<Stage, Omit<Settings, 'stage'>> = {
  local: {
    ...DEV_DEFAULTS,
    strictTargets: false,
    tracing: false,
    dispatcherMaxConcurrency: 2,
    delivererMaxConcurrency: 4,
    slowLaneMaxConcurrency: 2,
    throttleRate: 1000,
    throttleBurst: 2000,
    publishThrottleRate: 1000,
    publishThrottleBurst: 2000,
  },
  dev: DEV_DEFAULTS,
  prod: {
    ...DEV_DEFAULTS,
    corsOrigins: [DASHBOARD],
    natGateways: 2,
    addressesPerGateway: 2,
    dispatcherMaxConcurrency: 20,
    delivererMaxConcurrency: 100,
    slowLaneMaxConcurrency: 50,
    throttleRate: 1000,
    throttleBurst: 2000,
    publishThrottleRate: 1000,
    publishThrottleBurst: 2000,
    logRetentionDays: RetentionDays.ONE_MONTH,
    keepOnDelete: true,
  },
};

/** Settings that are unknown or wrong, each named. */
export class SettingsError extends Error {
  override name = 'SettingsError';
}

/**
 * The settings of one deployment: the defaults of its stage, overridden by whatever the CDK context says.
 * @param context all of the app's context; keys with ':' or '/' are CDK's own
 * @throws SettingsError that names every setting at fault and what it takes
 */
export function readSettings(context: Readonly<Record<string, unknown>>): Settings {
  const given = Object.fromEntries(Object.entries(context).filter(([key]) => !isKeyOfCdk(key)));
  const { stage = 'dev' } = given;
  const parsed = settingsSchema.safeParse({
    ...STAGE_DEFAULTS[isStage(stage) ? stage : 'dev'],
    ...given,
    stage,
  });
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.flatMap((issue) => describeFault(issue, given));
  throw new SettingsError(`The settings are refused:\n${[...new Set(faults)].join('\n')}`);
}

/** Flags and look-ups of CDK hold ':' or '/'; `cdk acknowledge` alone writes a bare name. */
function isKeyOfCdk(key: string): boolean {
  return /[:/]/.test(key) || key === 'acknowledged-issue-numbers';
}

function isStage(value: unknown): value is Stage {
  return STAGES.some((stage) => stage === value);
}

function describeFault(issue: z.core.$ZodIssue, given: Record<string, unknown>): string[] {
  const known = Object.keys(settingsSchema.shape);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => `- ${key}: no such setting; there are ${known.join(', ')}`);
  }
  const name = String(issue.path[0]) as keyof Settings;
  const value = name in given ? JSON.stringify(given[name]) : 'the default of the stage';
  return [`- ${name}: takes ${describeSetting(name)}; not ${value}`];
}

/** What the functions are told of `strictTargets`, in the words of `lambdas/env.ts`. */
export function targetPolicyOf({ strictTargets }: Settings): 'public' | 'any' {
  return strictTargets ? 'public' : 'any';
}

import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod';
import { DAY_SECONDS } from '../core/duration.ts';
import { MAX_QUEUED_DAYS } from '../core/queue-retention.ts';
import { MAX_LINE_SECONDS } from '../core/rate-limit.ts';
import { MAX_RETRY_AFTER_SECONDS } from '../core/retry-after.ts';
import { SCHEDULING_LEAD_SECONDS } from '../core/retry-schedule.ts';

export const STAGES = ['local', 'dev', 'prod'] as const;
export type Stage = (typeof STAGES)[number];

const LOG_RETENTION_DAYS = Object.values(RetentionDays).filter(
  (days): days is RetentionDays => typeof days === 'number' && days !== RetentionDays.INFINITE,
);

const ORIGIN = /^(https:\/\/[a-z0-9.-]+|http:\/\/(localhost|127\.0\.0\.1))(:\d{1,5})?$/;
const ALLOCATION_ID = /^eipalloc-[0-9a-f]{8,17}$/;
const HOST_NAME = /^([a-z0-9-]+\.)+[a-z]{2,}$/;
const MAX_RETENTION_DAYS = 3650;
const MAX_RETRIES = 10;
const MAX_RETRY_SECONDS = 7 * DAY_SECONDS;
/** In prod: Scheduler is precise to the minute, a shorter wait would be a promise that nobody keeps. */
const MIN_PROD_RETRY_SECONDS = 60;

/** `-c name=value` gives every value as text: text that reads as a number becomes one. */
const numberOf = (value: unknown) =>
  typeof value === 'string' && /^\d+$/.test(value.trim()) ? Number(value) : value;

const booleanOf = (value: unknown) => (value === 'true' ? true : value === 'false' ? false : value);

/** `a,b` becomes a list, and empty text the empty list. */
const listOf = (value: unknown) => {
  if (typeof value !== 'string') return value;
  return value.trim() === '' ? [] : value.split(',').map((item) => item.trim());
};

const wholeNumber = (min: number, max: number) =>
  z.preprocess(numberOf, z.int().min(min).max(max)).meta({ takes: describeRange(min, max) });
const describeRange = (min: number, max: number) =>
  max === min + 1 ? `${min} or ${max}` : `a whole number from ${min} to ${max}`;

const trueOrFalse = () => z.preprocess(booleanOf, z.boolean()).meta({ takes: 'true or false' });

/** A host name of one's own; with the certificate that is the setting `certificate`. */
const hostName = (example: string, certificate: string) =>
  z
    .string()
    .regex(HOST_NAME)
    .optional()
    .meta({ takes: `a host name such as ${example}, together with ${certificate}` });

/** The certificate of the setting `domain`, in a region of this pattern: `where` says which. */
const certificateOf = (domain: string, region: string, where: string) =>
  z
    .string()
    .regex(new RegExp(`^arn:aws[\\w-]*:acm:${region}:\\d{12}:certificate/[\\w-]+$`))
    .optional()
    .meta({
      description: `The certificate of ${domain}.`,
      takes: `the ARN of a certificate in ACM, of ${where}, together with ${domain}`,
    });

const distinct = (items: readonly unknown[]) => new Set(items).size === items.length;

/** Every setting of the stack: `description` says what it is for, `takes` what it may be, where its type does not. */
export const settingsSchema = z
  .strictObject({
    stage: z.enum(STAGES).meta({
      description: 'Which set of defaults applies; part of the name of the stack.',
      takes: `one of ${STAGES.join(', ')}`,
    }),
    retentionDays: wholeNumber(1, MAX_RETENTION_DAYS).meta({
      description: 'Days that deliveries, attempts and events are kept before they expire.',
      takes: `${describeRange(1, MAX_RETENTION_DAYS)}, longer than the ${MAX_QUEUED_DAYS} days that queues keep, all of retryDelaysSeconds, each of them a day at least, and one day more: what receivers may ask for by Retry-After; and a day for each attempt, in which it may wait for a rate limit`,
    }),
    tableName: z
      .string()
      .regex(/^[\w.-]{3,255}$/)
      .optional()
      .meta({
        description:
          "A table to use instead of the stack's own, as after a restore; the stack's is kept where keepOnDelete says so.",
        takes: 'the name of a table of the same region and key',
      }),
    domainName: hostName('webhooks.example.com', 'certificateArn').meta({
      description: 'A host name of your own for the API; point it at the output DomainTarget.',
    }),
    certificateArn: certificateOf('domainName', '[a-z0-9-]+', 'the same region'),
    dashboardDomainName: hostName('dashboard.example.com', 'dashboardCertificateArn').meta({
      description: 'A host name of your own for the dashboard; point it at the output DashboardTarget.',
    }),
    dashboardCertificateArn: certificateOf(
      'dashboardDomainName',
      'us-east-1',
      'us-east-1 (where CloudFront looks)',
    ),
    corsOrigins: z.preprocess(listOf, z.array(z.string().regex(ORIGIN))).meta({
      description:
        "Origins whose pages may call the API from a browser; that of the stack's own dashboard may in any case.",
      takes: 'a comma-separated list of https://host[:port] (http:// for localhost alone)',
    }),
    natGateways: wholeNumber(1, 2).meta({
      description: 'NAT gateways, one for each availability zone that has its own.',
    }),
    addressesPerGateway: wholeNumber(1, 8).meta({
      description:
        'Elastic IP addresses of each NAT gateway; each carries 55,000 connections to one receiver.',
    }),
    eipAllocationIds: z.preprocess(listOf, z.array(z.string().regex(ALLOCATION_ID)).refine(distinct)).meta({
      description: 'Elastic IP addresses that exist already, instead of new ones of the stack.',
      takes:
        'a comma-separated list of natGateways × addressesPerGateway different ids like eipalloc-0123abcd',
    }),
    eipAddresses: z.preprocess(listOf, z.array(z.ipv4()).refine(distinct)).meta({
      description:
        'The addresses behind eipAllocationIds, in the same order: the output EgressIps tells them.',
      takes: 'a comma-separated list of different IPv4 addresses, one for each of eipAllocationIds',
    }),
    dispatcherMaxConcurrency: wholeNumber(2, 1000).meta({
      description: 'How many batches of events are fanned out at the same time.',
    }),
    delivererMaxConcurrency: wholeNumber(2, 1000).meta({
      description: 'How many batches of deliveries are sent at the same time.',
    }),
    slowLaneMaxConcurrency: wholeNumber(2, 1000).meta({
      description:
        'How many batches of deliveries are sent at the same time to webhooks that are slow, apart from all others.',
    }),
    retryDelaysSeconds: z
      .preprocess(
        listOf,
        z.array(wholeNumber(SCHEDULING_LEAD_SECONDS, MAX_RETRY_SECONDS)).min(1).max(MAX_RETRIES),
      )
      .meta({
        description: 'Seconds to wait before each retry after the immediate one.',
        takes: `a comma-separated list of 1 to ${MAX_RETRIES} whole numbers from ${SCHEDULING_LEAD_SECONDS} (in prod from ${MIN_PROD_RETRY_SECONDS}: AWS fires schedules within a minute) to ${MAX_RETRY_SECONDS}`,
      }),
    maxWebhooksPerUser: wholeNumber(1, 10_000).meta({
      description:
        'Webhooks that one user may have; also how many KiB of URLs, events, descriptions, filters and headers they may have together, where that is more than 1 MiB.',
    }),
    strictTargets: trueOrFalse().meta({
      description: 'Whether webhooks may only point at public addresses over HTTPS.',
      takes: 'true or false (in prod: true)',
    }),
    throttleRate: wholeNumber(1, 10_000).meta({
      description: 'Requests a second that the API takes, over all callers and all but `POST /events`.',
    }),
    throttleBurst: wholeNumber(1, 5000).meta({
      description: 'Requests that the API takes in one burst, over all callers and all but `POST /events`.',
    }),
    publishThrottleRate: wholeNumber(1, 10_000).meta({
      description: 'Requests a second that `POST /events` takes, over all callers.',
    }),
    publishThrottleBurst: wholeNumber(1, 5000).meta({
      description: 'Requests that `POST /events` takes in one burst, over all callers.',
    }),
    tracing: trueOrFalse().meta({
      description:
        'Whether functions are traced by X-Ray: one invocation a second of each, and 5 % of the others.',
    }),
    alarmEmail: z.email().optional().meta({
      description: 'Who is told by e-mail when an alarm goes off; nobody where it is absent.',
      takes: 'an e-mail address',
    }),
    runbookUrl: z
      .string()
      .regex(/^[^#\s]+$/)
      .meta({
        description: 'Where whoever an alarm wakes finds docs/operations.md; alarms link to its entries.',
        takes: 'a URL or path without a #',
      }),
    logRetentionDays: z.preprocess(numberOf, z.literal(LOG_RETENTION_DAYS)).meta({
      description: 'Days that logs are kept.',
      takes: `one of the periods of CloudWatch: ${LOG_RETENTION_DAYS.join(', ')}`,
    }),
    keepOnDelete: trueOrFalse().meta({
      description:
        'Whether the table (with deletion protection), the addresses and the logs outlive the stack.',
    }),
    emulator: trueOrFalse().meta({
      description: 'Whether the stack goes to an emulator of AWS, and does without what emulators lack.',
      takes: 'true or false (in prod: false)',
    }),
  })
  .refine(({ stage, emulator }) => !emulator || stage !== 'prod', { path: ['emulator'] })
  .refine(keepsScheduleOfProd, { path: ['retryDelaysSeconds'] })
  .refine(({ stage, strictTargets }) => strictTargets || stage !== 'prod', { path: ['strictTargets'] })
  .refine(hasAllocationIdsForAll, { path: ['eipAllocationIds'] })
  .refine(({ eipAllocationIds, eipAddresses }) => eipAddresses.length === eipAllocationIds.length, {
    path: ['eipAddresses'],
  })
  .refine(({ domainName, certificateArn }) => !domainName === !certificateArn, { path: ['certificateArn'] })
  .refine((given) => !given.dashboardDomainName === !given.dashboardCertificateArn, {
    path: ['dashboardCertificateArn'],
  })
  .refine(outlivesRetries, { path: ['retentionDays'] });

/** What a setting may be, in words. */
export function describeSetting(name: keyof Settings): string {
  return String(settingsSchema.shape[name].meta()?.['takes']);
}

export type Settings = z.output<typeof settingsSchema>;

type Network = { eipAllocationIds: string[]; natGateways: number; addressesPerGateway: number };

function hasAllocationIdsForAll({
  eipAllocationIds: ids,
  natGateways,
  addressesPerGateway,
}: Network): boolean {
  return ids.length === 0 || ids.length === natGateways * addressesPerGateway;
}

type Schedule = { stage: Stage; retryDelaysSeconds: number[] };

function keepsScheduleOfProd({ stage, retryDelaysSeconds }: Schedule): boolean {
  return stage !== 'prod' || retryDelaysSeconds.every((seconds) => seconds >= MIN_PROD_RETRY_SECONDS);
}

type Periods = { retentionDays: number; retryDelaysSeconds: number[] };

/**
 * Whether rows are kept for as long as a run can take whose receiver puts every attempt off, the immediate one too, and
 * whose attempts all stand in the whole line of a rate limit.
 */
function outlivesRetries({ retentionDays, retryDelaysSeconds }: Periods): boolean {
  const longestWaits = [0, ...retryDelaysSeconds].map((seconds) =>
    Math.max(seconds, MAX_RETRY_AFTER_SECONDS),
  );
  const scheduleSeconds = longestWaits.reduce((sum, seconds) => sum + seconds, 0);
  const lineSeconds = (longestWaits.length + 1) * MAX_LINE_SECONDS;
  return (retentionDays - MAX_QUEUED_DAYS) * DAY_SECONDS > scheduleSeconds + lineSeconds;
}

import { join } from 'node:path';
import { OPERATOR_ACCESS_KEY_ID, REGION } from './aws/account.ts';
import type { AwsService } from './aws/call.ts';
import { createDispatch, type Interceptor } from './aws/dispatch.ts';
import { Clock } from './clock.ts';
import { DynamoDb } from './dynamodb/dynamodb.ts';
import { createTables } from './dynamodb/tables.ts';
import { createEvents } from './events/events.ts';
import { readBusNames, readRules } from './events/rules.ts';
import { createCallFaults } from './faults/calls.ts';
import { Faults } from './faults/faults.ts';
import { Interruptions } from './faults/interruptions.ts';
import { REFUSALS } from './gateway/answer.ts';
import { createGateway } from './gateway/gateway.ts';
import { readApi } from './gateway/settings.ts';
import { answerHelper } from './helpers/helpers.ts';
import { Inboxes } from './helpers/inboxes.ts';
import { createEntrance, type Services } from './http/entrance.ts';
import { close, listen } from './http/server.ts';
import { Authority, type Session } from './iam/authority.ts';
import { createAuthorizer } from './iam/authorize.ts';
import { openFunctionSessions } from './iam/function-sessions.ts';
import { type Journal, memoryJournal, openJournal } from './journal.ts';
import { Functions, type OnFunctionLog } from './lambda/functions.ts';
import { readFunctions } from './lambda/settings.ts';
import { Mapping } from './mapping/mapping.ts';
import { DEFAULT_CONCURRENCY, type MappingSettings, readMappings } from './mapping/settings.ts';
import { meterCalls } from './meter/calls.ts';
import { readIndexes } from './meter/indexes.ts';
import type { Meter } from './meter/meter.ts';
import { createScheduler, readGroupNames } from './scheduler/scheduler.ts';
import { Schedules } from './scheduler/schedules.ts';
import { readSite } from './site/settings.ts';
import { openSite } from './site/site.ts';
import { Queues } from './sqs/queues.ts';
import { readQueues } from './sqs/settings.ts';
import { createSqs } from './sqs/sqs.ts';
import { readAssembly } from './stack/assembly.ts';
import { Stack } from './stack/stack.ts';

export type RuntimeOptions = {
  /** Where the CDK wrote its cloud assembly. */
  readonly assemblyDirectory: string;
  /** Where to answer; 0 for any port that is free. */
  readonly port: number;
  /** Fails where the port is taken, instead of taking the next one. */
  readonly portIsFixed?: boolean;
  /** Where tables, messages and schedules are kept; in memory where absent. */
  readonly dataDirectory?: string;
  readonly onFunctionLog?: OnFunctionLog;
  /** What every call of AWS passes on its way, first of all. */
  readonly interceptors?: readonly Interceptor[];
  /** How many invocations of a mapping, or of an API's function, run side by side at most; 5 where absent. */
  readonly maximumConcurrency?: number;
  /** Counts what AWS would bill. */
  readonly meter?: Meter;
  /** What is to be in place before anything but AWS's own services answers. */
  readonly prepare?: (account: Account) => Promise<void>;
};

/** What it takes to talk to the AWS of a runtime. */
export type Account = {
  /** The outputs of the stack. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The variables that an AWS SDK needs. */
  readonly environment: Readonly<Record<string, string>>;
};

/** A stack that runs. */
export type Runtime = Account & {
  /** Where the HTTP API answers, and the helpers, and AWS's services. */
  readonly url: string;
  readonly clock: Clock;
  /** Ends everything and leaves nothing behind but the data directory. */
  stop(): Promise<void>;
};

/** What is to be undone, last first. */
type Cleanup = (() => void | Promise<void>)[];

/** What everything stands on. */
type Base = {
  readonly stack: Stack;
  readonly authority: Authority;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly dynamoDb: DynamoDb;
  readonly faults: Faults;
  readonly interruptions: Interruptions;
  readonly url: string;
  readonly cleanup: Cleanup;
};

/**
 * Runs the stack of a cloud assembly on this machine.
 * @throws Error naming what the runtime does not understand in the template or what a role of it lacks, a port that is
 *   taken, or a data directory that another runtime is using; nothing is left open then
 */
export async function start(options: RuntimeOptions): Promise<Runtime> {
  const cleanup: Cleanup = [];
  try {
    return await startAll(options, cleanup);
  } catch (error) {
    await stopAll(cleanup);
    throw error;
  }
}

async function startAll(options: RuntimeOptions, cleanup: Cleanup): Promise<Runtime> {
  const { assemblyDirectory, port, portIsFixed = false, meter } = options;
  const assembly = await readAssembly(assemblyDirectory);
  const stores = await openStores(options.dataDirectory, cleanup);
  const clock = await startClock(stores.journal, cleanup);

  let services: Services | undefined;
  const entrance = createEntrance(clock, () => services);
  const { server, url } = await listen(entrance, { port, portIsFixed });
  cleanup.push(() => close(server));

  const stack = new Stack(assembly, url);
  const faults = new Faults();
  const interruptions = new Interruptions(faults);
  const authority = new Authority(stack);
  const base: Base = { ...stores, stack, authority, clock, faults, interruptions, url, cleanup };
  const { functions, mappings, sessions } = createFunctions(base, options);
  const { queues, schedules, dispatch } = createAws(base, createInterceptors(base, sessions, options));
  await createTables(stack, stores.dynamoDb.answer);
  await queues.restore();
  await schedules.restore();

  const inboxes = new Inboxes(clock);
  cleanup.push(() => inboxes.stop());
  const { outputs } = stack;
  const environment = environmentOf(url);
  const site = readSite(stack);
  services = { aws: dispatch, helpers: refuse, api: refuse };
  await options.prepare?.({ outputs, environment });
  services = {
    aws: dispatch,
    helpers: (request) => answerHelper({ clock, queues, schedules, inboxes, faults, outputs }, request),
    api: createGateway(readApi(stack), functions, { clock, authority, meter }),
    site: site && (await openSite(site)),
  };
  for (const mapping of mappings) startMapping(mapping, { queues, functions, clock, meter, cleanup });
  // Whoever waits for an answer is cut off first, and not told that a function has crashed.
  cleanup.push(() => server.closeAllConnections());
  return { url, outputs, environment, clock, stop: once(() => stopAll(cleanup)) };
}

const refuse = async () => REFUSALS.unavailable;

/** What every call passes: who looks on from outside, then faults, and whether it is allowed; what is left is billed. */
function createInterceptors(
  { stack, authority, faults, interruptions, url }: Base,
  sessions: ReadonlyMap<string, Session>,
  { interceptors = [], meter }: RuntimeOptions,
): Interceptor[] {
  return [
    ...interceptors,
    interruptions.intercept,
    createCallFaults(faults),
    createAuthorizer(authority, sessions),
    ...(meter
      ? [meterCalls(meter, { functions: readFunctions(stack, url), indexes: readIndexes(stack) })]
      : []),
  ];
}

/** The AWS services, and the one way to them. */
function createAws(
  { stack, authority, clock, journal, dynamoDb, faults }: Base,
  interceptors: readonly Interceptor[],
) {
  const queues = new Queues(readQueues(stack), { clock, journal, faults });
  const dispatch: AwsService = (call) => dispatchTo(call);
  const groupNames = readGroupNames(stack);
  const schedules = new Schedules({ clock, journal, queues, dispatch, authority, groupNames });
  const services = {
    dynamodb: dynamoDb.answer,
    sqs: createSqs(queues, clock),
    events: createEvents({
      clock,
      queues,
      rules: readRules(stack),
      busNames: readBusNames(stack),
      authority,
    }),
    scheduler: createScheduler(schedules),
  };
  const dispatchTo = createDispatch(services, interceptors);
  return { queues, schedules, dispatch };
}

/** The functions, with as many instances as their mappings may need, and the mappings, which are still to start. */
function createFunctions(base: Base, options: RuntimeOptions) {
  const { stack, authority, clock, interruptions, url, cleanup } = base;
  const { maximumConcurrency = DEFAULT_CONCURRENCY, onFunctionLog = () => {}, meter } = options;
  const mappings = readMappings(stack, maximumConcurrency);
  const settings = readFunctions(stack, url);
  const sessions = openFunctionSessions(authority, settings, mappings);
  const functions = new Functions(settings, {
    clock,
    onLog: onFunctionLog,
    interruptions,
    meter,
    maximumInstancesOf: ({ name, arn }) => countInstances([name, arn], mappings) || maximumConcurrency,
  });
  cleanup.push(() => functions.stop());
  return { functions, mappings, sessions };
}

/** The journal first, since its lock tells whether another runtime is using the directory. */
async function openStores(directory: string | undefined, cleanup: Cleanup) {
  const journal = directory === undefined ? memoryJournal : await openJournal(join(directory, 'journal'));
  cleanup.push(() => journal.close());
  const dynamoDb = await DynamoDb.open(directory === undefined ? undefined : join(directory, 'tables'));
  cleanup.push(() => dynamoDb.close());
  return { journal, dynamoDb };
}

async function startClock(journal: Journal, cleanup: Cleanup): Promise<Clock> {
  const [offsetMs = 0] = (await journal.read('clock/')) as number[];
  const clock = new Clock({ offsetMs, saveOffset: (offset) => journal.put('clock/offset', offset) });
  cleanup.push(() => clock.stop());
  return clock;
}

type MappingContext = {
  queues: Queues;
  functions: Functions;
  clock: Clock;
  meter: Meter | undefined;
  cleanup: Cleanup;
};

function startMapping(
  settings: MappingSettings,
  { queues, functions, clock, meter, cleanup }: MappingContext,
): void {
  const queue = queues.find(settings.queueArn);
  if (!queue)
    throw new Error(`${settings.logicalId} needs the queue ${settings.queueArn}, which the stack has not`);
  const lambda = functions.require(settings.functionName, settings.logicalId);
  const mapping = new Mapping(settings, { queue, lambda, clock, meter });
  cleanup.push(() => mapping.stop());
}

/** As many as a function's mappings may need together, so that none of them waits for another. */
function countInstances(names: readonly string[], mappings: readonly MappingSettings[]): number {
  const own = mappings.filter(({ functionName }) => names.includes(functionName));
  return own.reduce((sum, { concurrency }) => sum + concurrency, 0);
}

function environmentOf(url: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: OPERATOR_ACCESS_KEY_ID,
    AWS_SECRET_ACCESS_KEY: 'local',
  };
}

async function stopAll(cleanup: Cleanup): Promise<void> {
  for (const undo of cleanup.splice(0).toReversed()) await undo();
}

/** The same promise, however often it is asked for. */
function once(act: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= act();
    return done;
  };
}

import { AwsError } from '../aws/error.ts';
import type { Clock, Timer } from '../clock.ts';
import type { Journal } from '../journal.ts';
import { callTarget, type DeliveryContext, putAside } from './deliver.ts';
import { assumeRole, CANNOT_ASSUME } from './role.ts';
import type { Schedule } from './schedule.ts';

type SchedulesContext = DeliveryContext & {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly groupNames: readonly string[];
};

type Waiting = { schedule: Schedule; timer?: Timer };

/** How often, and for how long, a target that fails is tried: Scheduler's defaults. */
const MAX_RETRIES = 185;
const MAX_AGE_MS = 24 * 3_600_000;

/** The longest wait before another try. */
const MAX_BACKOFF_MS = 600_000;

/** The schedules of all groups, each of which happens at its time on the runtime's clock. */
export class Schedules {
  readonly #context: SchedulesContext;
  readonly #schedules = new Map<string, Waiting>();
  #firedCount = 0;

  constructor(context: SchedulesContext) {
    this.#context = context;
  }

  /** Takes back what the journal kept; what became due in between happens now. */
  async restore(): Promise<void> {
    const schedules = (await this.#context.journal.read('schedule/')) as Schedule[];
    for (const schedule of schedules) this.#enter(schedule);
  }

  /**
   * Adds a schedule; done when it would survive a crash. The same request once more changes nothing.
   * @throws AwsError where the group does not exist or has a schedule of that name, its time has passed, or the role does
   * not trust Scheduler
   */
  async create(schedule: Schedule): Promise<void> {
    const key = keyOf(schedule.groupName, schedule.name);
    this.#requireGroup(schedule.groupName);
    if (schedule.dueAt <= this.#context.clock.now())
      throw new AwsError(
        'ValidationException',
        `Invalid Schedule Expression ${schedule.expression}: it has passed.`,
      );
    if (!assumeRole(schedule, this.#context.authority))
      throw new AwsError('ValidationException', CANNOT_ASSUME);
    const existing = this.#schedules.get(key)?.schedule;
    if (existing) return assertSameRequest(existing, schedule);
    this.#schedules.set(key, { schedule });
    await this.#context.journal.put(key, schedule);
    this.#enter(schedule);
  }

  /** @throws AwsError where there is none */
  find(groupName: string, name: string): Schedule {
    this.#requireGroup(groupName);
    const found = this.#schedules.get(keyOf(groupName, name));
    if (found) return found.schedule;
    throw new AwsError('ResourceNotFoundException', `Schedule ${name} does not exist.`, { status: 404 });
  }

  /** @throws AwsError where there is none */
  async delete(groupName: string, name: string): Promise<void> {
    await this.#remove(this.find(groupName, name));
  }

  /** All schedules, the next one first. */
  all(): Schedule[] {
    const schedules = [...this.#schedules.values()].map(({ schedule }) => schedule);
    return schedules.sort((a, b) => a.dueAt - b.dueAt);
  }

  /** How many have happened since the start. */
  get firedCount(): number {
    return this.#firedCount;
  }

  #enter(schedule: Schedule): void {
    const waiting: Waiting = { schedule };
    this.#schedules.set(keyOf(schedule.groupName, schedule.name), waiting);
    if (schedule.enabled) this.#wait(waiting, schedule.dueAt, 0);
  }

  #wait(waiting: Waiting, until: number, retries: number): void {
    waiting.timer = this.#context.clock.at(until, () => this.#fire(waiting, retries));
  }

  /** The message first, then the end of the schedule: a crash in between sends it twice and never not at all. */
  async #fire(waiting: Waiting, retries: number): Promise<void> {
    const { schedule } = waiting;
    const { clock } = this.#context;
    if (retries === 0) this.#firedCount += 1;
    const failure = await callTarget(schedule, this.#context);
    const isLate = retries >= MAX_RETRIES || clock.now() - schedule.dueAt >= MAX_AGE_MS;
    if (failure?.isTemporary && !isLate) {
      return this.#wait(waiting, clock.now() + Math.min(1000 * 2 ** retries, MAX_BACKOFF_MS), retries + 1);
    }
    if (failure) await putAside(schedule, failure, this.#context);
    await this.#complete(schedule);
  }

  async #complete(schedule: Schedule): Promise<void> {
    if (schedule.deleteAfterCompletion) return this.#remove(schedule);
    const completed = { ...schedule, enabled: false };
    this.#schedules.set(keyOf(schedule.groupName, schedule.name), { schedule: completed });
    await this.#context.journal.put(keyOf(schedule.groupName, schedule.name), completed);
  }

  async #remove({ groupName, name }: Schedule): Promise<void> {
    const key = keyOf(groupName, name);
    this.#schedules.get(key)?.timer?.cancel();
    this.#schedules.delete(key);
    await this.#context.journal.delete(key);
  }

  #requireGroup(groupName: string): void {
    if (this.#context.groupNames.includes(groupName)) return;
    throw new AwsError('ResourceNotFoundException', `Schedule group ${groupName} does not exist.`, {
      status: 404,
    });
  }
}

function keyOf(groupName: string, name: string): string {
  return `schedule/${groupName}/${name}`;
}

/** A client that heard no answer asks again with the same token, and is told again that all is well. */
function assertSameRequest(existing: Schedule, schedule: Schedule): void {
  if (schedule.clientToken && JSON.stringify(existing) === JSON.stringify(schedule)) return;
  throw new AwsError('ConflictException', `Schedule ${schedule.name} already exists.`, { status: 409 });
}

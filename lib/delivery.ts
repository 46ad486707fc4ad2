import { Duration } from 'aws-cdk-lib';
import { RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { QUEUE_RETENTION_DAYS, SLOW_QUEUE_RETENTION_DAYS } from '../core/queue-retention.ts';
import { type Settings, targetPolicyOf } from './config.ts';
import type { EventBus } from './event-bus.ts';
import type { Egress } from './network.ts';
import { NodeFunction } from './node-function.ts';
import { metricNamespaceOf } from './own-metric.ts';
import { Schedules } from './schedules.ts';
import type { Store } from './store.ts';
import { WorkQueue } from './work-queue.ts';

const DISPATCHER_TIMEOUT = Duration.seconds(30);
/** A receiver has 30 s; the rest is for recording and for scheduling the next attempt. */
const DELIVERER_TIMEOUT = Duration.seconds(45);

/** MB: docs/performance.md has the curves. A batch of deliveries waits for receivers far longer than it computes. */
const DISPATCHER_MEMORY = 256;
const DELIVERER_MEMORY = 192;

type DeliveryProps = {
  readonly settings: Settings;
  readonly store: Store;
  readonly eventBus: EventBus;
  readonly egress: Egress;
};

/** From an event on the queue to a signed request, and to the next one where it failed. */
export class Delivery extends Construct {
  readonly events: WorkQueue;
  readonly deliveries: WorkQueue;
  /** Deliveries to webhooks that are slow just now, so that no other waits for them. */
  readonly slowDeliveries: WorkQueue;
  readonly schedules: Schedules;
  readonly deliverer: NodeFunction;

  constructor(scope: Construct, id: string, props: DeliveryProps) {
    super(scope, id);
    this.events = new WorkQueue(this, 'Events', {
      consumerTimeout: DISPATCHER_TIMEOUT,
      retentionDays: QUEUE_RETENTION_DAYS,
      env: { deadLettersUrl: 'EVENTS_DEAD_LETTER_QUEUE_URL' },
    });
    this.deliveries = new WorkQueue(this, 'Deliveries', {
      consumerTimeout: DELIVERER_TIMEOUT,
      retentionDays: QUEUE_RETENTION_DAYS,
      env: { url: 'DELIVERIES_QUEUE_URL', deadLettersUrl: 'DELIVERIES_DEAD_LETTER_QUEUE_URL' },
    });
    this.slowDeliveries = new WorkQueue(this, 'SlowDeliveries', {
      consumerTimeout: DELIVERER_TIMEOUT,
      retentionDays: SLOW_QUEUE_RETENTION_DAYS,
      env: { url: 'SLOW_DELIVERIES_QUEUE_URL' },
    });
    this.schedules = new Schedules(this, 'Schedules', { target: this.deliveries.queue });
    this.createDispatcher(props);
    this.deliverer = this.createDeliverer(props);
  }

  /** The queues that functions read, by their names in alarms and on the dashboard. */
  get queues() {
    return { Events: this.events, Deliveries: this.deliveries, SlowDeliveries: this.slowDeliveries };
  }

  private createDispatcher({ settings, store }: DeliveryProps): void {
    const dispatcher = new NodeFunction(this, 'Dispatcher', {
      name: 'dispatcher',
      description: 'Fans an event out: one message for each webhook of its owner that wants it',
      settings,
      memorySize: DISPATCHER_MEMORY,
      timeout: DISPATCHER_TIMEOUT,
      // A delivery that is given up is told as an event, which comes here by way of the bus. That is no loop: the
      // failure of its own deliveries is not told, and each webhook that is turned off is one fewer to be told of it.
      // Yet Lambda counts rounds by the trace that an event carries on, and would make a dead letter of the 17th.
      recursiveLoop: RecursiveLoop.ALLOW,
      environment: {
        RETENTION_DAYS: String(settings.retentionDays),
        POWERTOOLS_METRICS_NAMESPACE: metricNamespaceOf(this),
      },
    });
    store.grantUse(dispatcher, 'Query', 'GetItem', 'PutItem');
    this.deliveries.grantSend(dispatcher);
    this.events.grantSendDeadLetters(dispatcher);
    this.events.consumeBy(dispatcher, { maxConcurrency: settings.dispatcherMaxConcurrency });
  }

  private createDeliverer({ settings, store, eventBus, egress }: DeliveryProps): NodeFunction {
    const deliverer = new NodeFunction(this, 'Deliverer', {
      name: 'deliverer',
      description: 'Sends a delivery to its webhook, records the attempt and schedules the next',
      settings,
      memorySize: DELIVERER_MEMORY,
      timeout: DELIVERER_TIMEOUT,
      ...egress.placement,
      // Retries go back onto the queue that this function reads, by itself and by way of its schedules, and what is
      // slow goes on to the other one. That is no loop: attempts are numbered and end, and nothing leaves the slow
      // lane but by an attempt. Yet Lambda would cut them off after 16 rounds.
      recursiveLoop: RecursiveLoop.ALLOW,
      environment: {
        RETRY_DELAYS_SECONDS: settings.retryDelaysSeconds.join(','),
        RETENTION_DAYS: String(settings.retentionDays),
        TARGET_POLICY: targetPolicyOf(settings),
        // Node looks names up in so many threads at once: name servers that hang must not keep a batch waiting.
        UV_THREADPOOL_SIZE: '16',
        POWERTOOLS_METRICS_NAMESPACE: metricNamespaceOf(this),
      },
    });
    store.grantUse(
      deliverer,
      'GetItem',
      'BatchGetItem',
      'PutItem',
      'PartiQLInsert',
      'UpdateItem',
      'DeleteItem',
      'Query',
    );
    eventBus.grantAnnounce(deliverer);
    this.schedules.grantCreate(deliverer);
    this.deliveries.grantSend(deliverer);
    this.deliveries.grantSendDeadLetters(deliverer);
    this.deliveries.consumeBy(deliverer, { maxConcurrency: settings.delivererMaxConcurrency });
    this.slowDeliveries.grantSend(deliverer);
    this.slowDeliveries.consumeBy(deliverer, { maxConcurrency: settings.slowLaneMaxConcurrency });
    return deliverer;
  }
}

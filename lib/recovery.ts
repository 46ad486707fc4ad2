import { Duration } from 'aws-cdk-lib';
import { RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { QUEUE_RETENTION_DAYS } from '../core/queue-retention.ts';
import type { Settings } from './config.ts';
import type { Delivery } from './delivery.ts';
import type { EventBus } from './event-bus.ts';
import { NodeFunction } from './node-function.ts';
import { metricNamespaceOf } from './own-metric.ts';
import type { Store } from './store.ts';
import { WorkQueue } from './work-queue.ts';

const TIMEOUT = Duration.seconds(30);

/**
 * Two steps are taken at the same time, of all recoveries, and each works off its hundred by a few calls at once: the
 * table and the queue serve everybody. The least there is.
 */
const MAX_CONCURRENCY = 2;

type RecoveryProps = {
  readonly settings: Settings;
  readonly store: Store;
  readonly eventBus: EventBus;
  readonly delivery: Delivery;
};

/** What replays, step by step, what webhooks have missed. */
export class Recovery extends Construct {
  readonly steps: WorkQueue;

  constructor(scope: Construct, id: string, { settings, store, eventBus, delivery }: RecoveryProps) {
    super(scope, id);
    this.steps = new WorkQueue(this, 'Recoveries', {
      consumerTimeout: TIMEOUT,
      retentionDays: QUEUE_RETENTION_DAYS,
      env: { url: 'RECOVERIES_QUEUE_URL', deadLettersUrl: 'RECOVERIES_DEAD_LETTER_QUEUE_URL' },
    });
    const recoverer = new NodeFunction(this, 'Recoverer', {
      name: 'recoverer',
      description: 'Takes the next step of a recovery: replays as many deliveries as there is room for',
      settings,
      memorySize: 256,
      timeout: TIMEOUT,
      // Each step asks for the next, and so for as many as it takes. That is no loop: steps are numbered, each is taken
      // once, and a recovery ends with its range. Yet Lambda would cut it off after 16 steps.
      recursiveLoop: RecursiveLoop.ALLOW,
      environment: {
        RETENTION_DAYS: String(settings.retentionDays),
        POWERTOOLS_METRICS_NAMESPACE: metricNamespaceOf(this),
      },
    });
    store.grantUse(recoverer, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem');
    store.grantQueryUndelivered(recoverer);
    eventBus.grantAnnounce(recoverer);
    delivery.deliveries.grantSend(recoverer);
    this.steps.grantSend(recoverer);
    this.steps.grantSendDeadLetters(recoverer);
    this.steps.consumeBy(recoverer, { maxConcurrency: MAX_CONCURRENCY, batchSize: 1 });
  }
}

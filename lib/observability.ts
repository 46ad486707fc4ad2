import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { Alarms } from './alarms.ts';
import type { Api } from './api.ts';
import type { Settings } from './config.ts';
import { Dashboard } from './dashboard.ts';
import type { Delivery } from './delivery.ts';
import type { EventBus } from './event-bus.ts';
import type { Network } from './network.ts';
import { NodeFunction } from './node-function.ts';
import { watchFunctions, watchOtherDeadLetters, watchOutcomes, watchQueues } from './pipeline-alarms.ts';
import type { Recovery } from './recovery.ts';
import { watchApi, watchBus, watchNetwork, watchSchedules, watchStore } from './service-alarms.ts';
import type { Store } from './store.ts';

type ObservabilityProps = {
  readonly settings: Settings;
  readonly store: Store;
  readonly eventBus: EventBus;
  readonly network: Network;
  readonly delivery: Delivery;
  readonly recovery: Recovery;
  readonly api: Api;
};

/** Alarms that wake people, each with its entry of the runbook; and a dashboard that they look at then. */
export class Observability extends Construct {
  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    const { settings, store, eventBus, network, delivery, recovery, api } = props;
    const queues = { ...delivery.queues, Recoveries: recovery.steps };
    const functions = Stack.of(this)
      .node.findAll()
      .filter((construct) => construct instanceof NodeFunction);
    const alarms = new Alarms(this, 'Alarms', settings);
    watchQueues(alarms, queues);
    watchOtherDeadLetters(alarms, eventBus, delivery.schedules);
    watchFunctions(alarms, functions);
    watchOutcomes(alarms);
    watchApi(alarms, api);
    watchBus(alarms, eventBus);
    watchSchedules(alarms, delivery.schedules);
    watchNetwork(alarms, network);
    watchStore(alarms, store);
    new Dashboard(this, 'Dashboard', { alarms: alarms.all, functions, queues, api, delivery, network });
  }
}

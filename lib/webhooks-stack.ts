import { CfnOutput, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Api } from './api.ts';
import type { Settings } from './config.ts';
import { Delivery } from './delivery.ts';
import { EventBus } from './event-bus.ts';
import { EMULATOR_EGRESS, Network } from './network.ts';
import { Observability } from './observability.ts';
import { Recovery } from './recovery.ts';
import { Site } from './site.ts';
import { SiteContent } from './site-content.ts';
import { Store } from './store.ts';
import type { WorkQueue } from './work-queue.ts';

type WebhooksStackProps = StackProps & { readonly settings: Settings };

/** Cathcr Webhooks: an event in, a signed webhook out, retried on schedule. */
export class WebhooksStack extends Stack {
  constructor(scope: Construct, id: string, { settings, tags, ...props }: WebhooksStackProps) {
    super(scope, id, {
      description: `Cathcr Webhooks (${settings.stage})`,
      ...props,
      tags: { project: 'cathcr-webhooks', stage: settings.stage, ...tags },
    });

    const store = new Store(this, 'Store', settings);
    const eventBus = new EventBus(this, 'EventBus', settings);
    const network = settings.emulator ? undefined : new Network(this, 'Network', settings);
    const egress = network ?? EMULATOR_EGRESS;
    const delivery = new Delivery(this, 'Delivery', { settings, store, eventBus, egress });
    eventBus.sendEventsTo(delivery.events.queue);
    const recovery = new Recovery(this, 'Recovery', { settings, store, eventBus, delivery });
    const site = settings.emulator ? undefined : new Site(this, 'Site', settings);
    const api = new Api(this, 'Api', { settings, store, eventBus, delivery, recovery, egress, site });
    if (site) new SiteContent(this, 'SiteContent', { settings, site, apiUrl: api.url });
    if (network)
      new Observability(this, 'Observability', {
        settings,
        store,
        eventBus,
        network,
        delivery,
        recovery,
        api,
      });

    /** Each dead-letter queue, and the queue that its messages belong on. A work queue has both. */
    const deadLetterQueues: Record<string, Pick<WorkQueue, 'deadLetters' | 'queue'>> = {
      rule: { deadLetters: eventBus.deadLetters, queue: delivery.events.queue },
      events: delivery.events,
      deliveries: delivery.deliveries,
      slow: delivery.slowDeliveries,
      recoveries: recovery.steps,
      schedules: { deadLetters: delivery.schedules.deadLetters, queue: delivery.deliveries.queue },
    };

    new CfnOutput(this, 'ApiUrl', { description: 'Where the API answers', value: api.url });
    if (api.domain) {
      new CfnOutput(this, 'DomainTarget', {
        description: 'What the host name of the API is to point at (CNAME or alias)',
        value: api.domain.regionalDomainName,
      });
    }
    if (site) {
      new CfnOutput(this, 'DashboardUrl', { description: 'Where the dashboard is', value: site.url });
    }
    if (site && settings.dashboardDomainName) {
      new CfnOutput(this, 'DashboardTarget', {
        description: 'What the host name of the dashboard is to point at (CNAME or alias)',
        value: site.distribution.domainName,
      });
    }
    new CfnOutput(this, 'BusName', {
      description: 'The bus to put events on',
      value: eventBus.bus.eventBusName,
    });
    new CfnOutput(this, 'TableName', {
      description: 'The table, which API keys are put into',
      value: store.table.tableName,
    });
    new CfnOutput(this, 'DeadLetterQueues', {
      description: 'Where dead letters lie, and where they belong: what npm run dead-letters takes',
      value: this.toJsonString(
        Object.fromEntries(
          Object.entries(deadLetterQueues).map(([name, { deadLetters, queue }]) => [
            name,
            { url: deadLetters.queueUrl, belongs_on: queue.queueUrl },
          ]),
        ),
      ),
    });
    new CfnOutput(this, 'EgressIps', {
      description: 'The addresses that webhooks are called from, for the firewalls of receivers',
      value: Fn.join(',', [...egress.egressAddresses]),
    });
  }
}

import { Duration, Fn, Lazy, Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { BUS_SOURCES, type BusSource, CATHCR, OWN } from '../core/bus-source.ts';
import type { Settings } from './config.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import type { NodeFunction } from './node-function.ts';

/** The bus that Cathcr's services, and this system, put their events on, named as the stack is. */
export class EventBus extends Construct {
  readonly bus: events.EventBus;
  /** Events that the rule could not put on the queue. */
  readonly deadLetters: DeadLetterQueue;
  private readonly rule: events.Rule;
  /** ARNs of the roles that may speak in the name of this system. */
  private readonly announcers: string[] = [];

  constructor(scope: Construct, id: string, { emulator }: Settings) {
    super(scope, id);
    this.bus = new events.EventBus(this, 'Bus', { eventBusName: Stack.of(this).stackName });
    // What this system tells the bus itself comes back as well, for the webhooks that are subscribed to it: that ends,
    // as the failure of such a delivery is not told (docs/decisions/operational-events.md).
    this.rule = new events.Rule(this, 'Rule', {
      description: 'Events of Cathcr and of this system, to be fanned out to webhooks',
      eventBus: this.bus,
      eventPattern: { source: [...BUS_SOURCES] },
    });
    this.deadLetters = new DeadLetterQueue(this, 'RuleDeadLetters');
    // Emulators know no policies of buses.
    if (!emulator) this.keepOwnSource();
  }

  /**
   * Sends Cathcr's events to a queue. A day and 185 tries are the most that EventBridge gives.
   */
  sendEventsTo(queue: Queue): void {
    this.rule.addTarget(
      new SqsQueue(queue, {
        deadLetterQueue: this.deadLetters,
        maxEventAge: Duration.hours(24),
        retryAttempts: 185,
      }),
    );
  }

  /**
   * A metric of EventBridge's for the rule, summed over five minutes. The rule's name is taken from its ARN
   * (`…:rule/BUS/NAME`): of a rule that is not on the default bus, CloudFormation's `Ref` is `BUS|NAME`.
   */
  ruleMetric(metricName: string): Metric {
    const RuleName = Fn.select(2, Fn.split('/', this.rule.ruleArn));
    const dimensionsMap = { EventBusName: this.bus.eventBusName, RuleName };
    return new Metric({ namespace: 'AWS/Events', metricName, dimensionsMap, statistic: 'Sum' });
  }

  /** Lets a function put Cathcr's events on the bus, and tells it the bus's name. */
  grantPublish(fn: NodeFunction): void {
    this.grantPut(fn, CATHCR);
  }

  /** Lets a function tell the bus of what this system has done, as nobody else may, and tells it the bus's name. */
  grantAnnounce(fn: NodeFunction): void {
    this.grantPut(fn, OWN);
    this.announcers.push(fn.role.roleArn);
  }

  private grantPut(fn: NodeFunction, source: BusSource): void {
    fn.allow(['events:PutEvents'], this.bus.eventBusArn, { StringEquals: { 'events:source': source } });
    fn.setEnv('BUS_NAME', this.bus.eventBusName);
  }

  /**
   * Denies this system's own source to everybody but those that are granted it, whatever their policies say: its events
   * cannot be forged. Of a request with several sources, one is enough to be denied.
   */
  private keepOwnSource(): void {
    this.bus.addToResourcePolicy(
      new PolicyStatement({
        sid: 'KeepOwnSource',
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['events:PutEvents'],
        resources: [this.bus.eventBusArn],
        conditions: {
          'ForAnyValue:StringEquals': { 'events:source': OWN },
          ArnNotEquals: { 'aws:PrincipalArn': Lazy.list({ produce: () => this.announcers }) },
        },
      }),
    );
  }
}

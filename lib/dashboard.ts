import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  LogQueryWidget,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { FAILURE_KINDS } from '../core/metrics.ts';
import { accountWideName } from './account-wide-name.ts';
import type { Api } from './api.ts';
import type { Delivery } from './delivery.ts';
import type { Network } from './network.ts';
import type { NodeFunction } from './node-function.ts';
import { ownMetric } from './own-metric.ts';
import type { Queues } from './pipeline-alarms.ts';

/** The width of a whole row, and of a third. */
const ROW = 24;
const THIRD = 8;
const HEIGHT = 6;

type DashboardProps = {
  readonly alarms: readonly Alarm[];
  readonly functions: readonly NodeFunction[];
  readonly queues: Queues;
  readonly api: Api;
  readonly delivery: Delivery;
  readonly network: Network;
};

/** Who is failing is asked of the lines that tell of attempts: a customer is never a dimension of a metric. */
const FAILING = [
  'filter message = "attempt" and ispresent(error)',
  'stats count(*) as failed, count_distinct(delivery_id) as deliveries, earliest(timestamp) as since, ' +
    'latest(timestamp) as last, latest(error) as latest_error by webhook_id',
  'sort failed desc',
  'limit 20',
];

const SLOW = [
  'filter message = "attempt"',
  'stats count(*) as attempts, pct(response_time, 95) as p95_ms, max(response_time) as max_ms by webhook_id',
  'sort p95_ms desc',
  'limit 20',
];

const TURNED_OFF = [
  'filter message = "webhook turned off"',
  'fields timestamp, webhook_id, reason',
  'sort timestamp desc',
  'limit 20',
];

/** What harms nobody has no alarm: a missing permission that can be done without, figures that were left out. */
const OWN_TROUBLE = [
  'filter level in ["WARN", "ERROR"]',
  'stats count(*) as lines, earliest(timestamp) as since, latest(timestamp) as last, ' +
    'latest(error.message) as latest_error by service, message, error.name',
  'sort lines desc',
  'limit 20',
];

/** A question to the logs of functions. */
const ask = (title: string, of: readonly NodeFunction[], queryLines: string[], width = THIRD) =>
  new LogQueryWidget({
    title,
    logGroupNames: of.map(({ logGroup }) => logGroup.logGroupName),
    queryLines,
    width,
    height: HEIGHT,
  });

const graph = (title: string, left: IMetric[], { stacked = false, width = THIRD } = {}): GraphWidget =>
  new GraphWidget({ title, left, stacked, width, height: HEIGHT, leftYAxis: { min: 0 } });

/** One page that answers: is it healthy, who is failing, since when. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    new CloudWatchDashboard(this, 'Page', {
      dashboardName: accountWideName(this),
      defaultInterval: Duration.hours(12),
      widgets: [
        [
          new AlarmStatusWidget({
            title: 'Is it healthy?',
            alarms: [...props.alarms],
            width: ROW,
            height: 5,
          }),
        ],
        this.showOutcomes(),
        this.showCustomers(props.delivery),
        this.showQueues(props.queues),
        this.showFunctions(props.functions),
        [ask('What goes wrong with us?', props.functions, OWN_TROUBLE, ROW)],
        this.showEdges(props),
      ],
    });
  }

  private showOutcomes(): IWidget[] {
    const own = (name: Parameters<typeof ownMetric>[2]) => ownMetric(this, 'deliverer', name);
    const time = (statistic: string) =>
      ownMetric(this, 'deliverer', 'TimeToDelivery', { statistic, label: statistic });
    return [
      graph('Attempts', [own('Delivered'), own('Failed')], { stacked: true }),
      graph(
        'Why attempts fail',
        FAILURE_KINDS.map((kind) => own(`Failed${kind}`)),
        { stacked: true },
      ),
      graph('From acceptance to delivery, first attempts, ms', [
        time(Stats.percentile(50)),
        time(Stats.percentile(95)),
        time(Stats.percentile(99)),
      ]),
    ];
  }

  private showCustomers({ deliverer }: Delivery): IWidget[] {
    return [
      ask('Who is failing, since when?', [deliverer], FAILING),
      ask('Who answers slowly?', [deliverer], SLOW),
      ask('Who was turned off?', [deliverer], TURNED_OFF),
    ];
  }

  private showQueues(queues: Queues): IWidget[] {
    const each = Object.entries(queues);
    const own = (name: Parameters<typeof ownMetric>[2]) => ownMetric(this, 'deliverer', name);
    return [
      graph(
        'Oldest message, s',
        each.map(([label, { queue }]) => queue.metricApproximateAgeOfOldestMessage({ label })),
      ),
      graph(
        'Messages that wait',
        each.map(([label, { queue }]) => queue.metricApproximateNumberOfMessagesVisible({ label })),
      ),
      graph('What follows from failures', [
        own('Retried'),
        own('Exhausted'),
        own('Skipped'),
        own('Disabled'),
        own('SentBack'),
      ]),
    ];
  }

  private showFunctions(functions: readonly NodeFunction[]): IWidget[] {
    const each = (metricOf: (fn: NodeFunction, label: string) => IMetric) =>
      functions.map((fn) => metricOf(fn, fn.node.id));
    return [
      graph('Errors and throttles of functions', [
        ...each((fn, name) => fn.metricErrors({ label: `${name} errors` })),
        ...each((fn, name) => fn.metricThrottles({ label: `${name} throttles` })),
      ]),
      graph(
        'Duration of functions, p95, ms',
        each((fn, label) => fn.metricDuration({ label, statistic: Stats.percentile(95) })),
      ),
      graph(
        'Invocations at the same time',
        each((fn, label) => fn.metric('ConcurrentExecutions', { label, statistic: Stats.MAXIMUM })),
      ),
    ];
  }

  /** Where the system meets others: the API, the schedules, the way out. */
  private showEdges({ api, delivery, network }: DashboardProps): IWidget[] {
    const { httpApi } = api;
    const sum = { statistic: Stats.SUM };
    return [
      graph('Requests of the API', [
        httpApi.metricCount({ ...sum, label: 'all' }),
        httpApi.metricClientError({ ...sum, label: '4xx' }),
        httpApi.metricServerError({ ...sum, label: '5xx' }),
      ]),
      graph('Retries that Scheduler sends', [
        delivery.schedules.metric('InvocationAttemptCount'),
        delivery.schedules.metric('InvocationThrottleCount'),
        delivery.schedules.metric('TargetErrorCount'),
      ]),
      graph('Connections of the NAT gateways', [
        ...network.natGatewayMetrics('ActiveConnectionCount'),
        ...network.natGatewayMetrics('ErrorPortAllocation'),
      ]),
    ];
  }
}

import { Duration, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { CorsHttpMethod, HttpApi, HttpMethod, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ROUTES, type RouteKey } from '../core/routes.ts';
import { type Settings, targetPolicyOf } from './config.ts';
import type { Delivery } from './delivery.ts';
import type { EventBus } from './event-bus.ts';
import type { Network } from './network.ts';
import { NodeFunction } from './node-function.ts';
import type { Store } from './store.ts';

const ACCESS_LOG_FIELDS = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  responseBytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  error: '$context.integrationErrorMessage',
};

type ApiProps = {
  readonly settings: Settings;
  readonly store: Store;
  readonly eventBus: EventBus;
  readonly delivery: Delivery;
  readonly network: Network;
};

/** What routes lead to: one for each API function. */
type Integrations = Record<(typeof ROUTES)[RouteKey]['function'], HttpLambdaIntegration>;

/** The HTTP API: its routes are those of `core/routes.ts`, and any other request gets a 404 or 405 of our own. */
export class Api extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id);
    const integrations = this.createIntegrations(props);
    const api = this.createHttpApi(props.settings, integrations.public);
    this.addRoutes(api, integrations);
    this.addStage(api, props.settings);
    this.url = api.apiEndpoint;
  }

  /** One function for each boundary of permissions, with what leads to it. */
  private createIntegrations({ settings, store, eventBus, delivery, network }: ApiProps): Integrations {
    const retention = { RETENTION_DAYS: String(settings.retentionDays) };

    const webhooks = new NodeFunction(this, 'Webhooks', {
      name: 'webhooks',
      description: 'API: webhooks, created, read, changed and deleted',
      settings,
      environment: {
        TARGET_POLICY: targetPolicyOf(settings),
        MAX_WEBHOOKS_PER_USER: String(settings.maxWebhooksPerUser),
      },
    });
    store.grantUse(webhooks, 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'DeleteItem');

    const deliveries = new NodeFunction(this, 'Deliveries', {
      name: 'deliveries',
      description: 'API: deliveries and attempts of a webhook, tests and replays',
      settings,
      environment: retention,
    });
    store.grantUse(deliveries, 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem');
    delivery.deliveries.grantSend(deliveries);

    const events = new NodeFunction(this, 'Events', {
      name: 'events',
      description: 'API: publishes an event',
      settings,
      environment: retention,
    });
    store.grantUse(events, 'GetItem', 'PutItem');
    eventBus.grantPut(events);

    const publicFunction = new NodeFunction(this, 'Public', {
      name: 'public',
      description: 'API: what anybody may read, and the answer to what no route matches',
      settings,
      environment: { EGRESS_IPS: Fn.join(',', [...network.egressAddresses]) },
    });
    return {
      webhooks: new HttpLambdaIntegration('Webhooks', webhooks),
      deliveries: new HttpLambdaIntegration('Deliveries', deliveries),
      events: new HttpLambdaIntegration('Events', events),
      public: new HttpLambdaIntegration('Public', publicFunction),
    };
  }

  private createHttpApi({ corsOrigins }: Settings, fallback: HttpLambdaIntegration): HttpApi {
    const methods = new Set(Object.keys(ROUTES).map((key) => CorsHttpMethod[splitRouteKey(key).method]));
    return new HttpApi(this, 'HttpApi', {
      apiName: Stack.of(this).stackName,
      createDefaultStage: false,
      defaultIntegration: fallback,
      corsPreflight: {
        allowOrigins: [...corsOrigins],
        allowMethods: [...methods],
        allowHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key'],
        maxAge: Duration.hours(2),
      },
    });
  }

  private addRoutes(api: HttpApi, integrations: Integrations): void {
    for (const [key, route] of Object.entries(ROUTES)) {
      const { method, path } = splitRouteKey(key);
      api.addRoutes({ path, methods: [HttpMethod[method]], integration: integrations[route.function] });
    }
  }

  private addStage(api: HttpApi, settings: Settings): void {
    const logGroup = new LogGroup(this, 'AccessLogs', {
      retention: settings.logRetentionDays,
      removalPolicy: settings.keepOnDelete ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    api.addStage('Stage', {
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: settings.throttleRate, burstLimit: settings.throttleBurst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(logGroup),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG_FIELDS)),
      },
    });
  }
}

/** `GET /webhooks` as its two parts. */
function splitRouteKey(key: string): { method: Exclude<keyof typeof HttpMethod, 'ANY'>; path: string } {
  const [method, path] = key.split(' ') as [Exclude<keyof typeof HttpMethod, 'ANY'>, string];
  return { method, path };
}

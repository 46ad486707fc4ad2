import { Duration, Fn, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  type CfnStage,
  CorsHttpMethod,
  DomainName,
  HttpApi,
  HttpMethod,
  type HttpRoute,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Construct } from 'constructs';
import { ROUTES, type RouteKey } from '../core/routes.ts';
import { type Settings, targetPolicyOf } from './config.ts';
import type { Delivery } from './delivery.ts';
import type { EventBus } from './event-bus.ts';
import { Logs } from './logs.ts';
import type { Egress } from './network.ts';
import { NodeFunction } from './node-function.ts';
import type { Recovery } from './recovery.ts';
import type { Site } from './site.ts';
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

const PUBLISH_ROUTE: RouteKey = 'POST /events';

type ApiProps = {
  readonly settings: Settings;
  readonly store: Store;
  readonly eventBus: EventBus;
  readonly delivery: Delivery;
  readonly recovery: Recovery;
  readonly egress: Egress;
  /** The dashboard, whose pages may call the API. */
  readonly site: Site | undefined;
};

/** What routes lead to: one for each API function. */
type Integrations = Record<(typeof ROUTES)[RouteKey]['function'], HttpLambdaIntegration>;

/** The HTTP API: its routes are those of `core/routes.ts`, and any other request gets a 404 or 405 of our own. */
export class Api extends Construct {
  readonly url: string;
  readonly httpApi: HttpApi;
  /** Of a domain name of the operator's own, where there is one. */
  readonly domain: DomainName | undefined;

  constructor(scope: Construct, id: string, props: ApiProps) {
    super(scope, id);
    const integrations = this.createIntegrations(props);
    this.httpApi = this.createHttpApi(props, integrations.public);
    const routes = this.addRoutes(integrations);
    this.domain = this.createDomain(props.settings);
    this.addStage(routes, props.settings);
    this.url = this.domain ? `https://${this.domain.name}` : this.httpApi.apiEndpoint;
  }

  /** One function for each boundary of permissions, with what leads to it. */
  private createIntegrations({
    settings,
    store,
    eventBus,
    delivery,
    recovery,
    egress,
  }: ApiProps): Integrations {
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
      description: 'API: deliveries and attempts of a webhook, tests, replays and recoveries',
      settings,
      environment: retention,
    });
    store.grantUse(deliveries, 'GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem');
    store.grantQueryUndelivered(deliveries);
    delivery.deliveries.grantSend(deliveries);
    recovery.steps.grantSend(deliveries);

    const events = new NodeFunction(this, 'Events', {
      name: 'events',
      description: 'API: publishes an event',
      settings,
      environment: retention,
    });
    store.grantUse(events, 'GetItem', 'PutItem');
    eventBus.grantPublish(events);

    const publicFunction = new NodeFunction(this, 'Public', {
      name: 'public',
      description: 'API: what anybody may read, and the answer to what no route matches',
      settings,
      environment: { EGRESS_IPS: Fn.join(',', [...egress.egressAddresses]) },
    });
    return {
      webhooks: new HttpLambdaIntegration('Webhooks', webhooks),
      deliveries: new HttpLambdaIntegration('Deliveries', deliveries),
      events: new HttpLambdaIntegration('Events', events),
      public: new HttpLambdaIntegration('Public', publicFunction),
    };
  }

  private createHttpApi({ settings, site }: ApiProps, fallback: HttpLambdaIntegration): HttpApi {
    const methods = new Set(Object.keys(ROUTES).map((key) => CorsHttpMethod[splitRouteKey(key).method]));
    const api = new HttpApi(this, 'HttpApi', {
      apiName: Stack.of(this).stackName,
      createDefaultStage: false,
      defaultIntegration: fallback,
      corsPreflight: {
        allowOrigins: [...settings.corsOrigins, ...(site ? [site.origin] : [])],
        allowMethods: [...methods],
        allowHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key'],
        maxAge: Duration.hours(2),
      },
    });
    Validations.of(api).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'Functions authenticate by themselves, in the one handler that all are made with whose routes need a key: ' +
        'an authorizer of the gateway cannot refuse with a problem document, and would be a second cold start.',
    });
    return api;
  }

  private addRoutes(integrations: Integrations): HttpRoute[] {
    return Object.entries(ROUTES).flatMap(([key, route]) => {
      const { method, path } = splitRouteKey(key);
      return this.httpApi.addRoutes({
        path,
        methods: [HttpMethod[method]],
        integration: integrations[route.function],
      });
    });
  }

  private createDomain({ domainName, certificateArn }: Settings): DomainName | undefined {
    if (!domainName || !certificateArn) return undefined;
    const certificate = Certificate.fromCertificateArn(this, 'Certificate', certificateArn);
    return new DomainName(this, 'Domain', { domainName, certificate });
  }

  private addStage(routes: readonly HttpRoute[], settings: Settings): void {
    const logGroup = new Logs(this, 'AccessLogs', settings);
    const stage = this.httpApi.addStage('Stage', {
      stageName: '$default',
      autoDeploy: true,
      ...(this.domain ? { domainMapping: { domainName: this.domain } } : {}),
      throttle: { rateLimit: settings.throttleRate, burstLimit: settings.throttleBurst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(logGroup),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG_FIELDS)),
      },
    });
    // Publishing has a throttle of its own: whoever floods the rest of the API keeps no event out.
    (stage.node.defaultChild as CfnStage).routeSettings = {
      [PUBLISH_ROUTE]: {
        ThrottlingRateLimit: settings.publishThrottleRate,
        ThrottlingBurstLimit: settings.publishThrottleBurst,
      },
    };
    // A stage is refused settings of a route that is not there yet.
    stage.node.addDependency(...routes);
  }
}

/** `GET /webhooks` as its two parts. */
function splitRouteKey(key: string): { method: Exclude<keyof typeof HttpMethod, 'ANY'>; path: string } {
  const [method, path] = key.split(' ') as [Exclude<keyof typeof HttpMethod, 'ANY'>, string];
  return { method, path };
}

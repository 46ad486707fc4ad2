import type { EnvName } from '../lambdas/env.ts';

/** Handler modules read their environment when they are imported: what each of them may ask for. */
const ENV: Record<EnvName, string> = {
  TABLE_NAME: 'table',
  TARGET_POLICY: 'public',
  MAX_WEBHOOKS_PER_USER: '100',
  BUS_NAME: 'bus',
  RETENTION_DAYS: '30',
  DELIVERIES_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/deliveries',
  SLOW_DELIVERIES_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/slow-deliveries',
  RECOVERIES_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/recoveries',
  RECOVERIES_DEAD_LETTER_QUEUE_URL:
    'https://sqs.us-east-1.amazonaws.com/123456789012/recoveries-dead-letters',
  EVENTS_DEAD_LETTER_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/123456789012/events-dead-letters',
  DELIVERIES_DEAD_LETTER_QUEUE_URL:
    'https://sqs.us-east-1.amazonaws.com/123456789012/deliveries-dead-letters',
  SCHEDULE_GROUP_NAME: 'retries',
  SCHEDULE_ROLE_ARN: 'arn:aws:iam::123456789012:role/schedules',
  SCHEDULES_DEAD_LETTER_QUEUE_ARN: 'arn:aws:sqs:us-east-1:123456789012:schedules-dead-letters',
  UV_THREADPOOL_SIZE: '16',
  POWERTOOLS_METRICS_NAMESPACE: 'test',
  EGRESS_IPS: '192.0.2.1,192.0.2.2',
  RETRY_DELAYS_SECONDS: '300,900,3600,21600,86400',
};

Object.assign(process.env, ENV, {
  AWS_REGION: 'us-east-1',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  POWERTOOLS_LOG_LEVEL: 'SILENT',
});

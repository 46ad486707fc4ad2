import type {
  AttemptAnswer,
  DeliveryAnswer,
  EventTypeAnswer,
  PaginationAnswer,
  RecoveryAnswer,
  StatisticsAnswer,
  WebhookAnswer,
} from '../../core/answers.ts';

export type Webhook = WebhookAnswer;
export type WebhookList = { readonly webhooks: Webhook[]; readonly pagination: PaginationAnswer };
export type Delivery = DeliveryAnswer;
export type DeliveryList = { readonly deliveries: Delivery[]; readonly pagination: PaginationAnswer };
export type Attempt = AttemptAnswer;
export type DeliveryDetail = Delivery & { readonly payload: unknown; readonly attempts: Attempt[] };
export type Recovery = RecoveryAnswer;
export type RecoveryList = { readonly recoveries: Recovery[]; readonly pagination: PaginationAnswer };
export type EventType = EventTypeAnswer;
export type EventTypeList = { readonly event_types: EventType[] };
export type Statistics = StatisticsAnswer;

export { type Claim, type DeliveryStore, MemoryStore } from './delivery-store.ts';
export type { CathcrEvent, EventType } from './event.ts';
export type { EventData } from './event-data.ts';
export type { RequestHeaders } from './headers.ts';
export {
  type Answer,
  createReceiver,
  type Handler,
  type ReceivedRequest,
  type ReceiverOptions,
} from './receiver.ts';
export { VerificationError, type VerificationFailure } from './verification-error.ts';
export { type Delivery, type SignedRequest, type VerifyOptions, verify } from './verify.ts';

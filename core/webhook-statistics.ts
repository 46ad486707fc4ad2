/** What was sent to a webhook: attempts, those of them that failed, and when the last was made (epoch ms). */
export type WebhookStatistics = {
  readonly deliveryCount: number;
  readonly failureCount: number;
  readonly lastDeliveryAt?: number | undefined;
  /** When it last accepted a delivery (epoch ms). */
  readonly lastSuccessAt?: number | undefined;
};

export const NO_STATISTICS: WebhookStatistics = { deliveryCount: 0, failureCount: 0 };

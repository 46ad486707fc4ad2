import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Counters, Taking } from '../../core/rate-limit.ts';
import type { Webhook } from '../../core/webhook.ts';
import { keyOf } from './keys.ts';
import { expiryOf, getItem, ifConditionHolds, type Table } from './table.ts';

/** Longer than any line is asked after again: who waits in it comes to the gate every ten minutes. */
const KEPT_DAYS = 2;

export type RatedWebhook = Pick<Webhook, 'id' | 'generation' | 'rateEpoch'> & { readonly rateLimit: number };

/**
 * The counters of a webhook's rate limit. Each setting of the limit and each generation has its own, so that nobody waits
 * behind those who stood in line under another, or are cancelled.
 */
export const getCounters =
  (table: Table) =>
  async (webhook: RatedWebhook, options: { isConsistent: boolean }): Promise<Counters> =>
    (await getItem(table, keyOf.rate(webhook), options)) ?? {};

/** Takes from a counter where it still stands on the same side; others may take from it at the same time. */
const expressionOf = ({ isAhead, from, span, latest }: Taking) =>
  isAhead
    ? {
        set: '#counter + :span',
        condition: `#counter > :from${latest === undefined ? '' : ' AND #counter <= :latest'}`,
        values: { ':span': span, ':from': from, ...(latest === undefined ? {} : { ':latest': latest }) },
      }
    : {
        set: ':end',
        condition: 'attribute_not_exists(#counter) OR #counter <= :from',
        values: { ':end': from + span, ':from': from },
      };

/**
 * Takes from a counter of a webhook's rate limit.
 * @param now epoch ms
 * @returns where it stood before (epoch µs); undefined where it no longer stands on the side on which it was read
 */
export const takeFromCounter =
  (table: Table) =>
  async (webhook: RatedWebhook, taking: Taking, now: number): Promise<number | undefined> => {
    const { set, condition, values } = expressionOf(taking);
    const update = new UpdateCommand({
      TableName: table.name,
      Key: keyOf.rate(webhook),
      UpdateExpression: `SET #counter = ${set}, expires_at = :expiry`,
      ConditionExpression: condition,
      ExpressionAttributeNames: { '#counter': taking.counter },
      ExpressionAttributeValues: { ...values, ':expiry': expiryOf(now, KEPT_DAYS) },
      ReturnValues: 'UPDATED_NEW',
    });
    const answer = await ifConditionHolds(table.client.send(update));
    return answer && Number(answer.Attributes?.[taking.counter]) - taking.span;
  };

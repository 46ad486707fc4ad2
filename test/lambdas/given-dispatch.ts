import { randomBytes } from 'node:crypto';
import type { Measures } from '../../core/metrics.ts';
import type { Webhook } from '../../core/webhook.ts';
import { unpack } from '../../lambdas/aws/packing.ts';
import type { DeliveryMessage } from '../../lambdas/delivery/message.ts';
import type { dispatch, Services } from '../../lambdas/dispatcher.ts';
import { NOW, USER } from './given.ts';
import { givenClaims } from './given-claims.ts';

export const THOUGHT = `{"thought_id":"t","n":[1.10],"2":0,"1":0,"user_id":"${USER}"}`;
export const SETTLED = `"id":"event-1","accepted_at":${NOW},`;

export const givenLargeData = () =>
  `{"thought_id":"${randomBytes(2000).toString('hex')}","user_id":"${USER}"}`;

export const givenDetail = ({ settled = SETTLED, event = 'thought.deleted', data = THOUGHT } = {}) =>
  `{${settled}"event":"${event}","timestamp":"2024-01-15T10:30:00Z","data":${data}}`;

/** A bus envelope as the rule puts it onto the events queue. */
export const givenEnvelope = (
  detail = givenDetail(),
  {
    id = 'envelope-1',
    time = '2026-01-15T10:30:00Z',
    detailType = 'thought.deleted',
    source = 'cathcr',
  } = {},
) =>
  `{"version":"0","id":"${id}","detail-type":"${detailType}","source":"${source}","account":"1",` +
  `"time":"${time}","detail":${detail}}`;

/** Services over plain lists: what was done, in its order, and what each part says. */
export function givenServices(webhooks: readonly Webhook[], changes: Partial<Services> = {}) {
  const done: string[] = [];
  const sent: DeliveryMessage[] = [];
  const stored: { eventId: string; payload: string }[] = [];
  const deadLetters: { body: string; reason: string }[] = [];
  const measured: Measures[] = [];
  const services: Services = {
    retentionDays: 30,
    listCandidates: async (userId) => {
      done.push(`list ${userId}`);
      return webhooks.filter((webhook) => webhook.userId === userId);
    },
    claimEventId: givenClaims(),
    notePassedOn: async (eventId) => void done.push(`note ${eventId}`),
    putPayload: async (eventId, _, payload) => {
      done.push('store');
      stored.push({ eventId, payload: unpack(payload) });
    },
    sendDeliveries: async (messages) => {
      done.push('send');
      sent.push(...messages);
      return [];
    },
    deadLetter: async ({ body }, reason) => void deadLetters.push({ body, reason }),
    publishMeasures: (measures) => void measured.push(measures),
    ...changes,
  };
  return { services, done, sent, stored, deadLetters, measured };
}

export const failedOf = ({ batchItemFailures }: Awaited<ReturnType<typeof dispatch>>) =>
  batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);

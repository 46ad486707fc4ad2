import { expect } from 'vitest';
import type { EventType } from '../../core/event-catalogue.ts';
import { givenEvent } from '../samples.ts';
import { eventually, type Received, type System, useMade } from './system.ts';

/** What a customer's webhooks are signed with. */
export const SECRET = 'your_webhook_secret';

/** A customer of a system: what it does, and what it waits for. */
export type Customer = Awaited<ReturnType<typeof givenCustomer>>;

export async function givenCustomer(system: System, userId = 'user_123') {
  const key = await system.createKey(userId);
  const call = (method: string, path: string, body?: unknown) => system.call(method, path, { key, body });
  const read = async (path: string) => (await call('GET', path)).body;
  const schedulesOf = async (webhookId: string) =>
    (await system.schedules()).filter(({ input }) => input.MessageBody.includes(webhookId));

  return {
    userId,
    key,
    call,
    read,
    schedulesOf,
    /** A webhook whose inbox behaves so. @returns its id */
    givenWebhook: async (
      inbox: string,
      behaviour: Parameters<System['setBehaviour']>[1],
      events: readonly string[] = ['thought.created'],
    ): Promise<string> => {
      await system.setBehaviour(inbox, behaviour);
      const body = { url: system.inboxUrl(inbox), events, secret: SECRET };
      return (await call('POST', '/webhooks', body)).body.id;
    },
    publish: (event: EventType = 'thought.created') => call('POST', '/events', givenEvent(event, userId)),
    /** Waits until an inbox has got so many requests, and no more. */
    requestsOf: (inbox: string, count: number): Promise<Received[]> =>
      eventually(async () => {
        const requests = await system.requests(inbox);
        expect(requests).toHaveLength(count);
        return requests;
      }),
    /** Waits until the one retry of a webhook is scheduled. */
    whenScheduled: (webhookId: string) =>
      eventually(async () => {
        const schedules = await schedulesOf(webhookId);
        expect(schedules).toHaveLength(1);
        return schedules[0];
      }),
    /** Waits until the latest delivery of a webhook stands so. */
    whenDelivery: (webhookId: string, expected: object) =>
      eventually(async () => {
        const { deliveries } = await read(`/webhooks/${webhookId}/deliveries`);
        expect(deliveries[0]).toMatchObject(expected);
        return deliveries[0];
      }),
  };
}

/** One customer for all tests of a file or block. */
export const useCustomer = (system: System, userId?: string): Customer =>
  useMade(() => givenCustomer(system, userId));

import { afterEach, describe, expect, test, vi } from 'vitest';
import { describeLogLine } from '../../bin/log-line.ts';
import { logger } from '../../lambdas/logger.ts';
import { DELIVERY_ID, webhookIdOf } from './given.ts';
import { givenMessage, givenRow, givenScheduledMessage, whenDelivered } from './given-delivery.ts';

afterEach(() => {
  logger.setLogLevel('SILENT');
  vi.restoreAllMocks();
});

/** The lines that delivering a message writes. */
async function whenLogged(...args: Parameters<typeof whenDelivered>): Promise<string[]> {
  const written: string[] = [];
  logger.setLogLevel('INFO');
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  await whenDelivered(...args);
  return written;
}

const usual = {
  message: 'attempt',
  timestamp: expect.any(String),
  event: 'thought.deleted',
  event_id: 'event-1',
  webhook_id: webhookIdOf(1),
  delivery_id: DELIVERY_ID,
  response_time: 500,
};

describe('the line of an attempt', () => {
  test('that succeeds holds nothing that is so for nearly all of them', async () => {
    const [line = ''] = await whenLogged(givenMessage());
    expect(JSON.parse(line)).toEqual(usual);
    expect(describeLogLine(line)).toMatch(/ attempt 1: 200 in 500 ms, succeeded$/);
  });

  test('that fails tells where its delivery stands', async () => {
    const [line = ''] = await whenLogged(givenMessage(), { answers: 500 });
    const failed = { status: 'retrying', status_code: 500, error: 'Response 500' };
    expect(JSON.parse(line)).toEqual({ ...usual, ...failed, next_attempt_at: expect.any(String) });
    expect(describeLogLine(line)).toMatch(/ attempt 1: Response 500 in 500 ms, next at .+$/);
  });

  test('that is a retry, or is answered otherwise than with 200, says so', async () => {
    const [line = ''] = await whenLogged(givenScheduledMessage(3), { rows: [givenRow(2)], answers: 204 });
    expect(JSON.parse(line)).toEqual({ ...usual, attempt: 3, status_code: 204 });
    expect(describeLogLine(line)).toMatch(/ attempt 3: 204 in 500 ms, succeeded$/);
  });

  test('of a replay tells which run it is', async () => {
    const [line = ''] = await whenLogged(givenMessage({ run: 2 }), {
      rows: [givenRow(1, { status: 'exhausted' })],
    });
    expect(JSON.parse(line)).toEqual({ ...usual, run: 2 });
  });
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { logger } from '../../lambdas/logger.ts';

const TRACE = '1-5759e988-bd862e3fe1be46a994272793';

/** The line that `log` writes, by Lambda in a trace. */
function whenLogged(log: () => void): unknown {
  const written: string[] = [];
  vi.stubEnv('_X_AMZN_TRACE_ID', `Root=${TRACE};Parent=557abcec3ee5a047;Sampled=1`);
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  log();
  return JSON.parse(written.join(''));
}

beforeEach(() => logger.setLogLevel('INFO'));
afterEach(() => {
  logger.setLogLevel('SILENT');
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const ids = { event_id: 'event-1', attempt: 1 };

test('a line holds its time and what it is told: not a byte more', () => {
  expect(whenLogged(() => logger.info('attempt', { ...ids, error: undefined }))).toEqual({
    message: 'attempt',
    timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    ...ids,
  });
});

test.each(['warn', 'error'] as const)('one of level %s names its origin, and tells an error', (level) => {
  const error = new Error('statistics could not be added', { cause: new Error('throttled') });
  expect(whenLogged(() => logger[level]('trouble', { error, ...ids }))).toMatchObject({
    level: level.toUpperCase(),
    service: expect.any(String),
    xray_trace_id: TRACE,
    error: { name: 'Error', message: 'statistics could not be added', cause: { message: 'throttled' } },
    ...ids,
  });
});

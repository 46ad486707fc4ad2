import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Measures } from '../../core/metrics.ts';
import { publishMeasures } from '../../lambdas/metrics.ts';

const written: string[] = [];

/** The lines that publishing writes to the log. */
function whenPublished(measures: Measures): any[] {
  publishMeasures(measures);
  return written.map((line) => JSON.parse(line));
}

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
  written.length = 0;
});

describe('what a batch comes to', () => {
  test('is one line of log, whatever there is to tell, of which CloudWatch makes metrics', () => {
    const lines = whenPublished({ Delivered: [9], Failed: [1], Failed5xx: [1], TimeToDelivery: [12, 34] });
    expect(lines).toEqual([
      {
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [
            {
              Namespace: 'test',
              Dimensions: [['service']],
              Metrics: [
                { Name: 'Delivered', Unit: 'Count' },
                { Name: 'Failed', Unit: 'Count' },
                { Name: 'Failed5xx', Unit: 'Count' },
                { Name: 'TimeToDelivery', Unit: 'Milliseconds' },
              ],
            },
          ],
        },
        service: expect.any(String),
        Delivered: 9,
        Failed: 1,
        Failed5xx: 1,
        TimeToDelivery: [12, 34],
      },
    ]);
  });

  test('is no line where there is nothing to tell', () => {
    expect(whenPublished({ TimeToDelivery: [] })).toEqual([]);
  });

  test('is told once: the next batch begins from nothing', () => {
    whenPublished({ Delivered: [1] });
    written.length = 0;
    expect(whenPublished({ Failed: [1] })[0]).not.toHaveProperty('Delivered');
  });
});

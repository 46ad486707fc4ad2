import type { StatisticsAnswer } from '../../../core/answers.ts';
import { webhookPath } from '../api.ts';
import { defineCommand } from '../command.ts';
import { showObject, showTable } from '../show.ts';

const BAR = 24;

const showCount = ({ count, relation }: StatisticsAnswer['undelivered']) =>
  relation === 'gte' ? `${count} or more` : String(count);

/** Totals, and a line for each bucket with as long a bar as it has attempts. */
function showStatistics({ totals, buckets, undelivered }: StatisticsAnswer): string {
  const { response_time, ...counts } = totals;
  const attemptsOf = (bucket: (typeof buckets)[number]) => bucket.succeeded + bucket.failed;
  const most = Math.max(1, ...buckets.map(attemptsOf));
  const rows = buckets.map((bucket) => [
    bucket.start,
    String(bucket.succeeded),
    String(bucket.failed),
    '#'.repeat(Math.ceil((attemptsOf(bucket) / most) * BAR)),
  ]);
  const times = Object.entries(response_time).map(([name, ms]) => [
    `response_time.${name}`,
    ms === null ? '-' : `${ms} ms`,
  ]);
  return [
    showObject({ ...counts, ...Object.fromEntries(times), undelivered: showCount(undelivered) }),
    showTable([['BEGINS', 'SUCCEEDED', 'FAILED', 'ATTEMPTS'], ...rows]),
  ].join('\n\n');
}

export const stats = defineCommand({
  summary: 'shows how the attempts of a webhook ended, and how long its answers took',
  takes: ['WEBHOOK_ID'],
  options: { period: { value: 'PERIOD', help: 'day, by the hour, where it is absent; week, or month' } },
  examples: [
    ['cathcr-webhooks stats webhook_018d… --period week', 'how it went'],
    ['cathcr-webhooks stats webhook_018d… --json | jq .totals.success_rate', 'for an alarm of yours'],
  ],
  run: async ({ api, json, print }, [id = ''], { period }) => {
    const path = webhookPath(id, 'stats');
    const { text, body } = await api()<StatisticsAnswer>('GET', path, { query: { period } });
    print(json ? text : showStatistics(body));
  },
});

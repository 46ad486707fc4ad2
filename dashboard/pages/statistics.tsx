import { useState } from 'preact/hooks';
import { showDuration, showNumber, showPercent } from '../data/format.ts';
import { PERIODS, type Period, type Summary } from '../data/statistics.ts';
import { useSummary } from '../data/summary.ts';
import { ButtonLink, Empty, Fact, Failure, Loading, Notice, Segments } from '../ui/basics.tsx';
import { OutcomeChart, ResponseTimeChart } from '../ui/charts.tsx';
import { Card } from '../ui/page.tsx';

/** How webhooks are doing over a day, a week or a month: one of them, or several together. */
export function Statistics({ webhookIds }: { readonly webhookIds: readonly string[] | undefined }) {
  const [period, setPeriod] = useState<Period>('day');
  const { data, error, reload } = useSummary(webhookIds, period);
  return (
    <div class="stack">
      <div class="row spread">
        <h2>{TITLES[period]}</h2>
        <Segments label="Period" value={period} choices={PERIODS} onChange={setPeriod} />
      </div>
      {error && <Failure error={error} onRetry={reload} />}
      {!data && !error && <Loading what="statistics" />}
      {data && <Undelivered summary={data} webhookIds={webhookIds} />}
      {data && <Figures summary={data} />}
      {data && data.attempts > 0 && (
        <div class="columns">
          <Card>
            <OutcomeChart summary={data} />
          </Card>
          <Card>
            <ResponseTimeChart summary={data} />
          </Card>
        </div>
      )}
      {data?.attempts === 0 && (
        <Card flush>
          <Empty icon="overview" title="Nothing was sent in this time">
            As soon as an event is posted to a webhook, its outcome and the time that the answer took are
            counted here.
          </Empty>
        </Card>
      )}
    </div>
  );
}

const TITLES: Record<Period, string> = {
  day: 'The last 24 hours',
  week: 'The last 7 days',
  month: 'The last 30 days',
};

const showQuantile = (ms: number | null | undefined) =>
  ms === null || ms === undefined ? '–' : showDuration(ms);

type UndeliveredProps = { readonly summary: Summary; readonly webhookIds: readonly string[] | undefined };

/** What has not arrived, and the way to it. */
function Undelivered({ summary: { undelivered }, webhookIds = [] }: UndeliveredProps) {
  if (undelivered.count === 0) return null;
  const noun = undelivered.count === 1 ? 'delivery has' : 'deliveries have';
  const [only] = webhookIds.length === 1 ? webhookIds : [];
  return (
    <Notice
      tone="warn"
      title={`${undelivered.isExact ? '' : 'At least '}${showNumber(undelivered.count)} ${noun} not arrived.`}
      action={only && <ButtonLink to={`/webhooks/${only}?status=undelivered`}>Show them</ButtonLink>}
    >
      Given up, cancelled, skipped, or waiting for a retry, of all that are kept. They can be replayed.
    </Notice>
  );
}

function Figures({ summary }: { readonly summary: Summary }) {
  const { attempts, succeeded, exhausted, unsent, responseTimes } = summary;
  const [p50, p90, p99] = responseTimes;
  return (
    <dl class="figures">
      <Fact name="Attempts">{showNumber(attempts)}</Fact>
      <Fact name="Success rate">{attempts === 0 ? '–' : showPercent(succeeded / attempts)}</Fact>
      <Fact name="Given up">{showNumber(exhausted)}</Fact>
      <Fact name="Cancelled, skipped">{showNumber(unsent)}</Fact>
      <Fact name="50% within">{showQuantile(p50)}</Fact>
      <Fact name="90% within">{showQuantile(p90)}</Fact>
      <Fact name="99% within">{showQuantile(p99)}</Fact>
    </dl>
  );
}

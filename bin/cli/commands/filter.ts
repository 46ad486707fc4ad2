import type { FilterTestAnswer } from '../../../core/answers.ts';
import { webhookPath } from '../api.ts';
import { defineCommand, Unsuccessful } from '../command.ts';
import { composeWithData, readObject, SAMPLE_OPTIONS } from '../input.ts';
import { plain } from '../show.ts';
import { WEBHOOK_FIELDS } from '../webhook-fields.ts';

const showOutcome = ({ matches, event, subscribed }: FilterTestAnswer) =>
  `${event}: ${matches ? 'it matches' : 'it does not match'}${subscribed ? '' : ', and the webhook is not subscribed to it'}`;

const showMismatch = ({ field, detail }: FilterTestAnswer['mismatches'][number]) => `  ${field}: ${detail}`;

export const testFilter = defineCommand({
  summary: 'tries a filter on an event before it is saved; exit code 1 where it does not match',
  takes: ['WEBHOOK_ID'],
  options: {
    filter: { ...WEBHOOK_FIELDS.filter, help: "the filter to try, @file or -; else the webhook's own" },
    ...SAMPLE_OPTIONS,
  },
  examples: [
    [
      `cathcr-webhooks webhooks test-filter webhook_018d… --filter '{"thought":{"tags":["work"]}}'`,
      'would a sample come through?',
    ],
    ['cathcr-webhooks webhooks test-filter webhook_018d… --data @event.json', 'why did this not come?'],
  ],
  run: async (session, [id = ''], { event, filter, data }) => {
    const given = filter === undefined ? undefined : (await readObject(session, 'filter', filter)).object;
    const body = await composeWithData(session, { event, filter: given }, data);
    const path = webhookPath(id, 'filter', 'test');
    const { text, body: answer } = await session.api()<FilterTestAnswer>('POST', path, { body });
    session.print(session.json ? text : plain(showOutcome(answer)));
    if (!answer.matches) throw new Unsuccessful(plain(answer.mismatches.map(showMismatch).join('\n')));
  },
});

import type { FilterTestAnswer } from '../../../core/answers.ts';
import { spliceMember } from '../../../core/json.ts';
import { defineCommand, Unsuccessful } from '../command.ts';
import { readObject } from '../input.ts';
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
    event: { value: 'EVENT', help: "of which event; else the webhook's first" },
    data: { value: 'JSON', help: "its data, @file or -; else the catalogue's sample" },
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
    const request = { event, filter: given };
    // Spliced in as it was written: it may have numbers that no double holds.
    const body =
      data === undefined
        ? JSON.stringify(request)
        : spliceMember(request, 'data', (await readObject(session, 'data', data)).text);
    const path = `/webhooks/${encodeURIComponent(id)}/filter/test`;
    const { text, body: answer } = await session.api()<FilterTestAnswer>('POST', path, { body });
    session.print(session.json ? text : plain(showOutcome(answer)));
    if (!answer.matches) throw new Unsuccessful(plain(answer.mismatches.map(showMismatch).join('\n')));
  },
});

import { createRandom } from '../local/faults/chances.ts';

/** Words to write thoughts with, the usual ones first, as they are drawn more often. */
const WORDS = (
  'the of and to a in that it is was for on with as be by at this have from or one had not but what all were when we ' +
  'there can an your which their said if do will each about how up out them then she many some so these would other ' +
  'into has more her two like him see time could no make than first been its who now people my made over did down ' +
  'only way find use may water long little very after words called just where most know remember project meeting ' +
  'tomorrow idea question answer friend garden kitchen window morning evening office customer letter number figure ' +
  'reason answerable afternoon perhaps another because through between against without something everything nothing ' +
  'should might ought better worse quickly slowly carefully build write read think learn teach travel listen follow ' +
  'change start finish return remind category summary decision research interview budget deadline release feature ' +
  'bicycle mountain river weather holiday birthday recipe dinner breakfast coffee doctor dentist insurance payment ' +
  'invoice contract translation paragraph chapter library music concert theatre painting photograph camera battery ' +
  'charger keyboard network database schedule notebook pencil bridge station platform ticket luggage passport island'
).split(' ');

/** A text that packs about as well as prose does: to a little more than half. */
function composeText(seed: number, length: number): string {
  const random = createRandom(seed);
  let text = '';
  while (text.length < length) {
    const word = WORDS[Math.floor(WORDS.length * random() ** 1.6)] ?? '';
    text += random() < 0.1 ? `${word}. ` : `${word} `;
  }
  return text.slice(0, length);
}

/** What is not `data` in a body: its event, timestamp and webhook's id. */
const ENVELOPE_BYTES = 124;

/** The `data` of a `thought.created` of user `userId`, of which a delivery's body is `bytes` long. */
export function composeData(userId: string, index: number, bytes: number): object {
  const compose = (content: string) => ({
    thought: {
      id: `thought_${index}`,
      content,
      category_id: `cat_${index % 10}`,
      category: { id: `cat_${index % 10}`, name: 'Work', color: '#3B82F6' },
      tags: ['important', 'work'],
      created_at: new Date(1_800_000_000_000 + index).toISOString(),
      processing_status: 'pending',
    },
    user_id: userId,
  });
  const rest = Buffer.byteLength(JSON.stringify(compose(''))) + ENVELOPE_BYTES;
  return compose(composeText(index, Math.max(0, bytes - rest)));
}

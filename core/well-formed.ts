/** Whether UTF-8 can hold a text, and so whatever it is stored in or sent by: it has no half of a surrogate pair. */
export function isWellFormed(text: string): boolean {
  return text.isWellFormed();
}

/** What is wrong with a text that is not. */
export const MALFORMED = 'has half a surrogate pair, which no UTF-8 text can hold';

/**
 * What JSON may hold and SQS refuses. Control characters and halves of surrogate pairs are refused as well, and are
 * escapes in JSON, or not in UTF-8 at all.
 * Source: SQS API reference, SendMessage, "MessageBody".
 */
const REFUSED_BY_SQS = /[\uFFFE\uFFFF]/g;

/** A JSON text of the same value that SQS takes. That EventBridge passes escapes on as they are is not documented. */
export const escapeForSqs = (json: string): string =>
  json.replaceAll(REFUSED_BY_SQS, (character) => `\\u${character.charCodeAt(0).toString(16)}`);

/** Whether SQS takes a text as it is, as a user's id is sent. */
export const isTakenBySqs = (text: string): boolean => text.search(REFUSED_BY_SQS) < 0;

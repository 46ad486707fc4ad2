/** Whether UTF-8 can hold a text, and so whatever it is stored in or sent by: it has no half of a surrogate pair. */
export function isWellFormed(text: string): boolean {
  return text.isWellFormed();
}

/** What is wrong with a text that is not. */
export const MALFORMED = 'has half a surrogate pair, which no UTF-8 text can hold';

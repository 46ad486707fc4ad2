import { InvalidRequestError } from './errors.ts';

/** Whether a value of JSON is an object, and neither a list nor null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The strings and the structure of a valid JSON text; whatever lies between two of them is a number or a word. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:,]/g;

/**
 * The value of a JSON text.
 * @throws InvalidRequestError where the text is not JSON; it says where, and quotes nothing: Node's own message may
 *   hold a piece of the text, and so of a secret or a payload
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const [place] = / at position \d+/.exec((error as Error).message) ?? [''];
    throw new InvalidRequestError([{ field: 'body', detail: `is not JSON${place}` }]);
  }
}

/**
 * The members of the JSON object in `text`, each as the very text it has there, so that a value can be passed on
 * with its members in their order and its numbers to the last digit, which `JSON.parse` does not keep.
 * `text` must be valid JSON. Of members of one name the last is taken, as `JSON.parse` does.
 */
export function sliceMembers(text: string): Map<string, string> {
  const members = new Map<string, string>();
  let depth = 0;
  let lastString = '';
  let valueStart = 0;
  const endMember = (end: number) =>
    valueStart > 0 && members.set(JSON.parse(lastString) as string, text.slice(valueStart, end).trim());

  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') {
      depth -= 1;
      if (depth === 0) endMember(index);
    } else if (depth !== 1) continue;
    else if (token === ',') {
      endMember(index);
      valueStart = 0;
    } else if (token === ':') valueStart = index + 1;
    else if (valueStart === 0) lastString = token;
  }
  return members;
}

/** A JSON text without the white space between its tokens. */
export function compactJson(text: string): string {
  return text.replaceAll(/("[^"\\]*(?:\\.[^"\\]*)*")|\s+/g, '$1');
}

/** The JSON text of an object with one member more, whose value is a JSON text that is passed on as it is. */
export function spliceMember(object: object, name: string, value: string): string {
  const text = JSON.stringify(object);
  return `${text.slice(0, -1)}${text === '{}' ? '' : ','}${JSON.stringify(name)}:${value}}`;
}

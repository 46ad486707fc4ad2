const ANY = '*';
const ESCAPE = '\\';

/** The texts between the asterisks of a pattern, its escapes resolved; undefined where an escape is none. */
function splitPattern(pattern: string): string[] | undefined {
  const parts = [''];
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern.charAt(at);
    if (character === ANY) {
      parts.push('');
      continue;
    }
    if (character === ESCAPE) at += 1;
    const meant = pattern.charAt(at);
    if (character === ESCAPE && meant !== ANY && meant !== ESCAPE) return undefined;
    parts[parts.length - 1] += meant;
  }
  return parts;
}

/** Whether a text is a pattern: no two asterisks side by side, and no escape of anything else. */
export function isWildcard(pattern: string): boolean {
  const parts = splitPattern(pattern);
  return parts !== undefined && !parts.slice(1, -1).includes('');
}

/**
 * The test whether a text is one that the pattern stands for: `*` is any number of characters, `\*` an asterisk, `\\` a
 * backslash. Each part is looked for once, behind the one before it, so that no text takes long, whatever the pattern.
 */
export function compileWildcard(pattern: string): (text: string) => boolean {
  const [first = '', ...rest] = splitPattern(pattern) ?? [];
  const last = rest.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    const end = text.length - last.length;
    if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}

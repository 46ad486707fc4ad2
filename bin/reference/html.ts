/** A piece of HTML, as it stands: everything else is escaped when it is put in. */
export type Html = { readonly html: string };

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escapeText = (text: string): string => text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? '');

type Part = Html | string | number | false | undefined | readonly Part[];

function showPart(part: Part): string {
  if (part === undefined || part === false) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeText(String(part));
  return 'html' in part ? part.html : part.map(showPart).join('');
}

/** HTML from a template: texts in it are escaped, pieces of HTML are not, lists are put in one after another. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: strings.reduce((text, string, index) => text + showPart(parts[index - 1]) + string) };
}

/** HTML that needs no escaping. */
export const raw = (text: string): Html => ({ html: text });

/** A line of text in which `code` stands between backticks. */
export function showLine(text = ''): Html {
  const parts = text.split('`');
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}

/** Paragraphs of such text, an empty line between them. */
export function showText(text = ''): Html {
  const paragraphs = text.split('\n\n').filter(Boolean);
  return html`${paragraphs.map((paragraph) => html`<p>${showLine(paragraph)}</p>\n`)}`;
}

/** A block of code; a value is shown as JSON. */
export function showCode(code: unknown): Html {
  const text = typeof code === 'string' ? code : JSON.stringify(code, null, 2);
  return html`<pre tabindex="0"><code>${text}</code></pre>\n`;
}

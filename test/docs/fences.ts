/** A fenced block of a Markdown file. */
export type Fence = {
  readonly language: string;
  /** The heading it stands under, without marks of code. */
  readonly heading: string;
  readonly text: string;
};

const FENCE = /^```(\w*)\n([^]*?)\n```$|^#+ +(.+)$/gm;

/** The fenced blocks of a Markdown text, in their order. */
export function readFences(markdown: string): Fence[] {
  const fences: Fence[] = [];
  let heading = '';
  for (const [, language, text, title] of markdown.matchAll(FENCE)) {
    if (title !== undefined) heading = title.replaceAll('`', '');
    else fences.push({ language: language ?? '', heading, text: text ?? '' });
  }
  return fences;
}

/** A request or an answer as HTTP writes it: its first line, headers by lower-case name, and body. */
export type HttpMessage = { firstLine: string; headers: Record<string, string>; body: string };

export function readHttp(text: string): HttpMessage {
  const [head = '', ...rest] = text.split('\n\n');
  const [firstLine = '', ...lines] = head.split('\n');
  const headers = lines.map((line) => {
    const [name = '', ...value] = line.split(': ');
    return [name.toLowerCase(), value.join(': ')] as const;
  });
  return { firstLine, headers: Object.fromEntries(headers), body: rest.join('\n\n') };
}

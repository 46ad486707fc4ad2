import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Fence, readFences, readHttp } from './fences.ts';

/** The folder of the whole project. */
export const ROOT = join(import.meta.dirname, '../..');

/** The examples of the guide and of local development, in their order. */
export const EXAMPLES: readonly Fence[] = ['webhooks.md', 'local-development.md'].flatMap((name) =>
  readFences(readFileSync(join(ROOT, 'docs', name), 'utf8')),
);

/** All code of a language under one heading. */
export const codeOf = (heading: string, language: string): string =>
  EXAMPLES.filter((fence) => fence.heading === heading && fence.language === language)
    .map(({ text }) => text)
    .join('\n\n');

/** The body of the first example under a heading, which must be a request. */
export const bodyUnder = (heading: string): string =>
  readHttp(EXAMPLES.find((fence) => fence.heading === heading)?.text ?? '').body;

/** Whether an example shows an answer, to the request right before it. */
export const isAnswer = ({ language, text }: Fence): boolean =>
  language === 'http' && text.startsWith('HTTP/1.1');

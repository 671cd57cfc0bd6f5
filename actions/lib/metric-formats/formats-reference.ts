import { code, markdownText, table } from '../report/markdown.ts';
import { FORMATS } from './catalog.ts';

/** Every format as a table in Markdown, for the documentation: its name, what it is, how its numbers are called. */
export const formatsReference = (): string =>
  table(
    ['`format`', 'What it is', 'How its metrics are called', 'After a colon'],
    FORMATS.map(({ name, title, naming, choices = '' }) => [
      code(name),
      markdownText(title),
      naming,
      markdownText(choices),
    ]),
  );

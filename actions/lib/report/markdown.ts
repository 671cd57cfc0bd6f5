import { visibleText } from './visible-text.ts';

/** An invisible character that keeps GitHub from seeing a mention, a reference or an address in a text. */
const BREAK = '&#8203;';

const HTML: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '@': `@${BREAK}`,
};

const MARKDOWN: Readonly<Record<string, string>> = {
  ...HTML,
  '"': '"',
  // An entity and not an escape, so that it is the same inside and outside of tables.
  '|': '&#124;',
  '#': `\\#${BREAK}`,
};

/**
 * A text of unknown origin as one line of Markdown that shows it and does nothing else: no mention, link, image,
 * HTML, heading, list, table edge, emphasis, formula, picture by name or reference to an issue or advisory; invisible
 * characters written out. GitHub may still link the hash of a commit that is in the repository, which tells nobody.
 */
export const markdownText = (text: string): string =>
  withoutAddresses(
    visibleText(text)
      .trim()
      .replace(/[&<>"|@#\\`*_[\]~$]/g, (character) => MARKDOWN[character] ?? `\\${character}`)
      .replace(/^[-+=]/, '\\$&')
      .replace(/^(\d+)([.)])/, '$1\\$2'),
  );

/** The same for a place where HTML is read and Markdown is not, such as the title of `details`. */
export const htmlText = (text: string): string =>
  withoutAddresses(
    visibleText(text)
      .replace(/[&<>"@]/g, (character) => HTML[character] ?? character)
      .replace(/(?<!&)#(?=\d)/g, `#${BREAK}`),
  );

const withoutAddresses = (text: string): string =>
  text
    .replace(/:(?=\/\/)/g, `:${BREAK}`)
    .replace(/(www)\./gi, `$1${BREAK}.`)
    .replace(/(GH|CVE|GHSA)-(?=\w)/gi, `$1${BREAK}-`)
    .replace(NAMED, (colon, name: string) => (/[a-z+-]|^(100|1234)$/i.test(name) ? `:${BREAK}` : colon));

/**
 * The first colon of `:white_check_mark:`, which GitHub draws as one of our own signs; times of day have colons too. No
 * picture has a longer name, and without a bound the search would take a time that grows with the square of the text.
 */
const NAMED = /:(?=([a-z0-9_+\\-]{1,80}):)/gi;

/** A text of unknown origin as a code span, for values, names and paths; also right inside a table. */
export function code(text: string): string {
  const shown = visibleText(text);
  if (shown === '') return '*empty*';
  // A table reads an edge even inside a code span, and its escape would show outside of tables.
  if (shown.includes('|')) return `<code>${markdownText(shown)}</code>`;
  const fence = '`'.repeat(longestRun(shown) + 1);
  const pad = /^[` ]|[` ]$/.test(shown) ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** Text of several lines as a fenced block, each line with its invisible characters written out. */
export function codeBlock(text: string, language = ''): string {
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.split('\t').map(visibleText).join('\t'));
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${lines.join('\n')}\n${fence}`;
}

const longestRun = (text: string): number =>
  Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));

/** How a column of a table is set. */
export type Align = 'left' | 'right' | 'center';

const RULES: Readonly<Record<Align, string>> = { left: ':--', right: '--:', center: ':-:' };

/**
 * A table; headers and cells are Markdown already (`code`, `markdownText`, a formatted number).
 *
 * @param align - of each column; left where absent
 */
export function table(
  headers: readonly string[],
  rows: readonly (readonly string[])[],
  align: readonly Align[] = [],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cellText).join(' | ')} |`;
  const rules = headers.map((_, column) => RULES[align[column] ?? 'left']);
  return [line(headers), `| ${rules.join(' | ')} |`, ...rows.map(line)].join('\n');
}

const cellText = (markdown: string): string =>
  markdown.replace(/\s*\n\s*/g, ' ').replace(/(?<!\\)\|/g, '\\|');

/** Markdown folded away under a title, which may be any text. */
export const details = (title: string, body: string): string =>
  `<details>\n<summary>${htmlText(title)}</summary>\n\n${body.trim()}\n\n</details>`;

/** A list with one item for each Markdown text. */
export const bulletList = (items: readonly string[]): string =>
  items.map((item) => `- ${item.replace(/\n/g, '\n  ')}`).join('\n');

/** Parts of a report with an empty line between them; empty parts fall away. */
export const sections = (...parts: readonly (string | undefined)[]): string =>
  `${parts
    .map((part) => part?.trim() ?? '')
    .filter((part) => part !== '')
    .join('\n\n')}\n`;

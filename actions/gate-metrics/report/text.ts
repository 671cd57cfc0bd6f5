import { code, htmlText, markdownText } from '../../lib/report/markdown.ts';

/** Longest text of a user's that a report shows, so that no name pushes the verdict out of a comment. */
const LONGEST = 160;

/** An invisible character that keeps GitHub from making something of a text. */
const BREAK = '&#8203;';

/**
 * A text of unknown origin for a report: it shows and does nothing else. Beside what `markdownText` takes away, GitHub
 * makes links of commit hashes and advisories, and pictures of `:names:`.
 */
export const userText = (text: string, longest = LONGEST): string =>
  withoutReferences(markdownText(clipped(text, longest)));

/** The same where HTML is read and Markdown is not. */
export const userHtml = (text: string, longest = LONGEST): string =>
  withoutReferences(htmlText(clipped(text, longest)));

/**
 * The same as a code span. What could begin an HTML comment is written as HTML: a marker of ours inside of a comment
 * would make that the comment of another key.
 */
export const userCode = (text: string, longest = LONGEST): string =>
  text.includes('<') ? `<code>${userText(text, longest)}</code>` : code(clipped(text, longest));

/** The same inside of a line or a table cell, where nothing can begin a list: numbers and signs need no backslash. */
export const inlineText = (text: string, longest = LONGEST): string =>
  userText(text, longest).replace(/^(\d*)\\([-+.])/, '$1$2');

/** Longest interval that is kept on one line. */
const ONE_LINE = 20;

/** The same for numbers in a table: each stays with its unit, and a short interval on one line. */
export const unbroken = (text: string): string => {
  const spaces = text.startsWith('(') && text.length <= ONE_LINE ? / /g : /(?<=\d) (?!and\b|or\b|to\b)/g;
  return inlineText(text).replace(spaces, '&nbsp;');
};

/** At most so many characters, with an ellipsis where something was left out. */
function clipped(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const characters = [...text.slice(0, 2 * longest)];
  return characters.length <= longest
    ? text.slice(0, longest)
    : `${characters.slice(0, longest - 1).join('')}…`;
}

const withoutReferences = (text: string): string =>
  text
    .replace(/\b[0-9a-f]{7,}\b/gi, (hash) => hash.replace(/.{6}(?=.)/g, `$&${BREAK}`))
    .replace(/\b(GHSA|CVE)-(?=\w)/gi, `$1${BREAK}-`)
    .replace(/:(?=[\w+\\-]+:)/g, `:${BREAK}`);

/** The first seven digits of a commit as a code span, which GitHub does not turn into a link; empty for none. */
export const shortCommit = (commit: string): string => (commit === '' ? '' : `\`${commit.slice(0, 7)}\``);

/** The day of an ISO 8601 time. */
export const dayOf = (time: string): string => time.slice(0, 10);

/** Parts of a sentence that are there, joined: empty ones fall away. */
export const joined = (parts: readonly string[], separator: string): string =>
  parts.filter((part) => part !== '').join(separator);

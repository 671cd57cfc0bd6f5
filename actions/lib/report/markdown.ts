import { visibleText } from './visible-text.ts';

/** An invisible character that keeps GitHub from seeing a mention, a reference or an address in a text. */
const BREAK = '&#8203;';

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['|', '&#124;'],
  ['@', `@${BREAK}`],
  ['#', `\\#${BREAK}`],
]);

/**
 * A text of unknown origin as one line of Markdown that shows it and does nothing else: no mention, link, image,
 * HTML, heading, list, table edge, emphasis, formula or reference to an issue; invisible characters written out.
 */
export const markdownText = (text: string): string =>
  visibleText(text)
    .replace(/[&<>|@#]/g, (character) => ENTITIES.get(character) ?? '')
    .replace(/[\\`*_[\]~$](?!&#8203;)/g, (character) => `\\${character}`)
    .replace(/^(\s*)([-+=])/, '$1\\$2')
    .replace(/^(\s*\d+)([.)])/, '$1\\$2')
    .replace(/(:)(?=\/\/)/g, `$1${BREAK}`)
    .replace(/\b(www)\./gi, `$1${BREAK}.`)
    .replace(/\b(GH)-(?=\d)/gi, `$1${BREAK}-`);

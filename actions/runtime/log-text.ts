import { visibleText } from '../lib/report/visible-text.ts';

/**
 * Characters the runner's comparisons may look through: it compares texts by the rules of a culture, for which
 * these have no weight. So none of them may serve to break up a mark, and none may hide one.
 */
const WEIGHTLESS = '\\p{Default_Ignorable_Code_Point}';
const COMMAND_START = new RegExp(`^[\\s${WEIGHTLESS}]*:`, 'u');
const OLD_COMMAND = new RegExp(`(#${WEIGHTLESS}*#${WEIGHTLESS}*)\\[`, 'gu');

/**
 * The lines of a text as they may stand in a step's log: none of them is read as a command by the runner, which
 * looks for `::name::` at the start of a line (after white space) and for `##[name]` anywhere in it. A line that
 * begins with a colon gets a backslash before it, and so does the bracket of `##[`.
 */
export const logLines = (text: string): readonly string[] =>
  text.split(/\r\n|\r|\n/).map((line) => inert(line.split('\t').map(visibleText).join('\t')));

const inert = (line: string): string =>
  (COMMAND_START.test(line) ? `\\${line}` : line).replace(OLD_COMMAND, '$1\\[');

/** The message of a workflow command, escaped as the runner unescapes it; invisible characters are written out. */
export const commandData = (message: string): string =>
  logLines(message)
    .map((line) => line.replaceAll('%', '%25'))
    .join('%0A');

/** A property of a workflow command, such as the `file` of an annotation. */
export const commandProperty = (value: string): string =>
  visibleText(value).replaceAll('%', '%25').replaceAll(':', '%3A').replaceAll(',', '%2C');

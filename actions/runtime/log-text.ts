import { visibleText } from '../lib/report/visible-text.ts';

/** Invisible and without meaning to the runner: keeps two characters from being read as a command's mark. */
const BREAK = '\u200b';

/**
 * The lines of a text as they may stand in a step's log: none of them is read as a command by the runner, which
 * looks for `::name::` at the start of a line (after white space) and for `##[name]` anywhere in it.
 */
export const logLines = (text: string): readonly string[] =>
  text.split(/\r\n|\r|\n/).map((line) => inert(line.split('\t').map(visibleText).join('\t')));

const inert = (line: string): string =>
  line.replace(/^(\s*):(?=:)/u, `$1:${BREAK}`).replaceAll('##[', `##${BREAK}[`);

/** The message of a workflow command, escaped as the runner unescapes it; invisible characters are written out. */
export const commandData = (message: string): string =>
  logLines(message)
    .map((line) => line.replaceAll('%', '%25'))
    .join('%0A');

/** A property of a workflow command, such as the `file` of an annotation. */
export const commandProperty = (value: string): string =>
  visibleText(value).replaceAll('%', '%25').replaceAll(':', '%3A').replaceAll(',', '%2C');

/** A line `/waive <gate> because <reason>` of a comment. */
export interface WaiveLine {
  readonly gate: string;
  readonly reason: string;
}

const COMMAND = '/waive ';
const BECAUSE = ' because ';
const MAX_REASON = 500;

/**
 * The lines of a comment that give reasons for waivers. A gate may stand in quotes or backticks; quoted text and
 * code of other people, `> /waive …`, is none. No regular expression: a comment is anybody's.
 */
export const waiveLines = (body: string): readonly WaiveLine[] =>
  body.split(/\r?\n/).flatMap((text) => {
    const line = text.trim();
    const because = line.indexOf(BECAUSE);
    if (!line.startsWith(COMMAND) || because < 0) return [];
    const gate = unquoted(line.slice(COMMAND.length, because).trim());
    const reason = line.slice(because + BECAUSE.length).trim();
    return gate === '' || reason === '' ? [] : [{ gate, reason: reason.slice(0, MAX_REASON) }];
  });

const unquoted = (text: string): string =>
  text.length > 2 && /["'`]/.test(text[0] ?? '') && text.at(-1) === text[0] ? text.slice(1, -1) : text;

/** The line to write, for messages. */
export const waiveLine = (gate: string): string => `/waive ${gate} because …`;

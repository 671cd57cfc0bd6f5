import { ActionError } from '../errors.ts';

/** What a shell would act on outside of quotes, and what that is. */
const SHELL_ONLY: ReadonlyMap<string, string> = new Map([
  ['$', 'a variable or substitution'],
  ['`', 'a substitution'],
  ['|', 'a pipe'],
  ['&', 'a second command'],
  [';', 'a second command'],
  ['\n', 'a second line'],
  ['<', 'a redirection'],
  ['>', 'a redirection'],
  ['(', 'a subshell'],
  [')', 'a subshell'],
  ['*', 'a pattern for file names'],
  ['?', 'a pattern for file names'],
  ['[', 'a pattern for file names'],
]);
/** Acted on only where a word begins. */
const AT_START: ReadonlyMap<string, string> = new Map([
  ['~', 'a home folder'],
  ['#', 'a comment'],
]);

/**
 * Splits a command line into program and arguments as a POSIX shell does: blanks, quotes and backslashes. What only a
 * shell can do is refused and not taken literally.
 * Source: POSIX.1-2024, Shell Command Language, 2.2 Quoting.
 *
 * @throws ActionError invalid-input for an empty line, an open quote, and anything that needs a shell
 */
export function commandWords(line: string): readonly string[] {
  const command = line.trimStart().replace(/[\r\n]+$/, '');
  const splitter = new WordSplitter(command);
  const words = splitter.words();
  if (words.length === 0 || words[0] === '')
    throw new ActionError('invalid-input', 'command: there is no program in it');
  if (splitter.beginsWithAssignment) throw needsShell('a variable that is set for the command', command);
  return words;
}

class WordSplitter {
  readonly #line: string;
  #at = 0;
  beginsWithAssignment = false;

  constructor(line: string) {
    this.#line = line;
  }

  words(): readonly string[] {
    const words: string[] = [];
    for (;;) {
      this.#skipBlanks();
      if (this.#at >= this.#line.length) return words;
      const start = this.#at;
      words.push(this.#word());
      if (words.length === 1)
        this.beginsWithAssignment = /^[A-Za-z_]\w*=/.test(this.#line.slice(start, this.#at));
    }
  }

  #skipBlanks(): void {
    const blank = /(?:[ \t]|\\\n)*/y;
    blank.lastIndex = this.#at;
    this.#at += blank.exec(this.#line)?.[0].length ?? 0;
  }

  #word(): string {
    const first = this.#line[this.#at] ?? '';
    const atStart = AT_START.get(first);
    if (atStart) throw needsShell(atStart, this.#line);
    let word = '';
    while (this.#at < this.#line.length) {
      const character = this.#line[this.#at] ?? '';
      if (character === ' ' || character === '\t') break;
      word += this.#piece(character);
    }
    return word;
  }

  /** What stands here, up to the end of a quote; moves on behind it. */
  #piece(character: string): string {
    if (character === "'") return this.#singleQuoted();
    if (character === '"') return this.#doubleQuoted();
    if (character === '\\') return this.#escaped();
    const meaning = SHELL_ONLY.get(character);
    if (meaning) throw needsShell(meaning, this.#line);
    this.#at++;
    return character;
  }

  #singleQuoted(): string {
    const end = this.#line.indexOf("'", this.#at + 1);
    if (end < 0) throw this.#openQuote("'");
    const text = this.#line.slice(this.#at + 1, end);
    this.#at = end + 1;
    return text;
  }

  #doubleQuoted(): string {
    const quoted = /"((?:[^"\\]|\\[\s\S])*)"/y;
    quoted.lastIndex = this.#at;
    const [whole, inside] = quoted.exec(this.#line) ?? [];
    if (whole === undefined || inside === undefined) throw this.#openQuote('"');
    if (/[$`]/.test(inside.replace(/\\[\s\S]/g, '')))
      throw needsShell('a variable or substitution', this.#line);
    this.#at += whole.length;
    // Before any other character the backslash stays.
    return inside.replace(/\\([$`"\\\n])/g, (_, escaped: string) => (escaped === '\n' ? '' : escaped));
  }

  #escaped(): string {
    const next = this.#line[this.#at + 1];
    if (next === undefined)
      throw new ActionError('invalid-input', 'command: it ends with a backslash that stands before nothing');
    this.#at += 2;
    return next === '\n' ? '' : next;
  }

  #openQuote(quote: string): ActionError {
    return new ActionError(
      'invalid-input',
      `command: the quote ${quote} that opens at character ${this.#at + 1} is not closed`,
    );
  }
}

const needsShell = (what: string, line: string): ActionError =>
  new ActionError(
    'invalid-input',
    `command: ${JSON.stringify(line.length > 100 ? `${line.slice(0, 100)}…` : line)} holds ${what}, which only a shell understands; set shell: bash (or sh), or put it in single quotes if it is meant literally`,
  );

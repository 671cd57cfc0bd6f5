import { ActionError } from '../../errors.ts';

/** A piece of an expression; `at` is its first character, from 0. */
export type Token =
  | { readonly kind: 'number'; readonly at: number; readonly value: number }
  | { readonly kind: 'text'; readonly at: number; readonly value: string }
  /** A word that is neither quoted nor a keyword: a column or a function. */
  | { readonly kind: 'name'; readonly at: number; readonly value: string; readonly quoted: boolean }
  /** A word with a meaning of its own, in lower case. */
  | { readonly kind: 'word'; readonly at: number; readonly value: Keyword }
  | { readonly kind: 'sign'; readonly at: number; readonly value: string }
  | { readonly kind: 'end'; readonly at: number; readonly value: '' };

const KEYWORDS = ['and', 'or', 'not', 'is', 'null', 'in', 'between', 'true', 'false'] as const;
export type Keyword = (typeof KEYWORDS)[number];

const isKeyword = (word: string): word is Keyword => KEYWORDS.some((keyword) => keyword === word);

/** Longer expressions are a program, not a rule. */
const MAX_LENGTH = 10_000;

/** An error that points into an expression. Characters count from 1. */
export const expressionError = (source: string, at: number, message: string): ActionError => {
  const near = source.slice(at, at + 20).trim();
  return new ActionError(
    'invalid-file',
    `expression, character ${at + 1}${near === '' ? ' (its end)' : ` (at "${near}")`}: ${message}`,
  );
};

const PIECE =
  /\s+|(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|'(?<text>(?:[^']|'')*)'|`(?<tick>(?:[^`]|``)*)`|"(?<double>(?:[^"]|"")*)"|(?<word>[\p{L}_][\p{L}\p{N}_.]*)|(?<sign><=|>=|<>|!=|==|[=<>+\-*/%(),])/uy;

/**
 * Takes an expression apart. Names that are keywords or hold other characters stand in backticks or double quotes,
 * texts in single quotes; a quote inside is doubled.
 *
 * @throws ActionError invalid-file at the first character that begins nothing
 */
export function tokens(source: string): readonly Token[] {
  if (source.length > MAX_LENGTH)
    throw new ActionError(
      'invalid-file',
      `expression: ${source.length} characters, at most ${MAX_LENGTH} are read`,
    );
  const found: Token[] = [];
  let at = 0;
  while (at < source.length) {
    PIECE.lastIndex = at;
    const match = PIECE.exec(source);
    if (match === null) throw expressionError(source, at, strayMessage(source[at] ?? ''));
    const token = tokenOf(match.groups ?? {}, at);
    if (token !== undefined) found.push(token);
    at = PIECE.lastIndex;
  }
  return [...found, { kind: 'end', at, value: '' }];
}

type Groups = Readonly<Record<string, string | undefined>>;

function tokenOf({ number, text, tick, double, word, sign }: Groups, at: number): Token | undefined {
  if (number !== undefined) return { kind: 'number', at, value: Number(number) };
  if (text !== undefined) return { kind: 'text', at, value: text.replaceAll("''", "'") };
  if (tick !== undefined) return { kind: 'name', at, value: tick.replaceAll('``', '`'), quoted: true };
  if (double !== undefined) return { kind: 'name', at, value: double.replaceAll('""', '"'), quoted: true };
  if (sign !== undefined) return { kind: 'sign', at, value: sign };
  if (word === undefined) return undefined;
  const lower = word.toLowerCase();
  return isKeyword(lower)
    ? { kind: 'word', at, value: lower }
    : { kind: 'name', at, value: word, quoted: false };
}

const strayMessage = (character: string): string =>
  `'"\``.includes(character)
    ? `the quote ${character} is not closed`
    : `the character "${character}" has no meaning here`;

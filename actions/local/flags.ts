import { ActionError } from '../lib/errors.ts';
import { didYouMean } from '../lib/nearest-name.ts';

/** How a flag is written: with a value, several times, or alone (`--verbose`, also `--verbose=false`). */
export type FlagKind = 'text' | 'many' | 'switch';

/** The flags of a command by name, without the dashes. */
export type FlagKinds = ReadonlyMap<string, FlagKind>;

/** What a command line says. */
export interface CommandLine {
  readonly words: readonly string[];
  /** The values of each flag given, in order. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
}

/**
 * Splits a command line into words and flags: `--name value`, `--name=value`, `--name`.
 *
 * @throws ActionError invalid-input with every problem: unknown flags, missing values, flags given twice
 */
export function parseFlags(argv: readonly string[], kinds: FlagKinds): CommandLine {
  const problems: string[] = [];
  const words: string[] = [];
  const flags = new Map<string, string[]>();
  const rest = [...argv];
  for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
    const match = /^--([^=]+)(?:=([\s\S]*))?$/.exec(part);
    const [, name = '', given] = match ?? [];
    if (!match) words.push(part);
    else problems.push(...readFlag({ name, given }, kinds, rest, flags));
  }
  if (problems.length > 0) throw new ActionError('invalid-input', problems.join('\n'));
  return { words, flags };
}

/** Notes one flag with its value, which may be the next word, and gives what is wrong with it. */
function readFlag(
  { name, given }: { readonly name: string; readonly given: string | undefined },
  kinds: FlagKinds,
  rest: string[],
  flags: Map<string, string[]>,
): readonly string[] {
  const kind = kinds.get(name);
  const value = given ?? flagValue(kind ?? 'text', rest);
  if (kind === undefined) return [`--${name}: there is no such flag${didYouMean(name, kinds.keys())}`];
  if (value === undefined) return [`--${name}: a value is missing`];
  const before = flags.get(name) ?? [];
  flags.set(name, [...before, value]);
  return kind === 'text' && before.length > 0 ? [`--${name}: given more than once`] : [];
}

const isValue = (part: string | undefined): part is string => part !== undefined && !part.startsWith('--');

function flagValue(kind: FlagKind, rest: string[]): string | undefined {
  if (kind !== 'switch') return isValue(rest[0]) ? rest.shift() : undefined;
  return rest[0] === 'true' || rest[0] === 'false' ? rest.shift() : 'true';
}

/** Pairs of flags such as `--input name=value`. @throws ActionError invalid-input for one without `=` */
export function parsePairs(flag: string, values: readonly string[]): Readonly<Record<string, string>> {
  const pairs = values.map((value) => {
    const at = value.indexOf('=');
    if (at > 0) return [value.slice(0, at), value.slice(at + 1)] as const;
    throw new ActionError('invalid-input', `--${flag}: expected name=value, found "${value}"`);
  });
  return Object.fromEntries(pairs);
}

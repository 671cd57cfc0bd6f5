import { didYouMean } from '../nearest-name.ts';
import { type Composite, type Gate, SEVERITIES, type Severity } from './policy.ts';
import { Scanner } from './scanner.ts';

const RESERVED = ['all', 'any', 'and', 'or', 'not'] as const;
const ID = /"[^"]*"|[^\s()"]+/;

/** What people write for the words of this grammar. */
const OTHER_SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['&&', 'and'],
  ['&', 'and'],
  ['||', 'or'],
  ['|', 'or'],
  ['!', 'not'],
]);

/**
 * Reads a condition over gates:
 *
 * ```text
 * either = both { "or" both }          both = single { "and" single }          single = "not" single | part
 * part   = "(" either ")" | ("all" | "any") [ "(" severity ")" ] | gate id, in double quotes where it has spaces,
 *          parentheses or is one of these words
 * ```
 *
 * `all(error)` holds when every gate of that severity holds, `any(warning)` when one does; without a severity they
 * speak of all gates.
 *
 * @param ids - the gates that exist
 * @throws LineError
 */
export function parseComposite(text: string, ids: Iterable<string>): Composite {
  const scanner = new Scanner(text);
  const condition = readChain(scanner, 'or', new Set(ids));
  if (scanner.rest === '') return condition;
  const [word = ''] = /^[^\s()]+|^./.exec(scanner.rest) ?? [];
  const meant = OTHER_SPELLINGS.get(word);
  const hint = meant === undefined ? didYouMean(word, ['and', 'or']) : `; did you mean "${meant}"?`;
  return scanner.problem(`expected and, or, or the end, found "${word}"${hint}`);
}

type Ids = ReadonlySet<string>;

/** Terms that one word joins; `and` binds more tightly than `or`. */
function readChain(scanner: Scanner, word: 'and' | 'or', ids: Ids): Composite {
  const one = (): Composite => (word === 'or' ? readChain(scanner, 'and', ids) : readSingle(scanner, ids));
  const first = one();
  const more: Composite[] = [];
  while (scanner.take(word === 'or' ? /or(?![^\s()"])/ : /and(?![^\s()"])/) !== undefined) more.push(one());
  return more.length === 0 ? first : { kind: word, terms: [first, ...more] };
}

function readSingle(scanner: Scanner, ids: Ids): Composite {
  if (scanner.take(/not(?![^\s()"])/) !== undefined) return { kind: 'not', term: readSingle(scanner, ids) };
  if (scanner.take(/\(/) !== undefined) {
    const inner = readChain(scanner, 'or', ids);
    if (scanner.take(/\)/) === undefined) scanner.fail(') to close the parenthesis');
    return inner;
  }
  const quantifier = scanner.take(/(all|any)(?![^\s()"])/);
  if (quantifier !== undefined)
    return { kind: quantifier === 'all' ? 'every' : 'some', severity: readSeverity(scanner) };
  return { kind: 'gate', id: readId(scanner, ids) };
}

function readSeverity(scanner: Scanner): Severity | undefined {
  if (scanner.take(/\(/) === undefined) return undefined;
  const word = /^[^\s()]*/.exec(scanner.rest)?.[0] ?? '';
  const severity =
    SEVERITIES.find((name) => name === word) ??
    scanner.problem(`expected error, warning or info, found "${word}"${didYouMean(word, SEVERITIES)}`);
  scanner.advance(severity.length);
  if (scanner.take(/\)/) === undefined) scanner.fail(`) after ${severity}`);
  return severity;
}

function readId(scanner: Scanner, ids: Ids): string {
  const { column } = scanner;
  const token = scanner.take(ID) ?? scanner.fail('a gate, all(…), any(…), not or (');
  const meant = OTHER_SPELLINGS.get(token);
  if (meant !== undefined)
    scanner.problem(`expected a gate, found "${token}"; did you mean "${meant}"?`, column);
  const quoted = token.startsWith('"');
  const id = quoted ? token.slice(1, -1) : token;
  if (ids.has(id) && (quoted || !isReserved(id))) return id;
  if (!quoted && isReserved(id)) scanner.problem(`expected a gate, found the word "${id}"`, column);
  return scanner.problem(`there is no gate "${id}"${didYouMean(id, ids)}`, column);
}

const isReserved = (word: string): boolean => RESERVED.some((reserved) => reserved === word);

/**
 * The required gates that a composite does not speak of. Left alone they would stop counting without anybody having
 * said so; a policy that has one is refused.
 */
export function uncovered(condition: Composite, gates: readonly Gate[]): readonly string[] {
  const named = new Set<string>();
  const severities = new Set<Severity>();
  const walk = (part: Composite): void => {
    switch (part.kind) {
      case 'gate':
        named.add(part.id);
        return;
      case 'every':
      case 'some':
        for (const severity of part.severity === undefined ? SEVERITIES : [part.severity])
          severities.add(severity);
        return;
      case 'not':
        walk(part.term);
        return;
      default:
        for (const term of part.terms) walk(term);
    }
  };
  walk(condition);
  return gates
    .filter(({ id, severity }) => severity === 'error' && !severities.has('error') && !named.has(id))
    .map(({ id }) => id);
}

/** A gate's id as a composite names it. */
export const quotedId = (id: string): string => (/[\s()]/.test(id) || isReserved(id) ? `"${id}"` : id);

/** The condition with further gates that must hold too: those that were given beside the policy. */
export function withGates(
  composite: { readonly text: string; readonly condition: Composite },
  ids: readonly string[],
): { readonly text: string; readonly condition: Composite } {
  if (ids.length === 0) return composite;
  return {
    text: [`(${composite.text})`, ...ids.map(quotedId)].join(' and '),
    condition: {
      kind: 'and',
      terms: [composite.condition, ...ids.map((id): Composite => ({ kind: 'gate', id }))],
    },
  };
}

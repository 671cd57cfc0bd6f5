import { canonicalJson, sha256 } from '../../actions/lib/digest.ts';
import { ledgerOf, stateText } from '../../actions/lib/registry/ledger.ts';
import { parseEvent } from '../../actions/lib/registry/parse-event.ts';
import { GENESIS } from '../../actions/lib/registry/state.ts';

/** Something a promoter wanted in the ledger, and when, in milliseconds. */
export interface Wish {
  readonly name: string;
  readonly started: number;
  /** When it was told that it is there. */
  readonly acked: number;
}

interface Line {
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  readonly prev: string;
  readonly hash: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What was promised of the ledger and is not so: `12: does not follow`, `promoter 3: is there 2 times`. */
export function historyProblems(
  files: ReadonlyMap<string, string>,
  wishes: readonly Wish[],
  nameOf: (line: Line) => string | undefined,
): readonly string[] {
  const paths = [...files.keys()].filter((path) => path.includes('/events/')).sort();
  const lines: readonly Line[] = paths
    .flatMap((path) => (files.get(path) ?? '').trim().split('\n'))
    .map((line) => JSON.parse(line));
  return [
    ...chainProblems(lines),
    ...wishProblems(lines, wishes, nameOf),
    ...stateProblems(lines, files.get('models/churn/state.json')),
  ];
}

function chainProblems(lines: readonly Line[]): readonly string[] {
  const problems: string[] = [];
  let prev: string = GENESIS;
  for (const [index, line] of lines.entries()) {
    const { hash, ...body } = line;
    if (line.seq !== index + 1) problems.push(`${index + 1}: has number ${line.seq}`);
    if (line.prev !== prev) problems.push(`${index + 1}: does not follow`);
    if (sha256(canonicalJson(body)) !== hash) problems.push(`${index + 1}: has another hash`);
    prev = hash;
  }
  if (new Set(lines.map(({ id }) => id)).size !== lines.length) problems.push('an id is there twice');
  return problems;
}

function wishProblems(
  lines: readonly Line[],
  wishes: readonly Wish[],
  nameOf: (line: Line) => string | undefined,
): readonly string[] {
  const places = new Map<string, number[]>();
  for (const line of lines) {
    const name = nameOf(line);
    if (name !== undefined) places.set(name, [...(places.get(name) ?? []), line.seq]);
  }
  const counted = wishes
    .filter(({ name }) => places.get(name)?.length !== 1)
    .map(({ name }) => `${name}: is there ${places.get(name)?.length ?? 0} times`);
  const at = (wish: Wish): number => places.get(wish.name)?.[0] ?? 0;
  const order = wishes.flatMap((one) =>
    wishes
      .filter((other) => one.acked < other.started && at(one) > at(other))
      .map((other) => `${one.name}: was there before ${other.name} began, and comes after it`),
  );
  return [...counted, ...order];
}

function stateProblems(lines: readonly Line[], state: string | undefined): readonly string[] {
  const parsed = lines.map(parseEvent);
  const events = parsed.flatMap((one) => ('event' in one ? [one.event] : []));
  if (events.length !== lines.length) return ['a line is no event'];
  return stateText(ledgerOf('churn', events).state) === state
    ? []
    : ['the state is not what the events add up to'];
}

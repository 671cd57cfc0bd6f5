import type { ColumnView } from '../../columns/column-batch.ts';
import { binKey, binNumber, fewerBits, LEAST_BITS, MOST_CUT_BITS } from '../../profile/bin-keys.ts';
import { hashText } from '../../profile/hash.ts';
import { joinTallies, type Tally } from './tally.ts';

/** Different values (or bins) of a feature that are kept. */
const CAPACITY = 1_024;
/** No text of a file: those hold no NUL. */
const MISSING = '\u0000missing';

/**
 * The labels by the values of a feature. Numbers share a bin when their leading `bits` are the same; as many are kept
 * as let all fit, so that parts merge exactly. Texts are known by hashes; of too many, nothing is kept.
 */
export type FeatureState =
  | {
      readonly kind: 'numbers';
      readonly bits: number;
      readonly tallies: readonly (readonly [number, Tally])[];
      readonly missing: Tally;
    }
  | { readonly kind: 'texts'; readonly tallies: readonly (readonly [string, Tally])[] }
  | { readonly kind: 'too-many' };

/** Gathers the labels by the values of one feature. */
export class Feature {
  readonly #add: (tally: number[], label: number) => void;
  readonly #classes: boolean;
  #kind: FeatureState['kind'] | undefined;
  #bits = MOST_CUT_BITS;
  #tallies = new Map<number | string, number[]>();
  readonly #missing: number[] = [];

  constructor(add: (tally: number[], label: number) => void, classes: boolean) {
    this.#add = add;
    this.#classes = classes;
  }

  take(view: ColumnView, labels: Float64Array): void {
    const kind = view.numbers === undefined ? 'texts' : 'numbers';
    this.#kind ??= kind;
    if (this.#kind === 'too-many' || kind !== this.#kind) {
      this.#kind = 'too-many';
      return;
    }
    for (const [row, label] of labels.entries()) {
      if (Number.isNaN(label)) continue;
      const tally = this.#tallyOf(view, row);
      if (tally !== undefined) this.#add(tally, label);
    }
  }

  #tallyOf(view: ColumnView, row: number): number[] | undefined {
    const { numbers } = view;
    if (numbers === undefined) return this.#kept(view.text(row) ?? MISSING);
    const value = numbers[row] ?? Number.NaN;
    return Number.isNaN(value) ? this.#missing : this.#kept(value === 0 ? 0 : value);
  }

  #kept(value: number | string): number[] | undefined {
    const key = typeof value === 'number' ? binKey(value, this.#bits) : value;
    const known = this.#tallies.get(key);
    if (known !== undefined) return known;
    if (this.#kind === 'too-many') return undefined;
    const made: number[] = [];
    this.#tallies.set(key, made);
    if (this.#tallies.size <= CAPACITY) return made;
    if (typeof value === 'string') {
      this.#kind = 'too-many';
      this.#tallies.clear();
      return undefined;
    }
    this.#cut();
    return this.#kept(value);
  }

  #cut(): void {
    const tallies = [...this.#tallies].map(([key, tally]) => [Number(key), tally] as const);
    const cut = cutToFit(tallies, this.#bits, this.#classes);
    this.#bits = cut.bits;
    this.#tallies = new Map(cut.tallies.map(([key, tally]) => [key, [...tally]]));
  }

  state(): FeatureState {
    if (this.#kind === 'too-many' || this.#kind === undefined) return { kind: 'too-many' };
    if (this.#kind === 'texts')
      return {
        kind: 'texts',
        tallies: [...this.#tallies].map(([text, tally]) => [hashText(String(text)).toString(36), tally]),
      };
    return {
      kind: 'numbers',
      bits: this.#bits,
      tallies: [...this.#tallies].map(([key, tally]) => [Number(key), tally]),
      missing: this.#missing,
    };
  }
}

type NumberTallies = readonly (readonly [number, Tally])[];

/** Cuts bins at a precision until they fit. */
function cutToFit(
  tallies: NumberTallies,
  bits: number,
  classes: boolean,
): { readonly bits: number; readonly tallies: NumberTallies } {
  let [cut, precision] = [tallies, bits];
  while (cut.length > CAPACITY && precision > LEAST_BITS) {
    const next = fewerBits(precision);
    cut = cutTo(cut, precision, next, classes);
    precision = next;
  }
  return { bits: precision, tallies: cut };
}

function cutTo(tallies: NumberTallies, from: number, to: number, classes: boolean): NumberTallies {
  if (from === to) return tallies;
  const joined = new Map<number, Tally>();
  for (const [key, tally] of tallies) {
    const shorter = binKey(binNumber(key, from), to);
    const known = joined.get(shorter);
    joined.set(shorter, known === undefined ? tally : joinTallies(known, tally, classes));
  }
  return [...joined];
}

/** What two parts of the data know of a feature together. */
export function mergeFeatures(a: FeatureState, b: FeatureState, classes: boolean): FeatureState {
  if (a.kind === 'texts' && b.kind === 'texts') {
    const tallies = mergeTallies(a.tallies, b.tallies, classes);
    return tallies.length > CAPACITY ? { kind: 'too-many' } : { kind: 'texts', tallies };
  }
  if (a.kind !== 'numbers' || b.kind !== 'numbers') return { kind: 'too-many' };
  const bits = Math.min(a.bits, b.bits);
  const [first, second] = [a, b].map((one) => cutTo(one.tallies, one.bits, bits, classes));
  const fitted = cutToFit(mergeTallies(first ?? [], second ?? [], classes), bits, classes);
  return { kind: 'numbers', ...fitted, missing: joinTallies(a.missing, b.missing, classes) };
}

function mergeTallies<Key>(
  a: readonly (readonly [Key, Tally])[],
  b: readonly (readonly [Key, Tally])[],
  classes: boolean,
): readonly (readonly [Key, Tally])[] {
  const merged = new Map(a);
  for (const [key, tally] of b) {
    const known = merged.get(key);
    merged.set(key, known === undefined ? tally : joinTallies(known, tally, classes));
  }
  return [...merged];
}

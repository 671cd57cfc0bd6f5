/** A run of characters of one kind, or a character that stands for itself. */
interface Run {
  readonly kind: 'digit' | 'upper' | 'lower' | 'literal';
  /** Of a literal: itself. Of others: the common text, `undefined` once texts differ. */
  readonly text: string | undefined;
  readonly least: number;
  readonly most: number;
}

/** What all texts of a column have in common, run by run. */
export interface TextShape {
  readonly runs: readonly Run[];
}

/** Longer texts, and those of more runs, are not codes. */
const MAX_LENGTH = 64;
const MAX_RUNS = 16;
const KINDS: readonly (readonly [Run['kind'], RegExp])[] = [
  ['digit', /^[0-9]+/],
  ['upper', /^[A-Z]+/],
  ['lower', /^[a-z]+/],
];
const CLASSES = { digit: '[0-9]', upper: '[A-Z]', lower: '[a-z]' } as const;

/**
 * The one shape that all texts have: the same kinds of runs in the same order, the same literals between them.
 *
 * @returns `undefined` when they differ, and for texts with blanks, which are words and no codes
 */
export function commonShape(texts: readonly string[]): TextShape | undefined {
  let shape: readonly Run[] | undefined;
  for (const text of texts) {
    const runs = runsOf(text);
    shape = runs && (shape === undefined ? runs : joined(shape, runs));
    if (shape === undefined) return undefined;
  }
  return shape && { runs: shape };
}

function runsOf(text: string): readonly Run[] | undefined {
  if (text.length === 0 || text.length > MAX_LENGTH || /\s|[^\x21-\x7e]/.test(text)) return undefined;
  const runs: Run[] = [];
  for (let rest = text; rest !== ''; ) {
    const run = firstRun(rest);
    runs.push(run);
    rest = rest.slice(run.most);
  }
  return runs.length > MAX_RUNS ? undefined : runs;
}

function firstRun(text: string): Run {
  for (const [kind, pattern] of KINDS) {
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) return { kind, text: found, least: found.length, most: found.length };
  }
  return { kind: 'literal', text: text.slice(0, 1), least: 1, most: 1 };
}

function joined(shape: readonly Run[], runs: readonly Run[]): readonly Run[] | undefined {
  if (shape.length !== runs.length) return undefined;
  const both: Run[] = [];
  for (const [index, run] of shape.entries()) {
    const other = runs[index];
    const fits = other?.kind === run.kind && (run.kind !== 'literal' || other.text === run.text);
    if (other === undefined || !fits) return undefined;
    both.push({
      kind: run.kind,
      text: run.text === other.text ? run.text : undefined,
      least: Math.min(run.least, other.least),
      most: Math.max(run.most, other.most),
    });
  }
  return both;
}

/** Whether a shape is one that codes have: digits, or nothing but capitals of a fixed number. */
export const isCode = ({ runs }: TextShape): boolean =>
  runs.some(({ kind }) => kind === 'digit') ||
  runs.every(({ kind, least, most }) => kind === 'literal' || (kind === 'upper' && least === most));

/** Whether all texts of a shape have one length. */
export const isFixed = ({ runs }: TextShape): boolean => runs.every(({ least, most }) => least === most);

/** The shape as a regular expression (of the RE2 syntax) for whole texts. Letters that never change stay as they are. */
export const shapePattern = ({ runs }: TextShape): string => `^${runs.map(runPattern).join('')}$`;

function runPattern({ kind, text, least, most }: Run): string {
  if (text !== undefined && kind !== 'digit') return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  if (kind === 'literal') return '';
  if (least !== most) return `${CLASSES[kind]}+`;
  return least === 1 ? CLASSES[kind] : `${CLASSES[kind]}{${least}}`;
}

/** How many texts a shape allows, as far as it is fixed; digits count ten, letters 26. */
export const shapeSize = ({ runs }: TextShape): number =>
  runs.reduce((size, { kind, text, most }) => {
    if (kind === 'literal' || (text !== undefined && kind !== 'digit')) return size;
    return size * (kind === 'digit' ? 10 : 26) ** most;
  }, 1);

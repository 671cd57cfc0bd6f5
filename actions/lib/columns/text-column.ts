import { ActionError } from '../errors.ts';
import type { TextState } from '../profile/column-state.ts';
import { linearPattern } from '../schema/regular-expressions.ts';
import type { ColumnType } from '../tabular/column-type.ts';
import { CELLS, type CellLayout, cellText } from './cells.ts';
import type { BrokenRows, TextRule } from './column-batch.ts';
import type { Kernel } from './kernel.ts';
import { type PatternAutomaton, patternAutomaton } from './pattern-automaton.ts';
import { textState } from './sketch-state.ts';

export type TextType = 'string' | 'object' | 'array';

/** Flags of a row, as the kernel writes them; bits 0 to 13 are rules that its text breaks. */
const NULL_FLAG = 0x8000;
const MISFIT_FLAG = 0x4000;
/** Rules that one column may have. */
const MAX_RULES = 14;
/** Kinds of rules, as the kernel numbers them. */
const KIND = { automaton: 1, values: 2, length: 3, test: 4 } as const;
/** Lists of valid values that the kernel's dictionary takes; longer ones are looked up in TypeScript. */
const MAX_LISTED = 4_096;
const MAX_LISTED_BYTES = 256 * 1024;
/** Bytes of distinct texts that are kept. */
const CAPACITY_BYTES = 256 * 1024;
const MAX_LENGTH = 0xffffffff;
const REMEMBERED = 10_000;

export interface TextColumnOptions {
  readonly type: TextType;
  readonly nullTexts: ReadonlySet<string>;
  readonly capacity: number;
  readonly maxRows: number;
}

const encoder = new TextEncoder();

/** A column of texts (or of objects and arrays as JSON), with the rules that its texts are held to. */
export class TextColumn {
  readonly #kernel: Kernel;
  readonly #options: TextColumnOptions;
  readonly #rules: TextRule[] = [];
  /** What TypeScript decides of each rule where the kernel cannot. */
  readonly #tests: ((text: string) => boolean)[] = [];
  readonly #answers = new Map<string, number>();
  readonly #flags: number;
  readonly #slow: number;
  readonly #hashes: number;
  /** Bit of the rule that texts are JSON of the column's type, or -1. */
  readonly #structure: number;
  #column = 0;
  #rows = 0;
  #broken = 0;
  #misfits: number[] = [];
  wantsHashes = false;
  nulls = 0;

  constructor(kernel: Kernel, options: TextColumnOptions) {
    this.#kernel = kernel;
    this.#options = options;
    this.#flags = kernel.alloc(options.maxRows * 2);
    this.#slow = kernel.alloc(options.maxRows * 8);
    this.#hashes = kernel.alloc(options.maxRows * 8);
    this.#structure =
      options.type === 'string' ? -1 : this.addRule({ kind: 'test', holds: structureTest(options.type) });
  }

  get type(): ColumnType {
    return this.#options.type;
  }

  /** @returns the bit of the rule; to be called before the first batch. @throws ActionError limit-exceeded for the 15th rule */
  addRule(rule: TextRule): number {
    if (this.#rules.length === MAX_RULES)
      throw new ActionError(
        'limit-exceeded',
        `more than ${MAX_RULES} rules for the texts of one column; join some`,
      );
    this.#rules.push(rule);
    this.#tests.push(testOf(rule));
    return this.#rules.length - 1;
  }

  get flagsAddress(): number {
    return this.#flags;
  }

  get hashesAddress(): number {
    return this.#hashes;
  }

  get misfits(): readonly number[] {
    return this.#misfits;
  }

  isNull(row: number): boolean {
    return ((this.#kernel.halves[(this.#flags >> 1) + row] ?? 0) & NULL_FLAG) !== 0;
  }

  take(layout: CellLayout, cell: number): void {
    this.#begin();
    const nested = this.#options.type !== 'string' && layout.form === CELLS.json;
    // A text of JSON that holds an object is no object: it is weighed with its quotes.
    const raw = nested ? { ...layout, form: CELLS.plain } : layout;
    this.#run(raw, cell, raw.form, 0);
    this.#rows = layout.rows;
    this.#decide((row) => cellText(this.#kernel, raw, cell, row) ?? '');
    this.#listMisfits();
  }

  /** Every value is of another type than the column. */
  takeMisfits(rows: number, isNull: (row: number) => boolean): void {
    this.#begin();
    this.#rows = rows;
    this.#broken = MISFIT_FLAG;
    this.nulls = 0;
    for (let row = 0; row < rows; row += 1) {
      const none = isNull(row);
      if (none) this.nulls += 1;
      this.#kernel.halves[(this.#flags >> 1) + row] = none ? NULL_FLAG : MISFIT_FLAG;
    }
    if (this.wantsHashes) this.#kernel.bytes.fill(0, this.#hashes, this.#hashes + rows * 8);
    this.#listMisfits();
  }

  /**
   * Takes the entries of a dictionary, each as often as its weight says. Flags are then about entries, not rows.
   */
  takeWeighted(layout: CellLayout, cell: number, weights: number): void {
    this.#begin();
    this.#run(layout, cell, layout.form, weights);
    this.#rows = layout.rows;
    this.#decide((row) => cellText(this.#kernel, layout, cell, row) ?? '');
  }

  broken(bit: number): BrokenRows {
    const mask = 1 << bit;
    if ((this.#broken & mask) === 0) return NOT_BROKEN;
    const rows = this.#rows;
    const halves = (): Uint16Array =>
      this.#kernel.halves.subarray(this.#flags >> 1, (this.#flags >> 1) + rows);
    return {
      count: this.#kernel.run.countFlag(this.#flags, rows, mask),
      *rows() {
        const flags = halves();
        for (let row = 0; row < rows; row += 1) if (((flags[row] ?? 0) & mask) !== 0) yield row;
      },
    };
  }

  state(): TextState {
    this.#begin();
    return textState(this.#kernel, this.#column);
  }

  #run(layout: CellLayout, cell: number, form: number, weights: number): void {
    const hashes = this.wantsHashes ? this.#hashes : 0;
    const ascii = layout.ascii ? 1 : 0;
    this.#kernel.run.addTexts(
      this.#column,
      layout.at + cell * layout.step,
      layout.stride,
      layout.rows,
      form,
      ascii,
      this.#flags,
      hashes,
      this.#slow,
      weights,
    );
    const word = this.#column >> 2;
    this.nulls = this.#kernel.words[word + 1] ?? 0;
    this.#broken = this.#kernel.words[word + 10] ?? 0;
  }

  /** Weighs texts that the kernel could not: with rules of TypeScript, or beyond ASCII. */
  #decide(textOf: (row: number) => string): void {
    const count = this.#kernel.words[(this.#column >> 2) + 11] ?? 0;
    for (let index = 0; index < count; index += 1) {
      const word = (this.#slow >> 2) + index * 2;
      const row = this.#kernel.words[word] ?? 0;
      const entry = this.#kernel.words[word + 1] ?? 0;
      const flags = this.#weigh(textOf(row));
      this.#kernel.halves[(this.#flags >> 1) + row] = flags;
      this.#broken |= flags;
      if (entry !== 0) this.#kernel.run.settleEntry(this.#column, entry, flags);
    }
  }

  #weigh(text: string): number {
    const known = this.#answers.get(text);
    if (known !== undefined) return known;
    let flags = 0;
    for (const [bit, holds] of this.#tests.entries()) if (!holds(text)) flags |= 1 << bit;
    if (this.#answers.size < REMEMBERED && text.length < 100) this.#answers.set(text, flags);
    return flags;
  }

  #listMisfits(): void {
    const mask = this.#structure < 0 ? MISFIT_FLAG : MISFIT_FLAG | (1 << this.#structure);
    if (this.#misfits.length > 0) this.#misfits = [];
    if ((this.#broken & mask) === 0) return;
    const flags = this.#kernel.halves.subarray(this.#flags >> 1, (this.#flags >> 1) + this.#rows);
    for (const [row, flag] of flags.entries()) if ((flag & mask) !== 0) this.#misfits.push(row);
  }

  /** The dictionary is laid out once all rules are known. */
  #begin(): void {
    if (this.#column !== 0) return;
    const { run } = this.#kernel;
    const list = this.#rules.find(listed);
    const seeds = [...this.#options.nullTexts, ...(list?.values ?? [])];
    const bytes = seeds.reduce((sum, text) => sum + text.length * 3, 0);
    this.#column = run.newTextColumn(this.#options.capacity, CAPACITY_BYTES, seeds.length, bytes);
    for (const rule of this.#rules) this.#layRule(rule, rule === list);
    for (const text of this.#options.nullTexts) this.#seed(text, false);
    for (const text of list?.values ?? []) this.#seed(text, true);
    run.sealSeeds(this.#column);
  }

  #layRule(rule: TextRule, isList: boolean): void {
    const { run } = this.#kernel;
    if (rule.kind === 'length')
      run.addRule(this.#column, KIND.length, rule.min ?? 0, rule.max ?? MAX_LENGTH, 0);
    else if (isList) run.addRule(this.#column, KIND.values, 0, 0, 0);
    else {
      const automaton = rule.kind === 'pattern' ? patternAutomaton(rule.source) : undefined;
      if (automaton === undefined) run.addRule(this.#column, KIND.test, 0, 0, 0);
      else this.#layAutomaton(automaton);
    }
  }

  #layAutomaton({ table, accepting, start }: PatternAutomaton): void {
    const at = this.#kernel.put(new Uint8Array(table.buffer));
    this.#kernel.run.addRule(this.#column, KIND.automaton, at, this.#kernel.put(accepting), start);
  }

  #seed(text: string, valid: boolean): void {
    const bytes = encoder.encode(text);
    const at = this.#kernel.put(bytes);
    this.#kernel.run.seedText(this.#column, at, bytes.length, valid ? 1 : 0);
    this.#kernel.run.release(at);
  }
}

const NOT_BROKEN: BrokenRows = { count: 0, rows: () => [] };

/** Lists that fit into the dictionary, which takes the first one of a column: it marks its entries as listed. */
const listed = (rule: TextRule): rule is Extract<TextRule, { kind: 'values' }> =>
  rule.kind === 'values' &&
  rule.values.length <= MAX_LISTED &&
  rule.values.reduce((sum, value) => sum + value.length, 0) <= MAX_LISTED_BYTES;

function testOf(rule: TextRule): (text: string) => boolean {
  switch (rule.kind) {
    case 'pattern': {
      const pattern = linearPattern(rule.source, 'u');
      return (text) => pattern.test(text);
    }
    case 'values': {
      const values = new Set(rule.values);
      return (text) => values.has(text);
    }
    case 'length':
      return (text) => {
        const length = [...text].length;
        return length >= (rule.min ?? 0) && length <= (rule.max ?? MAX_LENGTH);
      };
    case 'test':
      return rule.holds;
    default:
      return rule satisfies never;
  }
}

const structureTest =
  (type: TextType) =>
  (text: string): boolean => {
    try {
      const value: unknown = JSON.parse(text);
      return typeof value === 'object' && value !== null && Array.isArray(value) === (type === 'array');
    } catch {
      return false;
    }
  };

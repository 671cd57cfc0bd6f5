import { compilePattern } from '../schema/regular-expressions.ts';

/**
 * A deterministic automaton over the bytes of UTF-8. State 0 is dead; state 1 met a character beyond ASCII that the
 * pattern tells from other such characters, where others must decide.
 */
export interface PatternAutomaton {
  /** Next state by `state * 256 + byte`. */
  readonly table: Uint16Array;
  readonly start: number;
  /** 1 for states in which the text may end. */
  readonly accepting: Uint8Array;
}

/** What is read of the program that RE2 compiles a pattern to. */
interface Instruction {
  readonly op: number;
  readonly out: number;
  readonly arg: number;
  /** A character, or the first and last ones of ranges in order. */
  readonly runes: ArrayLike<number>;
  matchRune(rune: number): boolean;
}

/** Operations of an instruction, as RE2 numbers them. */
const OP = {
  alt: 1,
  altMatch: 2,
  capture: 3,
  empty: 4,
  match: 6,
  nop: 7,
  rune: 8,
  rune1: 9,
  any: 10,
  anyNotNl: 11,
};
const BEGIN_TEXT = 4;
const END_TEXT = 8;
/** States, 512 bytes each, that an automaton may take. */
const MAX_STATES = 1_000;

const DEAD = 0;
const BEYOND = 1;

const LAST_ASCII = 0x7f;
const LAST_CHARACTER = 0x10ffff;
/** Bytes that begin a character beyond ASCII; those that go on with it are below. */
const FIRST_LEAD = 0xc0;
/** What `s` and `k` are in other cases: ſ and the sign of Kelvin. */
const CASES_OF_ASCII = [0x17f, 0x212a];

/**
 * Compiles a pattern, found anywhere in a text, to an automaton that takes one step a byte: the subset construction on
 * the program RE2 makes of it, so that both mean the same.
 *
 * @returns `undefined` for patterns that look at words' or lines' edges, or that would take too many states
 */
export function patternAutomaton(source: string): PatternAutomaton | undefined {
  const program = programOf(compilePattern(source));
  if (program === undefined) return undefined;
  return new Construction(program.instructions, program.start).run();
}

function programOf(compiled: object) {
  const machine: unknown = Reflect.get(compiled, 're2Input');
  const program: unknown = typeof machine === 'object' && machine !== null && Reflect.get(machine, 'prog');
  if (typeof program !== 'object' || program === null) return undefined;
  const instructions: unknown = Reflect.get(program, 'inst');
  const start: unknown = Reflect.get(program, 'start');
  if (!Array.isArray(instructions) || typeof start !== 'number') return undefined;
  return { instructions: instructions as readonly Instruction[], start };
}

class Unsupported extends Error {}

class Construction {
  readonly #instructions: readonly Instruction[];
  readonly #start: number;
  readonly #states: (readonly number[])[] = [[], []];
  readonly #ids = new Map<string, number>();
  /** The state that some instructions lead to: most bytes of a state lead to the same ones. */
  readonly #after = new Map<string, number>();

  constructor(instructions: readonly Instruction[], start: number) {
    this.#instructions = instructions;
    this.#start = start;
  }

  run(): PatternAutomaton | undefined {
    try {
      return this.#build();
    } catch (error) {
      if (error instanceof Unsupported) return undefined;
      throw error;
    }
  }

  #build(): PatternAutomaton {
    const start = this.#idOf(this.#closure([this.#start], BEGIN_TEXT));
    const rows: Uint16Array[] = [new Uint16Array(256), new Uint16Array(256).fill(BEYOND)];
    for (let state = 2; state < this.#states.length; state += 1)
      rows[state] = this.#row(this.#states[state] ?? []);
    const table = new Uint16Array(this.#states.length * 256);
    for (const [state, row] of rows.entries()) table.set(row, state * 256);
    return { table, start, accepting: Uint8Array.from(this.#states, (set) => (this.#accepts(set) ? 1 : 0)) };
  }

  #row(set: readonly number[]): Uint16Array {
    // Once it matched it matches: a pattern is looked for anywhere.
    if (set.some((pc) => this.#op(pc) === OP.match))
      return new Uint16Array(256).fill(this.#idOf(set.filter((pc) => this.#op(pc) === OP.match)));
    const row = new Uint16Array(256);
    for (let byte = 0; byte < 128; byte += 1) {
      const next = set.filter((pc) => this.#consumes(pc, byte)).map((pc) => this.#at(pc).out);
      row[byte] = this.#step(next);
    }
    // The first byte of a character takes the step, and the others stay.
    row.fill(this.#idOf(set), LAST_ASCII + 1, FIRST_LEAD);
    row.fill(this.#beyond(set), FIRST_LEAD);
    return row;
  }

  /** The state after any character beyond ASCII, where all lead to the same. */
  #beyond(set: readonly number[]): number {
    const next: number[] = [];
    for (const pc of set) {
      const consumes = this.#consumesBeyond(pc);
      if (consumes === undefined) return BEYOND;
      if (consumes) next.push(this.#at(pc).out);
    }
    return this.#step(next);
  }

  /** The state after a character that leads to some instructions; the pattern may begin behind it as well. */
  #step(next: readonly number[]): number {
    const key = next.join();
    let state = this.#after.get(key);
    if (state === undefined) {
      state = this.#idOf(this.#closure([...next, this.#start], 0));
      this.#after.set(key, state);
    }
    return state;
  }

  /** Whether an instruction takes all characters beyond ASCII, or none; `undefined` where it tells them apart. */
  #consumesBeyond(pc: number): boolean | undefined {
    const instruction = this.#at(pc);
    const { op, runes } = instruction;
    if (op === OP.any || op === OP.anyNotNl) return true;
    if (op !== OP.rune && op !== OP.rune1) return false;
    const last = runes[runes.length - 1] ?? 0;
    if (last <= LAST_ASCII)
      return CASES_OF_ASCII.some((rune) => instruction.matchRune(rune)) ? undefined : false;
    const whole = runes.length > 1 && last === LAST_CHARACTER;
    return whole && (runes[runes.length - 2] ?? last) <= LAST_ASCII + 1 ? true : undefined;
  }

  /** All instructions that wait for a byte or match, reachable without one. */
  #closure(from: readonly number[], context: number): readonly number[] {
    const seen = new Set<number>();
    const queue = [...from];
    for (let pc = queue.pop(); pc !== undefined; pc = queue.pop()) {
      if (seen.has(pc)) continue;
      seen.add(pc);
      queue.push(...this.#free(pc, context));
    }
    return [...seen].filter((pc) => this.#waits(pc)).sort((a, b) => a - b);
  }

  /** Where an instruction leads without a byte. The end of the text is not known yet: it stays and waits. */
  #free(pc: number, context: number): readonly number[] {
    const { op, out, arg } = this.#at(pc);
    if (op === OP.alt || op === OP.altMatch) return [out, arg];
    if (op === OP.capture || op === OP.nop) return [out];
    if (op > OP.anyNotNl) throw new Unsupported();
    if (op !== OP.empty) return [];
    if (arg !== BEGIN_TEXT && arg !== END_TEXT) throw new Unsupported();
    return arg === BEGIN_TEXT && context === BEGIN_TEXT ? [out] : [];
  }

  #waits(pc: number): boolean {
    const { op, arg } = this.#at(pc);
    return (
      (op >= OP.rune && op <= OP.anyNotNl) || op === OP.match || (op === OP.empty && (arg & END_TEXT) !== 0)
    );
  }

  #consumes(pc: number, byte: number): boolean {
    const instruction = this.#at(pc);
    if (instruction.op === OP.any) return true;
    if (instruction.op === OP.anyNotNl) return byte !== 10;
    return (instruction.op === OP.rune || instruction.op === OP.rune1) && instruction.matchRune(byte);
  }

  /** Whether the text may end here: a match is reached without a byte, the end of the text given. */
  #accepts(set: readonly number[]): boolean {
    const queue = [...set];
    const seen = new Set<number>();
    for (let pc = queue.pop(); pc !== undefined; pc = queue.pop()) {
      if (seen.has(pc)) continue;
      seen.add(pc);
      if (this.#op(pc) === OP.match) return true;
      queue.push(...this.#freeAtEnd(pc));
    }
    return false;
  }

  #freeAtEnd(pc: number): readonly number[] {
    const { op, out, arg } = this.#at(pc);
    if (op !== OP.empty) return this.#free(pc, 0);
    if (arg !== END_TEXT) throw new Unsupported();
    return [out];
  }

  #idOf(set: readonly number[]): number {
    if (set.length === 0) return DEAD;
    const key = set.join();
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    if (this.#states.length >= MAX_STATES) throw new Unsupported();
    this.#ids.set(key, this.#states.length);
    this.#states.push(set);
    return this.#states.length - 1;
  }

  #op(pc: number): number {
    return this.#at(pc).op;
  }

  #at(pc: number): Instruction {
    const instruction = this.#instructions[pc];
    if (instruction === undefined) throw new Unsupported();
    return instruction;
  }
}

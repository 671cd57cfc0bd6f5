import { visibleText } from '../report/visible-text.ts';
import type { ModelContent } from './content.ts';
import { SCAN_LIMITS, type ScanLimits } from './limits.ts';
import { PROBLEM_VERDICTS, type ProblemKind, type ScanProblem } from './model-scan.ts';

/** A compression, by the name of its container. */
export type Packing = 'gzip' | 'zlib' | 'deflate-raw';

/** Unpacks a stream; throws on bytes that are not of that packing. */
export type Unpack = (packing: Packing, packed: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/** What a path beside the model leads to. */
export type SiblingState = 'inside' | 'missing' | 'outside' | 'linked';

/** How to scan a file. */
export interface ScanOptions {
  /** The pure library has no decompressor of its own; without one, compressed content is inconclusive. */
  readonly unpack?: Unpack;
  /** Names of pickles that are harmless besides the known ones: `module.name`, or `module.*` for all of a module. */
  readonly allowGlobals?: readonly string[];
  /** What a relative path leads to from the folder of the file; without it, paths are judged by their text alone. */
  readonly sibling?: (path: string) => Promise<SiblingState>;
  readonly limits?: Partial<ScanLimits>;
}

/** Content that cannot be read further, and why. */
export class Unreadable extends Error {
  readonly kind: ProblemKind;
  /** Offset in the content; `undefined` for the content as a whole. */
  readonly at: number | undefined;

  constructor(kind: ProblemKind, message: string, at?: number) {
    super(message);
    this.kind = kind;
    this.at = at;
  }
}

/** Longer names are cut in messages. */
const NAME_LENGTH = 120;

/** A name that a file gives, for a message: visible, in quotes, cut. */
export const quoted = (name: string): string => {
  const visible = visibleText(name);
  return JSON.stringify(visible.length > NAME_LENGTH ? `${visible.slice(0, NAME_LENGTH)}…` : visible);
};

/** Problems and details of a scan, each once. */
export class ScanReport {
  readonly #problems = new Map<string, ScanProblem>();
  readonly #details = new Set<string>();
  readonly #limit: number;
  #untold = 0;
  #untoldKind: ProblemKind | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  problem(kind: ProblemKind, where: string, message: string): void {
    const key = `${kind}\n${where}\n${message}`;
    if (this.#problems.has(key)) return;
    if (this.#problems.size < this.#limit) {
      this.#problems.set(key, { kind, where, message });
      return;
    }
    this.#untold++;
    // The worst of what is not told decides with the rest.
    if (this.#untoldKind === undefined || PROBLEM_VERDICTS[kind] === 'unsafe') this.#untoldKind = kind;
  }

  detail(text: string): void {
    if (this.#details.size < this.#limit) this.#details.add(text);
  }

  get details(): readonly string[] {
    return [...this.#details];
  }

  get problems(): readonly ScanProblem[] {
    const told = [...this.#problems.values()];
    const isUnsafe = ({ kind }: ScanProblem) => PROBLEM_VERDICTS[kind] === 'unsafe';
    const rest: ScanProblem[] =
      this.#untoldKind === undefined
        ? []
        : [{ kind: this.#untoldKind, where: '', message: `${this.#untold} more problems like these` }];
    return [...told.filter(isUnsafe), ...told.filter((problem) => !isUnsafe(problem)), ...rest];
  }
}

/** What is left of the limits, shared by a file and everything in it. */
export class ScanBudget {
  readonly limits: ScanLimits;
  #opcodes: number;
  #entries: number;
  #unpacked: number;

  constructor(limits: Partial<ScanLimits> = {}) {
    this.limits = { ...SCAN_LIMITS, ...limits };
    this.#opcodes = this.limits.opcodes;
    this.#entries = this.limits.entries;
    this.#unpacked = this.limits.unpacked;
  }

  /** Nothing more may be read of anything. */
  get isSpent(): boolean {
    return this.#opcodes < 0 || this.#entries < 0 || this.#unpacked < 0;
  }

  /** @throws Unreadable limit */
  opcode(): void {
    if (--this.#opcodes < 0)
      throw new Unreadable('limit', `more than ${this.limits.opcodes} opcodes; the rest was not read`);
  }

  /** @throws Unreadable limit */
  entry(): void {
    if (--this.#entries < 0)
      throw new Unreadable(
        'limit',
        `more than ${this.limits.entries} entries in archives; the rest was not read`,
      );
  }

  /** @throws Unreadable limit */
  unpack(bytes: number): void {
    this.#unpacked -= bytes;
    if (this.#unpacked < 0)
      throw new Unreadable(
        'limit',
        `unpacks to more than ${this.limits.unpacked} bytes; unpack it before the scan`,
      );
  }
}

/** Everything a scanner of one content needs besides the content. */
export interface ScanContext {
  readonly options: ScanOptions;
  readonly report: ScanReport;
  readonly budget: ScanBudget;
  /** Archives around this content. */
  readonly depth: number;
  /** Names of the archives' entries that lead here, joined with ` › `; empty for the file itself. */
  readonly path: string;
  /** Scans content that lies inside of this one. @returns its format */
  nested(content: ModelContent, path: string): Promise<string>;
}

/** A scanner of one format. @returns a better name of the format where the content tells one */
export type Scanner = (content: ModelContent, context: ScanContext) => Promise<string | undefined>;

/** The text of a content that has to be held whole. @throws Unreadable limit */
export async function wholeText(content: ModelContent, { budget }: ScanContext): Promise<string> {
  const { whole } = budget.limits;
  if (content.size > whole)
    throw new Unreadable('limit', `${content.size} bytes of text, at most ${whole} are read`);
  return new TextDecoder().decode(await content.read(0, content.size));
}

/** A place for a problem: the way through archives and an offset. */
export const placeOf = (path: string, at?: number): string => {
  const byte = at === undefined ? '' : `byte ${at}`;
  return path === '' || byte === '' ? `${path}${byte}` : `${path}, ${byte}`;
};

import { parseDuration } from '../lib/duration.ts';
import { ActionError } from '../lib/errors.ts';
import type { InputSource } from './runtime.ts';

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['True', true],
  ['TRUE', true],
  ['false', false],
  ['False', false],
  ['FALSE', false],
]);

function isWebAddress(text: string): boolean {
  if (!/^https?:\/\/[!-~]+$/i.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === '' && password === '';
}

/** Typed readers of a step's inputs. They remember every problem, so that a user mends all of them in one round. */
export class InputReader {
  readonly problems: string[] = [];
  readonly #source: InputSource;

  constructor(source: InputSource) {
    this.#source = source;
  }

  /** Notes a problem that another check has found, or that spans several inputs; `undefined` is none. */
  problem(message: string | undefined): void {
    if (message !== undefined) this.problems.push(message);
  }

  /** A text, or `undefined` when the input is absent or blank. */
  optional(name: string): string | undefined {
    return this.#source(name)?.trim() || undefined;
  }

  /** A text that must be there. */
  required(name: string): string {
    const value = this.optional(name);
    if (value === undefined) this.problems.push(`${name}: required, but not given`);
    return value ?? '';
  }

  text(name: string, fallback: string): string {
    return this.optional(name) ?? fallback;
  }

  /** A web address, empty when the input is absent. What is none is not repeated, as it may hold a password. */
  address(name: string): string {
    const text = this.text(name, '');
    if (text === '' || isWebAddress(text)) return text;
    this.problems.push(
      `${name}: expected a web address such as https://example.com/path, in ASCII and without a name and password in it`,
    );
    return '';
  }

  /** The non-blank lines of a text of several lines; `#` starts a comment line. */
  lines(name: string): readonly string[] {
    return (this.optional(name) ?? '')
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'));
  }

  /** Items separated by commas or line ends. */
  list(name: string): readonly string[] {
    return this.lines(name)
      .flatMap((line) => line.split(','))
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }

  /** YAML 1.2's booleans and nothing else. */
  boolean(name: string, fallback: boolean): boolean {
    const raw = this.optional(name);
    if (raw === undefined) return fallback;
    const value = BOOLEANS.get(raw);
    if (value === undefined) this.problems.push(`${name}: expected true or false, found "${raw}"`);
    return value ?? fallback;
  }

  integer(
    name: string,
    options: { readonly fallback: number; readonly min: number; readonly max: number },
  ): number {
    const value = this.number(name, options);
    if (!Number.isInteger(value)) {
      this.problems.push(`${name}: expected a whole number, found "${value}"`);
      return options.fallback;
    }
    return value;
  }

  number(
    name: string,
    options: { readonly fallback: number; readonly min: number; readonly max: number },
  ): number {
    const raw = this.optional(name);
    if (raw === undefined) return options.fallback;
    const value = NUMBER.test(raw) ? Number(raw) : Number.NaN;
    if (Number.isFinite(value) && value >= options.min && value <= options.max) return value;
    this.problems.push(`${name}: expected a number from ${options.min} to ${options.max}, found "${raw}"`);
    return options.fallback;
  }

  /** One of the words given. */
  choice<const T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const raw = this.optional(name);
    if (raw === undefined) return fallback;
    const found = choices.find((choice) => choice === raw);
    if (found === undefined)
      this.problems.push(`${name}: expected one of ${choices.join(', ')}, found "${raw}"`);
    return found ?? fallback;
  }

  /** A length of time such as `30s`, `15m`, `12h`, `7d`, in milliseconds. */
  duration(name: string, fallbackMs: number): number {
    const raw = this.optional(name);
    if (raw === undefined) return fallbackMs;
    const value = parseDuration(raw);
    if (value === undefined)
      this.problems.push(`${name}: expected a duration such as 30s, 15m, 12h or 7d, found "${raw}"`);
    return value ?? fallbackMs;
  }
}

/**
 * Reads all inputs of an action.
 *
 * @throws ActionError invalid-input with every problem on a line of its own
 */
export function readAll<T>(source: InputSource, read: (reader: InputReader) => T): T {
  const reader = new InputReader(source);
  const inputs = read(reader);
  if (reader.problems.length > 0) throw new ActionError('invalid-input', reader.problems.join('\n'));
  return inputs;
}

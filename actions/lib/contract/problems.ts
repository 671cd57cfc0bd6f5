import { ActionError } from '../errors.ts';
import type { Validate } from '../schema/compile-schema.ts';
import { type ParsedText, pathText, type ValuePath } from '../schema/parsed-text.ts';
import { Refusal } from './fields.ts';

/** Messages beyond this many say nothing new. */
const MAX_LINES = 20;

/** Gathers the problems of a contract, so that all are said at once rather than one a run. */
export class Problems {
  readonly #found: Refusal[] = [];

  /** The result of some reading, or `fallback` once its problem is noted. */
  attempt<T, F>(read: () => T, fallback: F): T | F {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#found.push(error);
      return fallback;
    }
  }

  /**
   * Adds what a schema finds, except where reading already said something: a schema says it in more and less words.
   */
  addSchema(document: ParsedText, validate: Validate): void {
    const known = this.#found.map(({ path }) => path).filter((path) => path.length > 0);
    for (const { path, message } of validate(document.value)) {
      if (path.length > 0 && known.some((other) => overlap(other, path))) continue;
      this.#found.push(new Refusal(`${document.at(path)}: ${pathText(path)}: ${message}`, path));
    }
  }

  /** Whether a problem at a path, or below it, is noted. */
  within(path: ValuePath): boolean {
    return this.#found.some((other) => other.path.length >= path.length && overlap(path, other.path));
  }

  /** @throws ActionError invalid-file with one line for each problem */
  throwIfAny(): void {
    if (this.#found.length === 0) return;
    const lines = [...new Set(this.#found.map(({ message }) => message))];
    const rest = lines.length - MAX_LINES;
    throw new ActionError(
      'invalid-file',
      [...lines.slice(0, MAX_LINES), ...(rest > 0 ? [`… and ${rest} more`] : [])].join('\n'),
    );
  }
}

/** Whether one of two paths leads through the other. */
const overlap = (a: ValuePath, b: ValuePath): boolean => {
  const length = Math.min(a.length, b.length);
  return a.slice(0, length).every((part, index) => part === b[index]);
};

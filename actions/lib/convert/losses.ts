import { type ParsedText, pathText, type ValuePath } from '../schema/parsed-text.ts';

/** What a conversion could not carry over: where it stands, why, and what to do instead. */
export interface Losses {
  /** @param message - `what: why; what to do` */
  add(path: ValuePath, message: string): void;
  readonly lines: readonly string[];
}

/** Losses of a document, each with its file, line and column, in their order. */
export function lossesOf(document: ParsedText): Losses {
  const found = new Map<string, readonly number[]>();
  return {
    get lines() {
      return [...found].sort(([, a], [, b]) => inOrder(a, b)).map(([line]) => line);
    },
    add: (path, message) => {
      const at = document.at(path);
      const [line, column] = at.split(':').slice(-2).map(Number);
      found.set(`${at}: ${path.length === 0 ? '' : `${pathText(path)}: `}${message}`, [
        line ?? 0,
        column ?? 0,
      ]);
    },
  };
}

const inOrder = (
  [line = 0, column = 0]: readonly number[],
  [otherLine = 0, otherColumn = 0]: readonly number[],
) => line - otherLine || column - otherColumn;

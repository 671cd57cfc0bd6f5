import { type ParsedText, pathText, type ValuePath } from '../schema/parsed-text.ts';

/** What a conversion could not carry over: where it stands, why, and what to do instead. */
export interface Losses {
  /** @param message - `what: why; what to do` */
  add(path: ValuePath, message: string): void;
  readonly lines: readonly string[];
}

/** Losses of a document, each with its file, line and column. */
export function lossesOf(document: ParsedText): Losses {
  const lines: string[] = [];
  return {
    lines,
    add: (path, message) => {
      const line = `${document.at(path)}: ${path.length === 0 ? '' : `${pathText(path)}: `}${message}`;
      if (!lines.includes(line)) lines.push(line);
    },
  };
}

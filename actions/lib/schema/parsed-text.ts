/** The way to a value inside a document: keys and indexes from the outside in. */
export type ValuePath = readonly (string | number)[];

/** The value of a JSON or YAML text, with the places its parts came from. */
export interface ParsedText {
  readonly value: unknown;
  /** Name of the text for messages: a path or a location. */
  readonly where: string;
  /** `gates.yml:12:7`: where the value at a path begins, or the innermost value around it that exists. */
  at(path: ValuePath): string;
}

/** The line, from 1, of a place such as `gates.yml:12:7`; `undefined` for a place without one. */
export function lineOf(place: string): number | undefined {
  const line = /:(\d+):\d+$/.exec(place)?.[1];
  return line === undefined ? undefined : Number(line);
}

/** Collections inside collections, at most. */
export const MAX_DEPTH = 64;

/** A path as people write it: `gates[0].metric`; `the document` for the empty path. */
export const pathText = (path: ValuePath): string =>
  path.length === 0
    ? 'the document'
    : path
        .map((part, index) => {
          if (typeof part === 'number') return `[${part}]`;
          if (!/^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(part)) return `[${JSON.stringify(part)}]`;
          return index === 0 ? part : `.${part}`;
        })
        .join('');

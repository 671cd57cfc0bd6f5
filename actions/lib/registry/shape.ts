import type { ValuePath } from '../schema/parsed-text.ts';

/**
 * What a value looks like, as a function that says where and how it differs. A ledger has ten thousand events of forty
 * types, and a JSON Schema takes longer to compile for each type than all of them take to be read.
 */
export type Shape = (value: unknown) => ShapeProblem | undefined;

/** Where a value differs, and what was expected there. */
export interface ShapeProblem {
  readonly path: ValuePath;
  readonly message: string;
}

/** Far more than any step writes: a text that is written and then refused would end the ledger for good. */
const LONGEST_TEXT = 1_048_576;
const TIME_PATTERN = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

const expected = (what: string): ShapeProblem => ({ path: [], message: `expected ${what}` });
const shape =
  (what: string, isIt: (value: unknown) => boolean): Shape =>
  (value) =>
    isIt(value) ? undefined : expected(what);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const below = (key: string | number, problem: ShapeProblem | undefined): ShapeProblem | undefined =>
  problem && { ...problem, path: [key, ...problem.path] };

/** Up to 1,048,576 UTF-16 units. */
export const TEXT: Shape = shape(
  `a text of at most ${LONGEST_TEXT} characters`,
  (value) => typeof value === 'string' && value.length <= LONGEST_TEXT,
);
export const BOOLEAN: Shape = shape('true or false', (value) => typeof value === 'boolean');
export const OBJECT: Shape = shape('an object', isObject);
/** ISO 8601 with a zone. */
export const TIME: Shape = shape(
  'a time such as 2026-10-10T09:12:44.381Z',
  (value) => typeof value === 'string' && TIME_PATTERN.test(value) && Number.isFinite(Date.parse(value)),
);

export const number = (least = Number.NEGATIVE_INFINITY): Shape =>
  shape(
    least > Number.NEGATIVE_INFINITY ? `a number from ${least} on` : 'a number',
    (value) => typeof value === 'number' && value >= least,
  );
export const integer = (least: number, most = Number.MAX_SAFE_INTEGER): Shape =>
  shape(
    `a whole number from ${least} to ${most}`,
    (value) => typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most,
  );
export const matching = (pattern: RegExp): Shape =>
  shape(`a text like ${pattern.source}`, (value) => typeof value === 'string' && pattern.test(value));
export const oneOf = (...allowed: readonly unknown[]): Shape =>
  shape(`one of ${JSON.stringify(allowed)}`, (value) => allowed.includes(value));

export const orNull =
  (inner: Shape): Shape =>
  (value) =>
    value === null ? undefined : inner(value);

export const list =
  (items: Shape, length?: number): Shape =>
  (value) => {
    if (!Array.isArray(value)) return expected('a list');
    if (length !== undefined && value.length !== length) return expected(`${length} items`);
    for (const [index, item] of value.entries()) {
      const problem = items(item);
      if (problem !== undefined) return below(index, problem);
    }
    return undefined;
  };

/** An object whose keys are names from outside. */
export const record =
  (items: Shape): Shape =>
  (value) => {
    if (!isObject(value)) return expected('an object');
    for (const key of Object.keys(value)) {
      const problem = items(value[key]);
      if (problem !== undefined) return below(key, problem);
    }
    return undefined;
  };

/** An object of these keys and no others. */
export function object(properties: Readonly<Record<string, Shape>>, optional: readonly string[] = []): Shape {
  const shapes = new Map(Object.entries(properties));
  const required = [...shapes.keys()].filter((key) => !optional.includes(key));
  return (value) => {
    if (!isObject(value)) return expected('an object');
    for (const key of required)
      if (!Object.hasOwn(value, key)) return { path: [], message: `"${key}" is missing` };
    for (const key of Object.keys(value)) {
      const inner = shapes.get(key);
      if (inner === undefined) return { path: [], message: `"${key}" is not known` };
      const problem = inner(value[key]);
      if (problem !== undefined) return below(key, problem);
    }
    return undefined;
  };
}

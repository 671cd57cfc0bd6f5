import { ActionError } from '../../lib/errors.ts';
import { isMap, type Value, type ValueMap } from './expression.ts';

/** GitHub's limit on the jobs of one matrix. */
const MAX_JOBS = 256;

const equal = (a: Value | undefined, b: Value): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Every combination of the lists, the last key varying fastest. */
function product(vectors: ReadonlyMap<string, readonly Value[]>): ValueMap[] {
  let combinations: ValueMap[] = [{}];
  for (const [key, values] of vectors)
    combinations = combinations.flatMap((base) => values.map((value) => ({ ...base, [key]: value })));
  return vectors.size === 0 ? [] : combinations;
}

/**
 * The jobs of an evaluated `strategy.matrix`: the product of its lists, without those that an `exclude` entry
 * matches, then `include`: an entry joins every combination whose original values it leaves as they are,
 * or becomes a job of its own.
 *
 * @throws ActionError invalid-file for a value that is no list, or for more than 256 jobs
 */
export function expandMatrix(matrix: Value): readonly ValueMap[] {
  if (!isMap(matrix)) throw new ActionError('invalid-file', 'strategy.matrix: expected a mapping');
  const vectors = new Map(
    Object.keys(matrix)
      .filter((key) => key !== 'include' && key !== 'exclude')
      .map((key) => [key, listAt(matrix, key)] as const),
  );
  const excluded = mapsAt(matrix, 'exclude');
  const original = product(vectors).filter(
    (job) =>
      !excluded.some((pattern) => Object.entries(pattern).every(([key, value]) => equal(job[key], value))),
  );
  const jobs: ValueMap[] = [...original];
  for (const extra of mapsAt(matrix, 'include')) {
    const joins = original.map((job) =>
      Object.entries(extra).every(([key, value]) => !vectors.has(key) || equal(job[key], value)),
    );
    if (!joins.includes(true)) jobs.push(extra);
    for (const [position, joined] of joins.entries())
      if (joined) jobs[position] = { ...jobs[position], ...extra };
  }
  if (jobs.length > MAX_JOBS)
    throw new ActionError(
      'limit-exceeded',
      `strategy.matrix makes ${jobs.length} jobs; GitHub allows ${MAX_JOBS}`,
    );
  return jobs;
}

function listAt(matrix: ValueMap, key: string): readonly Value[] {
  const value = matrix[key];
  if (isList(value)) return value;
  throw new ActionError(
    'invalid-file',
    `strategy.matrix.${key}: expected a list, found ${JSON.stringify(value)}`,
  );
}

function mapsAt(matrix: ValueMap, key: 'include' | 'exclude'): readonly ValueMap[] {
  const items = key in matrix ? listAt(matrix, key) : [];
  return items.map((item) => {
    if (isMap(item)) return item;
    throw new ActionError(
      'invalid-file',
      `strategy.matrix.${key}: expected mappings, found ${JSON.stringify(item)}`,
    );
  });
}

const isList = (value: Value | undefined): value is readonly Value[] => Array.isArray(value);

/** The text that tells the jobs of a matrix apart: `(ubuntu, 3)`. */
export const matrixLabel = (job: ValueMap): string =>
  `(${Object.values(job)
    .flatMap((value) => (typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value)))
    .join(', ')})`;

import type { ScoredRow } from '../documents/metrics.ts';
import { ActionError } from '../errors.ts';
import { type Fields, fieldsOf, isFields, listOf, textOf } from '../schema/fields.ts';
import { parseJsonStrict } from '../schema/json.ts';
import { type CaseResult, rowsOfCases } from './row-values.ts';
import type { FolderFile } from './source.ts';

const NAME = /(^|\/)samples_(.+)_\d{4}-\d{2}-\d{2}T[^/]*\.jsonl$/;

/** Names of files that hold samples. */
export const SAMPLES = /(^|\/)samples_.+\.jsonl$/;

/** The task that a file of samples is of, by its name, which is all that says so. */
const taskOf = (name: string): string | undefined => NAME.exec(name)?.[2];

function caseOf(sample: Fields, slice: (filter: string) => string, task: string): CaseResult {
  const filter = textOf(sample['filter']) ?? 'none';
  const values = listOf(sample['metrics']).flatMap((metric) => {
    const value = typeof metric === 'string' ? sample[metric] : undefined;
    if (typeof metric !== 'string') return [];
    if (typeof value === 'number') return [[metric, value] as const];
    return typeof value === 'boolean' ? [[metric, value ? 1 : 0] as const] : [];
  });
  const first = values[0]?.[1];
  return {
    // The digest of the question keeps another question under the same number from being taken for it.
    id: `${task}/${filter}/${String(sample['doc_id'])}/${(textOf(sample['doc_hash']) ?? '').slice(0, 12)}`,
    outcome: first === 1 ? 'passed' : first === 0 ? 'failed' : undefined,
    values: Object.fromEntries(values),
    slices: [slice(filter)],
  };
}

/**
 * The rows that `--log_samples` keeps.
 *
 * @param sliceOf - the name of the slice of a task under a filter
 * @throws ActionError invalid-file with the line
 */
export function sampleRows(
  files: readonly FolderFile[],
  tasks: ReadonlySet<string>,
  sliceOf: (task: string, filter: string) => string,
): readonly ScoredRow[] {
  return rowsOfCases(
    files.flatMap(({ name, text }) => {
      const task = taskOf(name);
      if (task === undefined || !tasks.has(task)) return [];
      return text.split('\n').flatMap((line, index) => {
        if (line.trim() === '') return [];
        const place = `${name}:${index + 1}`;
        const sample = parseJsonStrict(line, place, { nonFinite: 'keep', largeIntegers: 'nearest' }).value;
        if (!isFields(sample) || !('doc_id' in sample))
          throw new ActionError('invalid-file', `${place}: expected a sample with a doc_id`);
        return [caseOf(fieldsOf(sample), (filter) => sliceOf(task, filter), task)];
      });
    }),
  );
}

import { ActionError } from '../errors.ts';
import { type Fields, fieldsOf, isFields } from '../schema/fields.ts';
import { measured, numberAt } from './entry.ts';
import { fileFormat, type Measured } from './format.ts';
import type { TreeSource } from './source.ts';

const KEYS = new Set(['old', 'new', 'diff']);

/** Whether a value says what a metric was and is: `{"old": 0.94, "new": 0.95, "diff": 0.01}`. */
const isChange = (value: unknown): value is Fields =>
  isFields(value) && ('old' in value || 'new' in value) && Object.keys(value).every((key) => KEYS.has(key));

function sideOf({ parsed }: TreeSource, side: 'old' | 'new'): readonly Measured[] {
  return Object.entries(fieldsOf(parsed.value)).flatMap(([file, metrics]) =>
    Object.entries(fieldsOf(metrics)).flatMap(([name, change]) => {
      const value = fieldsOf(change)[side];
      // A metric that this revision does not have.
      if (value === undefined || value === null || value === '') return [];
      const path = [file, name, side];
      return [measured(name, numberAt(parsed, path, value), () => parsed.at(path), { params: { file } })];
    }),
  );
}

function read(source: TreeSource) {
  const metrics = sideOf(source, 'new');
  if (metrics.length === 0)
    throw new ActionError('invalid-file', `${source.parsed.where}: no metric has a new value`);
  return { metrics, baseline: sideOf(source, 'old') };
}

/** What `dvc metrics diff --json` prints: candidate and baseline at once. `dvc/utils/diff.py`. */
export const dvcDiff = fileFormat({
  name: 'dvc-diff',
  title: 'the output of dvc metrics diff --json',
  naming: "DVC's names; `new` is the candidate, `old` the baseline of `baseline: auto`",
  source: 'tree',
  fits: ({ parsed: { value } }) => {
    const metrics = Object.values(fieldsOf(value)).flatMap((file) =>
      isFields(file) ? Object.values(file) : [file],
    );
    return metrics.length > 0 && metrics.every(isChange);
  },
  read,
});

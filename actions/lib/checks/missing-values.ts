import { valueText } from '../tabular/column-type.ts';
import { type CheckDefinition, type CountSpec, planned } from './check.ts';
import { countColumn } from './column-count.ts';

/** Counts values that stand for "nothing was recorded", such as `N/A` or `-1`. */
export const missingValues: CheckDefinition<
  CountSpec & { readonly column: string; readonly missing: readonly (string | number | boolean | null)[] }
> = {
  name: 'missingValues',
  about: 'Values that stand for "nothing was recorded"',
  plan(spec) {
    const texts = new Set(spec.missing.filter((value) => value !== null).map(String));
    const countNull = spec.missing.includes(null) || texts.has('');
    const expected = `none of ${spec.missing.map((value) => JSON.stringify(value)).join(', ')}`;
    return {
      ...planned('missingValues', spec, expected),
      field: spec.column,
      threshold: spec.threshold,
      unit: spec.unit,
      start: (discoveries) =>
        countColumn(spec.column, discoveries, (_value, cell) => {
          const missing = cell === null ? countNull : texts.has(valueText(cell));
          return missing ? { expected } : undefined;
        }),
    };
  },
};

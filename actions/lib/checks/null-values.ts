import { type CheckDefinition, type CountSpec, planned } from './check.ts';
import { countColumn } from './column-count.ts';

/** Counts rows without a value in a column. */
export const nullValues: CheckDefinition<CountSpec & { readonly column: string }> = {
  name: 'nullValues',
  about: 'Rows without a value in a column',
  plan: (spec) => ({
    ...planned('nullValues', spec, 'required'),
    field: spec.column,
    threshold: spec.threshold,
    unit: spec.unit,
    start: (discoveries) =>
      countColumn(spec.column, discoveries, (value) =>
        value === null ? { expected: 'a value' } : undefined,
      ),
  }),
};

import { NONE } from '../stats/threshold.ts';
import { type ColumnType, Misfit } from '../tabular/column-type.ts';
import { type CheckDefinition, type CommonSpec, planned } from './check.ts';
import { countColumn } from './column-count.ts';

/** Counts values that are not of their column's type. */
export const dataType: CheckDefinition<
  CommonSpec & { readonly column: string; readonly type: ColumnType; readonly format?: string }
> = {
  name: 'dataType',
  about: "Values that are not of their column's type",
  plan(spec) {
    const article = /^[aeiou]/.test(spec.type) ? 'an' : 'a';
    const expected = `${article} ${spec.type}${spec.format === undefined ? '' : ` written as ${spec.format}`}`;
    return {
      ...planned('dataType', spec, expected),
      field: spec.column,
      threshold: NONE,
      unit: 'rows',
      start: (discoveries) =>
        countColumn(spec.column, discoveries, (value) =>
          value instanceof Misfit ? { expected, ...(value.hint !== '' && { hint: value.hint }) } : undefined,
        ),
    };
  },
};

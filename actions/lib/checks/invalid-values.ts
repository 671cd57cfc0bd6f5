import { type ColumnType, Misfit } from '../tabular/column-type.ts';
import { type CheckDefinition, type CountSpec, planned } from './check.ts';
import { countColumn } from './column-count.ts';
import { type ConstraintOptions, constraintsOf, oneOf } from './constraints.ts';

/** Counts values outside a set, a range, a length, a pattern or a format; no value is not an invalid one. */
export const invalidValues: CheckDefinition<
  CountSpec & {
    readonly column: string;
    readonly type?: ColumnType;
    readonly options: ConstraintOptions;
    readonly validValues?: readonly (string | number | boolean)[];
    /** Count values that are not of the column's type too; off where `dataType` reports them already. */
    readonly countMisfits: boolean;
  }
> = {
  name: 'invalidValues',
  about: 'Values outside a set, a range, a length, a pattern or a format',
  plan(spec) {
    const constraints = [
      ...(spec.validValues ? [oneOf(spec.validValues, spec.type)] : []),
      ...constraintsOf(spec.type, spec.options),
    ];
    const all = constraints.map(({ expected }) => expected).join(' and ');
    return {
      ...planned('invalidValues', spec, all),
      field: spec.column,
      threshold: spec.threshold,
      unit: spec.unit,
      start: (discoveries) =>
        countColumn(spec.column, discoveries, (value) => {
          if (value === null) return undefined;
          if (value instanceof Misfit)
            return spec.countMisfits ? { expected: all || `a ${spec.type}` } : undefined;
          return constraints.find((constraint) => !constraint.holds(value));
        }),
    };
  },
};

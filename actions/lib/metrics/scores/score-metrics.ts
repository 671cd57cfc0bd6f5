import type { Direction } from '../../documents/metrics.ts';
import type { ScoreMetric } from '../metric.ts';

/** A column of numbers that somebody else worked out, such as those of a judge. */
export interface ScoreColumn {
  readonly name: string;
  readonly direction: Direction;
  readonly unit?: string;
  /** Whether all of its values are 0 or 1, so that its mean is a share. */
  readonly binary: boolean;
}

/** The mean of each column, named as the column. Rows without a number in it do not count. */
export const scoreMetrics = (columns: readonly ScoreColumn[]): readonly ScoreMetric[] =>
  columns.map(
    ({ name, direction, unit, binary }): ScoreMetric => ({
      id: name,
      aliases: [],
      title: name,
      direction,
      ...(unit !== undefined && { unit }),
      range: binary ? [0, 1] : [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
      definition: `Mean of column ${name} over the rows that have a number in it.`,
      tasks: ['scores'],
      needs: 'labels',
      kind: 'mean',
      interval: binary ? 'wilson' : 'student-t',
      missing: `column ${name} has no numbers`,
      perRow: ({ names, values, count }) =>
        values[names.indexOf(name)] ?? new Float64Array(count).fill(Number.NaN),
    }),
  );

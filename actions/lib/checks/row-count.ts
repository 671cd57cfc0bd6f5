import { type Threshold, thresholdText } from '../stats/threshold.ts';
import { type CheckDefinition, type CommonSpec, planned } from './check.ts';

/** Counts the rows of all files together, rows that do not fit the header included. */
export const rowCount: CheckDefinition<CommonSpec & { readonly threshold: Threshold }> = {
  name: 'rowCount',
  about: 'The number of rows',
  plan: (spec) => ({
    ...planned('rowCount', spec, `${thresholdText(spec.threshold)} rows`),
    threshold: spec.threshold,
    unit: 'rows',
    start() {
      let rows = 0;
      return {
        batch(view) {
          rows += view.rows + view.malformed.filter(({ kind }) => kind !== 'blank-row').length;
        },
        finish: () => ({ count: rows, of: rows }),
      };
    },
  }),
};

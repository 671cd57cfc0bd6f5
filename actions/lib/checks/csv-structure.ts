import { NONE } from '../stats/threshold.ts';
import type { MalformedRow } from '../tabular/table.ts';
import { type CheckDefinition, type CommonSpec, planned } from './check.ts';

const EXPECTED: Readonly<Record<MalformedRow['kind'], string>> = {
  'extra-cell': 'no more cells than columns',
  'missing-cell': 'a cell for each column',
  'blank-row': 'no blank line',
};

/** Counts rows that do not fit the header; their cells are not checked, because it is unknown whose they are. */
export const csvStructure: CheckDefinition<CommonSpec & { readonly kinds: readonly MalformedRow['kind'][] }> =
  {
    name: 'csvStructure',
    about: 'Rows with more or fewer cells than there are columns, and blank lines',
    plan: (spec) => ({
      ...planned('csvStructure', spec, spec.kinds.map((kind) => EXPECTED[kind]).join(', ')),
      threshold: NONE,
      unit: 'rows',
      start(discoveries) {
        let count = 0;
        let rows = 0;
        return {
          batch(view) {
            rows += view.rows + view.malformed.length;
            for (const row of view.malformed) {
              if (!spec.kinds.includes(row.kind)) continue;
              count += 1;
              discoveries.add(() => ({
                file: view.file.name,
                place: { line: row.line },
                expected: EXPECTED[row.kind],
                hint:
                  row.kind === 'blank-row' ? 'a blank line' : `${row.cells} cells, ${row.expected} columns`,
              }));
            }
          },
          finish: () => ({ count, of: rows }),
        };
      },
    }),
  };

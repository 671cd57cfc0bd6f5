import { nearestName } from '../nearest-name.ts';
import { NONE } from '../stats/threshold.ts';
import { type CheckDefinition, type CommonSpec, type FileView, planned } from './check.ts';

/** What `schemaMatch` counts. */
export type SchemaAspect = 'missing' | 'extra' | 'order' | 'disjoint';

/** Counts columns that are missing, unknown or in another order, file by file. */
export const schemaMatch: CheckDefinition<
  CommonSpec & { readonly columns: readonly string[]; readonly aspect: SchemaAspect }
> = {
  name: 'schemaMatch',
  about: 'Columns that are missing, unknown or in another order',
  plan: (spec) => ({
    ...planned('schemaMatch', spec, TITLES[spec.aspect]),
    threshold: NONE,
    unit: 'columns',
    start(discoveries) {
      let count = 0;
      let of = 0;
      return {
        openFile(file) {
          of += spec.columns.length;
          for (const problem of PROBLEMS[spec.aspect](file, spec.columns)) {
            count += 1;
            discoveries.add(() => ({
              file: file.name,
              ...(file.format === 'parquet' ? {} : { place: { line: 1 } }),
              ...problem,
            }));
          }
        },
        finish: () => ({ count, of }),
      };
    },
  }),
};

const TITLES: Readonly<Record<SchemaAspect, string>> = {
  missing: 'all columns are there',
  extra: 'no other columns',
  order: 'columns in the order of the contract',
  disjoint: 'at least one column of the contract',
};

interface Problem {
  readonly field: string;
  readonly expected: string;
  readonly hint?: string;
}

const PROBLEMS: Readonly<
  Record<SchemaAspect, (file: FileView, columns: readonly string[]) => readonly Problem[]>
> = {
  missing: (file, columns) => {
    const unknown = file.columns.filter((name) => !columns.includes(name));
    return columns
      .filter((name) => !file.columns.includes(name))
      .map((name) => ({ field: name, expected: `a column "${name}"`, ...similar(name, unknown) }));
  },
  extra: (file, columns) =>
    file.columns
      .filter((name) => !columns.includes(name))
      .map((name) => ({ field: name, expected: 'only columns of the contract', hint: `a column "${name}"` })),
  order: (file, columns) => {
    const at = columns.findIndex((name, index) => file.columns[index] !== name);
    return at < 0
      ? []
      : [
          {
            field: columns[at] ?? '',
            expected: `"${columns[at]}" as column ${at + 1}`,
            hint: `"${file.columns[at] ?? ''}" there`,
          },
        ];
  },
  disjoint: (file, columns) =>
    columns.some((name) => file.columns.includes(name))
      ? []
      : [{ field: '', expected: `a column of ${columns.join(', ')}` }],
};

function similar(name: string, candidates: readonly string[]): { readonly hint?: string } {
  const nearest = nearestName(name, candidates);
  return nearest === undefined ? {} : { hint: `there is a column "${nearest}"` };
}

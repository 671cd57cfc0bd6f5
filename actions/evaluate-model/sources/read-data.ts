import type { DataTable } from '../../lib/tabular/data-table.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { collectColumns } from '../../runtime/scan/collect-columns.ts';
import { locateData } from '../../runtime/scan/locate-data.ts';
import { columnsWith } from '../columns.ts';
import type { Inputs } from '../inputs.ts';
import { sliceColumns } from '../slice-request.ts';

/** Columns that identify or group rows, and those of predictions: of a model's test set they are no features. */
export function rolesOf({ columns }: Pick<Inputs, 'columns'>, found: readonly string[]): readonly string[] {
  const { score, ...others } = columns;
  const named = Object.values(others).flatMap((name) =>
    name?.endsWith('*') ? columnsWith({ columns: found }, name) : (name ?? []),
  );
  const scores =
    score === undefined || found.includes(score) ? [score] : columnsWith({ columns: found }, score);
  return [...named, ...scores].filter((column) => column !== undefined);
}

/** All columns of predictions that something asks for: by name, or by the prefix that several share. */
export function wantedOf(inputs: Inputs): (columns: readonly string[]) => readonly string[] {
  const { columns: names, slices, fairness } = inputs;
  const exact = [
    ...Object.values(names).filter((name) => name !== undefined),
    ...(names.score ?? '').split(/[,\n]/).map((item) => item.replace(/:(higher|lower)\s*$/, '').trim()),
    ...sliceColumns([...slices, ...fairness]),
  ];
  const prefixes = [names.target, names.prediction].filter((name) => name.endsWith('*'));
  if (names.score !== undefined) prefixes.push(names.score);
  return (columns) => {
    const found = new Set(exact.filter((name) => columns.includes(name)));
    for (const prefix of prefixes)
      if (!columns.includes(prefix)) for (const column of columnsWith({ columns }, prefix)) found.add(column);
    return [...found];
  };
}

/**
 * Reads a table with the engine of validate-data: a location of one or more files, read as one.
 *
 * @param wanted - of the columns there are, those to read
 * @param texts - columns whose values are names even where they look like numbers
 */
export async function readData(
  runtime: Runtime,
  location: string,
  wanted: (columns: readonly string[]) => readonly string[],
  texts: readonly string[],
): Promise<DataTable> {
  const files = await locateData(runtime, location);
  const [first] = files;
  const name = files.length === 1 && first ? first.name : location;
  return collectColumns(runtime, { name, files, wanted, texts });
}

/** Ids are names, also where they are digits, and generated texts are compared as they are written. */
export const textColumns = ({ columns, task }: Pick<Inputs, 'columns' | 'task'>): readonly string[] => [
  ...(columns.id === undefined ? [] : [columns.id]),
  ...(task === 'text' ? [columns.target, columns.prediction] : []),
];

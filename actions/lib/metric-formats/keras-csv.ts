import type { CsvTable } from './csv-table.ts';
import { measured, unmeasured } from './entry.ts';
import { type FormatOptions, fileFormat, type Measured } from './format.ts';
import { bestRow, cellNumber, cellPlace, lastRow, ROW_CHOICES, rowChoice } from './training-log.ts';

/** Keras writes `epoch` first and then the keys in order, and counts epochs from any start by one. */
function isKerasLog({ header, rows }: CsvTable): boolean {
  const [first, ...keys] = header;
  if (first !== 'epoch' || keys.length === 0 || header.includes('step')) return false;
  if (keys.some((key, index) => index > 0 && key < (keys[index - 1] ?? ''))) return false;
  return rows.every(({ cells }) => /^\d+$/.test(cells[0] ?? ''));
}

function read(table: CsvTable, { choice }: FormatOptions): readonly Measured[] {
  const chosen = rowChoice(choice, 'keras-csv');
  const row = chosen.kind === 'last' ? lastRow(table) : bestRow(table, chosen);
  const epoch = cellNumber(table, row, 0) ?? 0;
  return table.header.flatMap((name, column) => {
    if (column === 0) return [];
    const place = cellPlace(table, row, column);
    const facts = { params: { epoch } };
    const value = row.cells[column] === 'NA' ? undefined : cellNumber(table, row, column);
    return [
      value === undefined
        ? unmeasured(name, `epoch ${epoch} has no value of it at ${place()}`, place, facts)
        : measured(name, value, place, facts),
    ];
  });
}

/** The log of `keras.callbacks.CSVLogger`: an epoch a row, `NA` where a value is missing. */
export const kerasCsv = fileFormat({
  name: 'keras-csv',
  title: 'the log of Keras CSVLogger',
  naming: 'names of the columns; the last epoch, or the best',
  source: 'table',
  anyShape: true,
  choices: ROW_CHOICES,
  fits: ({ table }) => isKerasLog(table),
  read: ({ table }, options) => ({ metrics: read(table, options) }),
});

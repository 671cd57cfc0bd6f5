import { ActionError } from '../errors.ts';
import type { CsvRow, CsvTable } from './csv-table.ts';
import { measured } from './entry.ts';
import { type FormatOptions, fileFormat, type Measured } from './format.ts';
import { bestRow, cellNumber, cellPlace, lastRow, ROW_CHOICES, rowChoice } from './training-log.ts';

const INDEXES = new Set(['epoch', 'step']);

/** Rows are sparse: what belongs to one epoch stands in several, so the last value up to the row counts. */
function lastValue(table: CsvTable, upTo: CsvRow, column: number) {
  const until = table.rows.indexOf(upTo);
  for (let index = until; index >= 0; index -= 1) {
    const row = table.rows[index];
    const value = row && cellNumber(table, row, column);
    if (row !== undefined && value !== undefined) return { row, value };
  }
  return undefined;
}

/** The last row of the epoch that a row belongs to: its other values may be written after the chosen one. */
function endOfEpoch(table: CsvTable, row: CsvRow): CsvRow {
  const column = table.header.indexOf('epoch');
  const epoch = row.cells[column];
  return column < 0 ? row : (table.rows.findLast(({ cells }) => cells[column] === epoch) ?? row);
}

function read(table: CsvTable, { choice }: FormatOptions): readonly Measured[] {
  const chosen = rowChoice(choice, 'lightning-csv');
  const row = chosen.kind === 'last' ? lastRow(table) : endOfEpoch(table, bestRow(table, chosen));
  const found = table.header.flatMap((name, column) => {
    const last = INDEXES.has(name) ? undefined : lastValue(table, row, column);
    if (last === undefined) return [];
    const step = cellNumber(table, last.row, table.header.indexOf('step'));
    const facts = step === undefined ? {} : { params: { step } };
    return [measured(name, last.value, cellPlace(table, last.row, column), facts)];
  });
  if (found.length === 0) throw new ActionError('invalid-file', `${table.where}: no column holds a value`);
  return found;
}

/** `metrics.csv` of Lightning's `CSVLogger`: sparse rows with a `step`, columns in the order they were first logged. */
export const lightningCsv = fileFormat({
  name: 'lightning-csv',
  title: 'metrics.csv of Lightning CSVLogger',
  naming: 'names of the columns; the last value of each, or those of the best epoch',
  source: 'table',
  anyShape: true,
  choices: ROW_CHOICES,
  fits: ({ table: { header, delimiter } }) =>
    delimiter === ',' && header.includes('step') && header.some((name) => !INDEXES.has(name)),
  read: ({ table }, options) => ({ metrics: read(table, options) }),
});

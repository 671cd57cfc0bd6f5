import type { MetricValue, ModelFileScan } from '../lib/documents/metrics.ts';
import { ActionError } from '../lib/errors.ts';
import { formatQuantity } from '../lib/report/format-number.ts';
import { type DataTable, placeText, textAt } from '../lib/tabular/data-table.ts';
import type { Evaluation } from './evaluate.ts';
import type { Inputs } from './inputs.ts';
import type { Assembled } from './rows/assembled.ts';
import type { InvalidRow } from './rows/kept-rows.ts';
import { suspects, suspicion } from './sources/model-files.ts';

/** What a verdict rests on. */
interface Judged {
  readonly table: DataTable;
  readonly assembled: Assembled;
  readonly modelFiles: readonly ModelFileScan[];
  /** On all rows, costs among them. */
  readonly measured: readonly MetricValue[];
}

/** The verdict, and why it is not `pass`. */
export function judge(
  inputs: Inputs,
  {
    table,
    assembled: {
      invalid: [first],
      invalidCount,
    },
    modelFiles,
    measured,
  }: Judged,
): Pick<Evaluation, 'verdict' | 'reasons'> {
  const failed = [
    ...(invalidCount > inputs.maxInvalidRows
      ? [
          `${formatQuantity(invalidCount, 'row')} without a usable label or prediction; ${inputs.maxInvalidRows} are tolerated (max-invalid-rows)${first ? `; the first: ${invalidText(table, first)}` : ''}`,
        ]
      : []),
    ...(inputs.modelScan === 'fail' ? suspects(modelFiles).map(suspicion) : []),
  ];
  const asked = inputs.metrics.length > 0 ? measured : [];
  const undecided = asked.flatMap(({ name, value, undefined: why }) =>
    value === null ? [`${name} cannot be computed: ${why ?? 'no value'}`] : [],
  );
  const verdict = failed.length > 0 ? 'fail' : undecided.length > 0 ? 'inconclusive' : 'pass';
  return { verdict, reasons: [...failed, ...undecided] };
}

/** What was found in model files that are trusted all the same. */
export const trustedFiles = (
  { modelScan }: Inputs,
  modelFiles: readonly ModelFileScan[],
): readonly string[] => (modelScan === 'warn' ? suspects(modelFiles).map(suspicion) : []);

/** @throws ActionError invalid-file when there is no row to measure */
export function refuseNoRows(table: DataTable, { rows, invalid }: Assembled): void {
  const [first] = invalid;
  if (rows.count > 0 || !first) return;
  throw new ActionError(
    'invalid-file',
    `${table.name}: none of its ${table.rowCount} rows can be used; the first: ${invalidText(table, first)}`,
  );
}

/** Where a row is that cannot be used, and why; NaN and infinity by the name they go by there. */
function invalidText(table: DataTable, { row, column, problem }: InvalidRow): string {
  const cell = table.column(column);
  const found = cell && textAt(cell, row);
  const about = found === undefined || found.trim() === '' ? '' : `, found "${found.slice(0, 80)}"`;
  return `${placeText(table, row)}: column "${column}": ${problem}${about}`;
}

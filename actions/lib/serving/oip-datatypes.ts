import { conversion, valueText } from '../tabular/column-type.ts';
import { parseInteger, parseNumber } from '../tabular/number-text.ts';
import type { Cell } from '../tabular/table.ts';

/** A datatype of tensors: what a cell must be, and its JSON text if it is that. */
export interface Datatype {
  readonly expects: string;
  /** `undefined` for a cell that does not fit; the protocol has no way to say "no value" but for an empty text. */
  json(cell: Cell): string | undefined;
}

const toBoolean = conversion('boolean', true);

function numberJson(cell: Cell): string | undefined {
  if (typeof cell === 'bigint') return String(cell);
  const value = typeof cell === 'string' ? parseNumber(cell) : cell;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : truthAsNumber(cell);
}

function integerJson(least: bigint, most: bigint): (cell: Cell) => string | undefined {
  return (cell) => {
    const value = typeof cell === 'string' ? parseInteger(cell) : cell;
    if (typeof value !== 'bigint' && !(typeof value === 'number' && Number.isInteger(value)))
      return truthAsNumber(cell);
    const exact = BigInt(value);
    return exact >= least && exact <= most ? String(exact) : undefined;
  };
}

/** Truth values are 1 and 0 among numbers, as models are trained on them. */
function truthAsNumber(cell: Cell): string | undefined {
  const value = typeof cell === 'string' ? toBoolean(cell) : cell;
  return typeof value === 'boolean' ? String(Number(value)) : undefined;
}

function booleanJson(cell: Cell): string | undefined {
  const value = typeof cell === 'string' ? toBoolean(cell) : cell;
  if (typeof value === 'boolean') return String(value);
  if (cell === '1' || cell === 1 || cell === 1n) return 'true';
  return cell === '0' || cell === 0 || cell === 0n ? 'false' : undefined;
}

const decimal: Datatype = { expects: 'a number', json: numberJson };
const integer = (least: bigint, most: bigint): Datatype => ({
  expects: `a whole number from ${least} to ${most}`,
  json: integerJson(least, most),
});
const signed = (bits: bigint): Datatype => integer(-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n);
const unsigned = (bits: bigint): Datatype => integer(0n, 2n ** bits - 1n);

/** The datatypes of the Open Inference Protocol. */
export const DATATYPES: ReadonlyMap<string, Datatype> = new Map([
  ['FP16', decimal],
  ['BF16', decimal],
  ['FP32', decimal],
  ['FP64', decimal],
  ['INT8', signed(8n)],
  ['INT16', signed(16n)],
  ['INT32', signed(32n)],
  ['INT64', signed(64n)],
  ['UINT8', unsigned(8n)],
  ['UINT16', unsigned(16n)],
  ['UINT32', unsigned(32n)],
  ['UINT64', unsigned(64n)],
  ['BOOL', { expects: 'true or false', json: booleanJson }],
  ['BYTES', { expects: 'a text', json: (cell) => (cell === null ? '""' : JSON.stringify(valueText(cell))) }],
]);

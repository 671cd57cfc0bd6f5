import type { ActionError } from '../errors.ts';
import { badAnswer } from './answer-json.ts';
import { rowName } from './data-rows.ts';
import { kindOf, valueOrKind } from './foreign-value.ts';
import type { AnsweredRows, Output } from './protocol.ts';

/**
 * The predictions for some rows as servers write them: a list with one entry a row (numbers, texts, lists of numbers,
 * or objects of these), or an object with such a list for each output.
 *
 * @throws ActionError server-failed for another number of rows, entries of another form than the first, or no numbers
 */
export function readPredictions(value: unknown, rows: AnsweredRows): readonly Output[] {
  if (Array.isArray(value)) return listOutputs('', value, rows);
  if (isRecord(value)) {
    const lists = Object.entries(value);
    if (lists.length > 0 && lists.every(([, list]) => Array.isArray(list)))
      return lists.flatMap(([name, list]) => listOutputs(name, Array.isArray(list) ? list : [], rows));
  }
  throw badAnswer(rows, `has ${kindOf(value)} where a list with a prediction for each row was expected`);
}

function listOutputs(name: string, list: readonly unknown[], rows: AnsweredRows): readonly Output[] {
  const wanted = rows.to - rows.from;
  if (list.length !== wanted)
    throw badAnswer(
      rows,
      `holds ${list.length} predictions${name && ` in "${name}"`}, but ${wanted} rows were sent`,
    );
  const [first] = list;
  if (isRecord(first)) return recordOutputs(name, list, rows);
  if (typeof first === 'string' || typeof first === 'boolean') return [textOutput(name, list, rows)];
  if (!Array.isArray(first)) return [vectorOutput(name, list.map(alone), rows)];
  const inner = list.map((entry) => (Array.isArray(entry) ? entry.flat(MAX_RANK) : alone(entry)));
  if (inner[0]?.length === 1 && typeof inner[0][0] === 'string')
    return [
      textOutput(
        name,
        inner.map((entry) => (entry.length === 1 ? entry[0] : entry)),
        rows,
      ),
    ];
  return [vectorOutput(name, inner, rows)];
}

/** Lists in lists are opened up to this depth; what is deeper is no row of numbers. */
const MAX_RANK = 8;
const alone = (entry: unknown): readonly unknown[] => [entry];

function textOutput(name: string, list: readonly unknown[], rows: AnsweredRows): Output {
  const values = list.map((entry, index) => {
    if (typeof entry !== 'string' && typeof entry !== 'boolean')
      throw badEntry(rows, index, name, `${valueOrKind(entry, rows.redact)}, but a text for the rows before`);
    return String(entry);
  });
  return { kind: 'texts', name, values };
}

function vectorOutput(name: string, list: readonly (readonly unknown[])[], rows: AnsweredRows): Output {
  const width = list[0]?.length ?? 0;
  if (width === 0) throw badEntry(rows, 0, name, 'an empty list; expected numbers');
  const values = new Float64Array(list.length * width);
  for (const [index, entry] of list.entries()) {
    if (entry.length !== width)
      throw badEntry(rows, index, name, `${entry.length} numbers, but ${width} for the rows before`);
    for (const [offset, value] of entry.entries()) {
      if (typeof value !== 'number' || !Number.isFinite(value))
        throw badEntry(rows, index, name, `${valueOrKind(value, rows.redact)} where a number was expected`);
      values[index * width + offset] = value;
    }
  }
  return { kind: 'numbers', name, values, width, names: undefined };
}

/** Objects, one a row: each key is an output. Objects inside of them name the numbers of one output. */
function recordOutputs(name: string, list: readonly unknown[], rows: AnsweredRows): readonly Output[] {
  const keys = Object.keys(isRecord(list[0]) ? list[0] : {});
  const records = list.map((entry, index) => {
    const record = new Map(Object.entries(isRecord(entry) ? entry : {}));
    if (!isRecord(entry) || record.size !== keys.length || !keys.every((key) => record.has(key)))
      throw badEntry(
        rows,
        index,
        name,
        `${valueOrKind(entry, rows.redact)}, but an object with ${keys.join(', ') || 'no keys'} for the rows before`,
      );
    return record;
  });
  const outputs = keys.flatMap((key) =>
    listOutputs(
      key,
      records.map((record) => record.get(key)),
      rows,
    ),
  );
  if (outputs.length === 0) throw badEntry(rows, 0, name, 'an empty object; expected numbers or texts');
  return name === '' ? outputs : [named(name, outputs, rows)];
}

/** Numbers with names, one a row each, as one output of that width. */
function named(name: string, outputs: readonly Output[], rows: AnsweredRows): Output {
  const width = outputs.length;
  const values = new Float64Array((rows.to - rows.from) * width);
  for (const [offset, output] of outputs.entries()) {
    if (output.kind !== 'numbers' || output.width !== 1)
      throw badEntry(rows, 0, name, `an object whose "${output.name}" is not a number`);
    for (const [row, value] of output.values.entries()) values[row * width + offset] = value;
  }
  return { kind: 'numbers', name, values, width, names: outputs.map((output) => output.name) };
}

const badEntry = (rows: AnsweredRows, index: number, name: string, what: string): ActionError =>
  badAnswer(rows, `has for ${rowName(rows.data, rows.from + index)}${name && ` in "${name}"`} ${what}`);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

import { answerJson, badAnswer } from './answer-json.ts';
import { rowName } from './data-rows.ts';
import { kindOf, member, valueOrKind } from './foreign-value.ts';
import type { AnsweredRows, HttpAnswer, Output } from './protocol.ts';

/** What is known of a tensor in an answer before its values are looked at. */
interface AnsweredTensor {
  readonly name: string;
  readonly datatype: string;
  readonly width: number;
  readonly data: readonly unknown[];
}

/** Lists in lists, as far as tensors go; data may be flat or nested. */
const MAX_RANK = 8;

/**
 * The outputs of an answer by the Open Inference Protocol.
 *
 * @param sent - rows that were sent, which are more than were asked about where the model fixes their number
 * @throws ActionError server-failed for tensors that are none, have other rows, or hold what is no number
 */
export function readTensors(answer: HttpAnswer, rows: AnsweredRows, sent: number): readonly Output[] {
  const body = answerJson(answer, rows);
  const outputs = member(body, 'outputs');
  if (!Array.isArray(outputs) || outputs.length === 0)
    throw badAnswer(rows, `is ${kindOf(body)}; expected an object with "outputs"`);
  return outputs.map((output: unknown) => {
    const tensor = readTensor(output, rows, sent);
    return tensor.datatype === 'BYTES' || tensor.datatype === 'BOOL'
      ? textsOf(tensor, rows)
      : numbersOf(tensor, rows);
  });
}

function readTensor(output: unknown, rows: AnsweredRows, sent: number): AnsweredTensor {
  const name = member(output, 'name');
  const datatype = member(output, 'datatype');
  const shape = member(output, 'shape');
  const data = member(output, 'data');
  if (typeof name !== 'string' || typeof datatype !== 'string' || !isShape(shape) || !Array.isArray(data))
    throw badAnswer(rows, `has an output that is ${kindOf(output)}; expected name, shape, datatype and data`);
  const [answered = 1, ...dimensions] = shape;
  const width = dimensions.reduce((all, size) => all * size, 1);
  if (answered !== sent || width === 0)
    throw badAnswer(
      rows,
      `has the output "${name}" with shape [${shape.join(', ')}]; expected [${[sent, ...dimensions.map((size) => size || '…')].join(', ')}] for the ${sent} rows that were sent`,
    );
  const flat: readonly unknown[] = data.flat(MAX_RANK);
  if (flat.length !== sent * width)
    throw badAnswer(
      rows,
      `has ${flat.length} values in the output "${name}", but its shape [${shape.join(', ')}] has ${sent * width}`,
    );
  return { name, datatype, width, data: flat };
}

const isShape = (shape: unknown): shape is readonly number[] =>
  Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 0);

function numbersOf({ name, datatype, width, data }: AnsweredTensor, rows: AnsweredRows): Output {
  const values = new Float64Array((rows.to - rows.from) * width);
  for (const index of values.keys()) {
    const value = data[index];
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw badAnswer(
        rows,
        `has for ${rowName(rows.data, rows.from + Math.floor(index / width))} in the output "${name}" ${valueOrKind(value, rows.redact)} where a number was expected (${datatype})`,
      );
    values[index] = value;
  }
  return { kind: 'numbers', name, values, width, names: undefined };
}

function textsOf({ name, datatype, width, data }: AnsweredTensor, rows: AnsweredRows): Output {
  if (width !== 1)
    throw badAnswer(
      rows,
      `has ${width} values of type ${datatype} a row in the output "${name}"; one label a row is understood`,
    );
  const values = data.slice(0, rows.to - rows.from).map((value, index) => {
    if (typeof value !== 'string' && typeof value !== 'boolean')
      throw badAnswer(
        rows,
        `has for ${rowName(rows.data, rows.from + index)} in the output "${name}" ${valueOrKind(value, rows.redact)} where a text was expected (${datatype})`,
      );
    return String(value);
  });
  return { kind: 'texts', name, values };
}

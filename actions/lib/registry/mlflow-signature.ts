import { ActionError } from '../errors.ts';
import { fieldsOf, isFields, listOf } from '../schema/fields.ts';
import { parseJsonStrict } from '../schema/json.ts';
import { type ParsedText, pathText } from '../schema/parsed-text.ts';
import type { SignatureField } from './events.ts';

type Side = 'inputs' | 'outputs' | 'params';

function fail(side: ParsedText, path: readonly (string | number)[], message: string): never {
  throw new ActionError('invalid-file', `${side.at(path)}: ${pathText(path)}: ${message}`);
}

/** A side is JSON in a text; places in it are lines and columns of that text. */
function parseSide(document: ParsedText, side: Side): ParsedText | undefined {
  const text = fieldsOf(document.value)[side];
  if (text === undefined || text === null) return undefined;
  const place = document.at([side]);
  if (typeof text !== 'string')
    throw new ActionError(
      'invalid-file',
      `${place}: ${side}: expected JSON in a text, as MLflow writes it, or null`,
    );
  const parsed = parseJsonStrict(text, `${place}, in the text of ${side}`);
  if (!Array.isArray(parsed.value)) fail(parsed, [], 'expected a list of columns');
  return parsed;
}

/** The type of a column in one text. Source: MLflow's `mlflow.types.schema`, `ColSpec.to_dict` and `TensorSpec.to_dict`. */
function typeText(value: unknown): string | undefined {
  const { type, items, properties, values, ...rest } = fieldsOf(value);
  if (type === 'tensor') {
    const { dtype, shape } = fieldsOf(rest['tensor-spec']);
    return typeof dtype === 'string' && Array.isArray(shape)
      ? `tensor(${dtype})[${shape.join(',')}]`
      : undefined;
  }
  if (type === 'array') return wrapped('array', typeText(items));
  if (type === 'map') return wrapped('map', typeText(values));
  if (type !== 'object') return typeof type === 'string' && type !== '' ? type : undefined;
  const parts = Object.entries(fieldsOf(properties)).map(
    ([name, property]) =>
      `${name}${fieldsOf(property)['required'] === false ? '?' : ''}: ${typeText(property) ?? 'any'}`,
  );
  return `object{${parts.sort().join(', ')}}`;
}

const wrapped = (kind: string, inner: string | undefined): string | undefined =>
  inner === undefined ? undefined : `${kind}<${inner}>`;

/** Older versions of MLflow say `optional`, newer ones `required`. */
const isRequired = (column: unknown): boolean => {
  const { required, optional } = fieldsOf(column);
  return required !== false && optional !== true;
};

/**
 * The columns of one side of a signature of MLflow's; one without a name is called by its place. Nothing where MLflow
 * has `null`.
 *
 * @throws ActionError invalid-file
 */
export function mlflowFields(document: ParsedText, side: 'inputs' | 'outputs'): readonly SignatureField[] {
  const parsed = parseSide(document, side);
  return listOf(parsed?.value).map((column, index) => {
    const type = typeText(column);
    if (parsed === undefined || !isFields(column) || type === undefined)
      fail(parsed ?? document, [index], 'expected a column with a type of MLflow');
    const { name } = column;
    return { name: typeof name === 'string' ? name : String(index), type, required: isRequired(column) };
  });
}

/** Parameters of inference: they have defaults, so that no caller must send them. @throws ActionError invalid-file */
export function mlflowParameters(document: ParsedText): readonly SignatureField[] {
  const parsed = parseSide(document, 'params');
  return listOf(parsed?.value).map((parameter, index) => {
    const { name, type, dtype } = fieldsOf(parameter);
    const kind = type ?? dtype;
    if (parsed === undefined || typeof name !== 'string' || typeof kind !== 'string')
      fail(parsed ?? document, [index], 'expected a parameter with a name and a type');
    return { name, type: kind, required: false };
  });
}

import { ActionError } from '../errors.ts';
import { didYouMean } from '../nearest-name.ts';
import { fieldsOf, isFields } from '../schema/fields.ts';
import { parseJsonStrict } from '../schema/json.ts';
import { type ParsedText, pathText, type ValuePath } from '../schema/parsed-text.ts';
import type { ModelSignature, SignatureField } from './events.ts';
import { mlflowFields, mlflowParameters } from './mlflow-signature.ts';

/** More fields than this are no signature that somebody relies on, and would bloat every state of the ledger. */
const MAX_FIELDS = 5_000;
const SIDES = ['inputs', 'outputs'] as const;
const FIELD_KEYS = ['name', 'type', 'required'];

function fail(document: ParsedText, path: ValuePath, message: string): never {
  throw new ActionError('invalid-file', `${document.at(path)}: ${pathText(path)}: ${message}`);
}

function ownField(document: ParsedText, value: unknown, path: ValuePath): SignatureField {
  if (!isFields(value)) fail(document, path, 'expected an object with name and type');
  for (const key of Object.keys(value))
    if (!FIELD_KEYS.includes(key))
      fail(
        document,
        [...path, key],
        `expected one of ${FIELD_KEYS.join(', ')}${didYouMean(key, FIELD_KEYS)}`,
      );
  const { name, type, required = true } = value;
  if (typeof name !== 'string' || name === '')
    fail(document, [...path, 'name'], 'expected the name of the field as a text');
  if (typeof type !== 'string' || type === '')
    fail(document, [...path, 'type'], 'expected the type as a text, such as "double"');
  if (typeof required !== 'boolean') fail(document, [...path, 'required'], 'expected true or false');
  return { name, type, required };
}

function ownFields(document: ParsedText, side: 'inputs' | 'outputs'): readonly SignatureField[] {
  const list = fieldsOf(document.value)[side];
  if (!Array.isArray(list)) fail(document, [side], 'expected a list of fields');
  return list.map((value: unknown, index) => ownField(document, value, [side, index]));
}

/** MLflow writes each side as JSON in a text, and `null` for a side it knows nothing of. */
const isMlflow = (value: unknown): boolean =>
  [...SIDES, 'params'].some((side) => typeof fieldsOf(value)[side] === 'string') ||
  SIDES.every((side) => fieldsOf(value)[side] === null);

function requireSound(document: ParsedText, side: string, fields: readonly SignatureField[]): void {
  if (fields.length > MAX_FIELDS)
    fail(document, [side], `${fields.length} fields, at most ${MAX_FIELDS} are kept`);
  const names = new Set<string>();
  for (const { name } of fields) {
    if (names.has(name)) fail(document, [side], `the field ${JSON.stringify(name)} stands here twice`);
    names.add(name);
  }
}

/**
 * The signature of a model from JSON: our own form, `{"inputs": [{"name", "type", "required"}], "outputs": […]}` with
 * `required` true where it is left out, or MLflow's, as `ModelSignature.to_dict()` and the `signature` of an MLmodel
 * file have it. Parameters of MLflow, which have defaults, become inputs that are not required.
 *
 * @param where - name of the text for messages
 * @throws ActionError invalid-file with line and column
 */
export function parseSignature(text: string, where: string): ModelSignature {
  const document = parseJsonStrict(text, where);
  if (!isFields(document.value)) fail(document, [], 'expected an object with inputs and outputs');
  const mlflow = isMlflow(document.value);
  const known = mlflow ? [...SIDES, 'params'] : [...SIDES];
  for (const key of Object.keys(document.value))
    if (!known.includes(key))
      fail(document, [key], `expected one of ${known.join(', ')}${didYouMean(key, known)}`);
  const read = mlflow ? mlflowFields : ownFields;
  const inputs = read(document, 'inputs');
  const signature = {
    inputs: mlflow ? [...inputs, ...mlflowParameters(document)] : inputs,
    outputs: read(document, 'outputs'),
  };
  for (const side of SIDES) requireSound(document, side, signature[side]);
  return signature;
}

const byName = (fields: readonly SignatureField[]): ReadonlyMap<string, SignatureField> =>
  new Map(fields.map((field) => [field.name, field]));

function inputProblem(wanted: SignatureField, sent: SignatureField | undefined): string | undefined {
  if (sent !== undefined && sent.type !== wanted.type)
    return `takes the input ${wanted.name} as ${wanted.type}, callers send ${sent.type}`;
  return wanted.required && !sent?.required
    ? `requires the input ${wanted.name}, which callers need not send`
    : undefined;
}

function outputProblem(relied: SignatureField, given: SignatureField | undefined): string | undefined {
  if (given !== undefined && given.type !== relied.type)
    return `gives the output ${relied.name} as ${given.type}, callers expect ${relied.type}`;
  return relied.required && !given?.required
    ? `does not always give the output ${relied.name}, on which callers rely`
    : undefined;
}

const SHOWN = 3;

/**
 * Why callers of the serving version would not get on with the target, `undefined` when they would: the target must
 * require no input that they need not send, and give every output that they rely on, in the same types. A version
 * whose signature is not known gets on with every other.
 */
export function incompatibility(
  serving: ModelSignature | null,
  target: ModelSignature | null,
): string | undefined {
  if (serving === null || target === null) return undefined;
  const [sent, given] = [byName(serving.inputs), byName(target.outputs)];
  const problems = [
    ...target.inputs.map((field) => inputProblem(field, sent.get(field.name))),
    ...serving.outputs.map((field) => outputProblem(field, given.get(field.name))),
  ].filter((problem) => problem !== undefined);
  if (problems.length === 0) return undefined;
  const more = problems.length > SHOWN ? `, and ${problems.length - SHOWN} more` : '';
  return `${problems.slice(0, SHOWN).join(', ')}${more}`;
}

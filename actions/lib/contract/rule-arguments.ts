import { argumentProblem } from '../checks/arguments.ts';
import type { CheckDefinition, Json, Parameter, ParameterKind } from '../checks/check.ts';
import { didYouMean } from '../nearest-name.ts';
import type { ParsedText, ValuePath } from '../schema/parsed-text.ts';
import { refusal, shown, valueAt } from './fields.ts';
import type { RuleContext } from './rule-context.ts';

/**
 * Reads the arguments of a rule, each as its parameter says.
 *
 * @param given - the path of each argument, by the name of its parameter
 * @returns the arguments with columns named as in the data
 * @throws Refusal for a value of the wrong kind, a name that is not there, and a required argument that is missing
 */
export function readArguments(
  document: ParsedText,
  path: ValuePath,
  given: ReadonlyMap<string, ValuePath>,
  definition: CheckDefinition,
  context: RuleContext,
): Readonly<Record<string, Json>> {
  const found: Record<string, Json> = {};
  for (const { name, kind, required, about } of definition.parameters) {
    const at = given.get(name);
    if (at !== undefined) found[name] = readArgument(document, at, kind, context);
    else if (required)
      throw refusal(document, path, `${definition.name} needs the argument "${name}": ${about}`);
  }
  return found;
}

/**
 * The parameter that an argument is meant for.
 *
 * @param alsoKnown - other keys of the same place, for the nearest name
 * @throws Refusal when there is none
 */
export function parameterOf(
  document: ParsedText,
  path: ValuePath,
  name: string,
  definition: CheckDefinition,
  alsoKnown: readonly string[] = [],
): Parameter {
  const open = openParameters(definition);
  const found = open.find((parameter) => parameter.name === name);
  if (found) return found;
  const known = open.map((parameter) => parameter.name);
  throw refusal(
    document,
    path,
    `unknown argument of ${definition.name}${
      didYouMean(name, [...known, ...alsoKnown]) || `; it takes ${known.join(', ') || 'none'}`
    }`,
  );
}

/** The parameters that a contract can give; others are between checks. */
export const openParameters = ({ parameters }: CheckDefinition): readonly Parameter[] =>
  parameters.filter(({ kind }) => kind !== 'internal');

function readArgument(
  document: ParsedText,
  path: ValuePath,
  kind: ParameterKind,
  context: RuleContext,
): Json {
  const value = inData(plainJson(valueAt(document, path)), kind, context.table.columns);
  const problem = argumentProblem(kind, value, context.spec) ?? tableProblem(kind, value, context);
  if (problem === undefined) return value;
  throw refusal(document, path, problem);
}

/** Columns named in the contract, as they are named in the data. */
function inData(value: Json, kind: ParameterKind, names: ReadonlyMap<string, string>): Json {
  if (kind === 'column' && typeof value === 'string') return names.get(value) ?? value;
  if (kind === 'columns' && Array.isArray(value)) return value.map((item) => names.get(String(item)) ?? item);
  return value;
}

function tableProblem(kind: ParameterKind, value: Json, { tables }: RuleContext): string | undefined {
  if (kind !== 'table' || tables.some(({ name }) => name === value)) return undefined;
  const known = tables.map(({ name }) => name);
  return `the contract has no table ${shown(value)}${didYouMean(String(value), known) || `; it has ${known.join(', ')}`}`;
}

/** What YAML and JSON give is JSON: the parsers refuse all else. */
function plainJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null));
}

import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import { ActionError, errorMessage } from '../../lib/errors.ts';
import type { Template } from './template.ts';

/** A value that expressions work with. */
export type Value = string | number | boolean | null | readonly Value[] | ValueMap;
export interface ValueMap {
  readonly [key: string]: Value;
}

/** The contexts an expression may name; GitHub's parser has already checked which are allowed where. */
const CONTEXTS = [
  'github',
  'env',
  'vars',
  'job',
  'jobs',
  'steps',
  'runner',
  'secrets',
  'strategy',
  'matrix',
  'needs',
  'inputs',
] as const;

export type Contexts = { readonly [K in (typeof CONTEXTS)[number]]?: Value };

/** How the jobs or steps before went: what `success()`, `failure()` and `cancelled()` ask about. */
export type Status = 'success' | 'failure' | 'cancelled' | 'skipped';

/** Everything an expression can see. */
export interface Scope {
  readonly contexts: Contexts;
  readonly status: Status;
  /** `hashFiles` of the job's workspace; absent where GitHub does not offer it. */
  readonly hashFiles?: (patterns: readonly string[]) => string;
}

const STATUS_FUNCTIONS: Readonly<Record<string, (status: Status) => boolean>> = {
  success: (status) => status === 'success',
  failure: (status) => status === 'failure',
  cancelled: (status) => status === 'cancelled',
  always: () => true,
};

/**
 * The value of an expression (without its braces), computed by GitHub's own evaluator.
 *
 * @throws ActionError invalid-file with the expression and the reason
 */
export const evaluate = (source: string, scope: Scope): Value => fromData(compute(source, scope));

function compute(source: string, scope: Scope): data.ExpressionData {
  const functions = hostFunctions(scope);
  try {
    const tree = new Parser(lex(source), [...CONTEXTS], functions).parse();
    const values = CONTEXTS.map((key) => ({ key, value: toData(scope.contexts[key] ?? {}) }));
    const byName = new Map(functions.map((definition) => [definition.name, definition]));
    return new Evaluator(tree, new data.Dictionary(...values), byName).evaluate();
  } catch (error) {
    throw new ActionError('invalid-file', `\${{ ${source} }}: ${errorMessage(error)}`, { cause: error });
  }
}

/** The package's lexer undoubles only the first quote of a text: the runner undoubles all. */
const lex = (source: string) =>
  new Lexer(source)
    .lex()
    .tokens.map((token) =>
      token.lexeme.startsWith("'")
        ? { ...token, value: token.lexeme.slice(1, -1).replaceAll("''", "'") }
        : token,
    );

/** The functions that the package leaves to its host. */
function hostFunctions({ status, hashFiles }: Scope) {
  const statusFunctions = Object.entries(STATUS_FUNCTIONS).map(([name, test]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: (): data.ExpressionData => new data.BooleanData(test(status)),
  }));
  const hash = (...patterns: data.ExpressionData[]): data.ExpressionData => {
    if (!hashFiles) throw new Error('hashFiles is not available here');
    return new data.StringData(hashFiles(patterns.map((pattern) => pattern.coerceString())));
  };
  return [...statusFunctions, { name: 'hashfiles', minArgs: 1, maxArgs: 255, call: hash }];
}

/** The value of a template with every expression in it evaluated; types are kept. */
export function evaluateTemplate(template: Template, scope: Scope): Value {
  switch (template.kind) {
    case 'scalar':
      return template.value;
    case 'expression':
      return evaluate(template.source, scope);
    case 'list':
      return template.items.map((item) => evaluateTemplate(item, scope));
    case 'map':
      return Object.fromEntries(
        [...template.entries].map(([key, item]) => [key, evaluateTemplate(item, scope)]),
      );
    default:
      return template satisfies never;
  }
}

/** A template as text, by the rules of expressions: `null` is empty, numbers and booleans as JSON. */
export function evaluateText(template: Template | undefined, scope: Scope): string {
  if (template === undefined) return '';
  if (template.kind === 'expression') return compute(template.source, scope).coerceString();
  return toData(evaluateTemplate(template, scope)).coerceString();
}

/** A mapping of texts: `env`, `with`, `outputs`. */
export function evaluateTexts(
  template: Template | undefined,
  scope: Scope,
): Readonly<Record<string, string>> {
  if (template?.kind === 'expression') {
    const value = evaluate(template.source, scope);
    if (!isMap(value)) throw new ActionError('invalid-file', `line ${template.line}: expected a mapping`);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toData(item).coerceString()]));
  }
  if (template?.kind !== 'map') return {};
  return Object.fromEntries([...template.entries].map(([key, item]) => [key, evaluateText(item, scope)]));
}

/** Whether an `if` holds. Without a status function in it, `success() &&` is implied. */
export function holds(condition: Template | undefined, scope: Scope): boolean {
  const source = condition?.kind === 'expression' ? condition.source : literalCondition(condition);
  const implied = callsStatusFunction(source) ? source : `success() && (${source})`;
  return isTruthy(evaluate(implied, scope));
}

function literalCondition(condition: Template | undefined): string {
  if (condition?.kind !== 'scalar' || condition.value === null || condition.value === '') return 'success()';
  return String(condition.value);
}

function callsStatusFunction(source: string): boolean {
  return /\b(success|failure|always|cancelled)\s*\(/i.test(source.replace(/'(?:[^']|'')*'/g, "''"));
}

export const isMap = (value: Value | undefined): value is ValueMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Truth by the rules of expressions: false, 0, NaN, '' and null are false. */
export const isTruthy = (value: Value): boolean => Boolean(value);

function toData(value: Value): data.ExpressionData {
  if (value === null) return new data.Null();
  if (typeof value === 'string') return new data.StringData(value);
  if (typeof value === 'number') return new data.NumberData(value);
  if (typeof value === 'boolean') return new data.BooleanData(value);
  if (Array.isArray(value)) return new data.Array(...value.map(toData));
  return new data.Dictionary(...Object.entries(value).map(([key, item]) => ({ key, value: toData(item) })));
}

function fromData(value: data.ExpressionData): Value {
  switch (value.kind) {
    case data.Kind.Null:
      return null;
    case data.Kind.Array:
      return value.values().map(fromData);
    case data.Kind.Dictionary:
      return Object.fromEntries(value.pairs().map((pair) => [pair.key, fromData(pair.value)]));
    default:
      return value.value;
  }
}

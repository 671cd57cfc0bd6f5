import { didYouMean } from '../../nearest-name.ts';
import { parseDate, parseTime, parseTimestamp } from '../../tabular/date-format.ts';
import type { TableSpec } from '../check.ts';
import { columnVector, nullsOf, type Rows } from './columns.ts';
import { EXPRESSION_FUNCTIONS } from './functions.ts';
import { compileArithmetic, compileComparison, compileIn } from './operators.ts';
import { parseExpression } from './parse.ts';
import { type Compiled, Scope } from './scope.ts';
import type { Expression } from './syntax.ts';
import { TYPE_WORDS, type ValueType } from './value-type.ts';
import {
  both,
  eitherOf,
  isNone,
  numbers,
  opposite,
  type TruthVector,
  texts,
  truths,
  UNKNOWN,
  type Vector,
} from './vectors.ts';

/** A condition on rows. */
export interface Condition {
  /** The columns it looks at. */
  readonly columns: readonly string[];
  /** 1 where it holds, 0 where it does not, 2 where that is unknown. */
  evaluate(rows: Rows): Uint8Array;
}

/**
 * Reads a condition on rows and checks the types of its parts. Columns whose type the contract does not tell are
 * read as what they are compared with.
 *
 * @throws ActionError invalid-file that names the character
 */
export function compileCondition(source: string, table: TableSpec): Condition {
  const scope = new Scope(source, table, compile);
  const compiled = compile(parseExpression(source), scope, 'truth');
  const columns = [...scope.columns];
  if (columns.length === 0)
    throw scope.error(0, 'it looks at no column; every row would have the same answer');
  return { columns, evaluate: (rows) => truthValues(compiled.evaluate(rows), rows) };
}

const truthValues = (vector: Vector, { batch }: Rows): Uint8Array =>
  vector.kind === 'truths' ? vector.values : new Uint8Array(batch.rows).fill(UNKNOWN);

/** @param wanted - the type that the place asks for; `unknown` where any will do */
function compile(node: Expression, scope: Scope, wanted: ValueType): Compiled {
  const compiled = compilePart(node, scope, wanted);
  if (wanted === 'unknown' || compiled.type === wanted || compiled.type === 'unknown') return compiled;
  throw scope.error(node.at, `expected ${TYPE_WORDS[wanted]}, found ${TYPE_WORDS[compiled.type]}`);
}

function compilePart(node: Expression, scope: Scope, wanted: ValueType): Compiled {
  switch (node.kind) {
    case 'number':
      return constantNumber('number', node.value);
    case 'instant':
      return constantNumber(node.type === 'time' ? 'time' : 'instant', node.value);
    case 'text':
      return constantText(node.value, node.at, scope, wanted);
    case 'truth':
      return {
        type: 'truth',
        evaluate: ({ batch }) => truths(new Uint8Array(batch.rows).fill(node.value ? 1 : 0)),
      };
    case 'null':
      return noValue(wanted);
    case 'column':
      return compileColumn(node.name, node.at, scope, wanted);
    case 'call':
      return compileCall(node, scope, wanted);
    case 'compare':
      return compileComparison(node, scope);
    case 'arithmetic':
      return compileArithmetic(node, scope, wanted);
    case 'negate': {
      const operand = compile(node.operand, scope, 'number');
      return {
        type: 'number',
        evaluate(rows) {
          const vector = operand.evaluate(rows);
          return vector.kind === 'numbers' ? numbers(vector.values.map((value) => -value)) : vector;
        },
      };
    }
    case 'in':
      return compileIn(node, scope);
    default:
      return compileLogic(node, scope);
  }
}

type Logic = Extract<Expression, { kind: 'logic' | 'not' | 'is-null' }>;

function compileLogic(node: Logic, scope: Scope): Compiled {
  if (node.kind === 'is-null') return { type: 'truth', evaluate: compileIsNull(node.operand, scope) };
  if (node.kind === 'not') {
    const operand = compile(node.operand, scope, 'truth');
    return { type: 'truth', evaluate: (rows) => opposite(truthValues(operand.evaluate(rows), rows)) };
  }
  const [left, right] = [compile(node.left, scope, 'truth'), compile(node.right, scope, 'truth')];
  const join = node.operator === 'and' ? both : eitherOf;
  return {
    type: 'truth',
    evaluate: (rows) => join(truthValues(left.evaluate(rows), rows), truthValues(right.evaluate(rows), rows)),
  };
}

function compileIsNull(operand: Expression, scope: Scope): (rows: Rows) => TruthVector {
  if (operand.kind === 'column') {
    scope.typeOf(operand.name, operand.at);
    return (rows) => nullsOf(rows, operand.name);
  }
  const compiled = compile(operand, scope, 'unknown');
  return (rows) => {
    const vector = compiled.evaluate(rows);
    return truths(Uint8Array.from({ length: rows.batch.rows }, (_, row) => (isNone(vector, row) ? 1 : 0)));
  };
}

const constantNumber = (type: ValueType, value: number): Compiled => ({
  type,
  evaluate: ({ batch }) => numbers(new Float64Array(batch.rows).fill(value)),
});

/** A text where a date is meant is one: `signup_at >= '2024-01-01'`. */
function constantText(text: string, at: number, scope: Scope, wanted: ValueType): Compiled {
  if (wanted === 'instant' || wanted === 'time') {
    const value = wanted === 'time' ? parseTime(text) : (parseDate(text) ?? parseTimestamp(text));
    if (value === undefined) throw scope.error(at, `'${text}' is not ${TYPE_WORDS[wanted]} in ISO 8601`);
    return constantNumber(wanted, value);
  }
  return { type: 'text', evaluate: ({ batch }) => texts(new Array<string>(batch.rows).fill(text)) };
}

const noValue = (wanted: ValueType): Compiled => ({
  type: wanted,
  evaluate({ batch: { rows } }) {
    if (wanted === 'text' || wanted === 'unknown') return texts(new Array<null>(rows).fill(null));
    return wanted === 'truth'
      ? truths(new Uint8Array(rows).fill(UNKNOWN))
      : numbers(new Float64Array(rows).fill(Number.NaN));
  },
});

function compileColumn(name: string, at: number, scope: Scope, wanted: ValueType): Compiled {
  const declared = scope.typeOf(name, at);
  const type = declared === 'unknown' ? wanted : declared;
  return { type, evaluate: (rows) => columnVector(rows, name, type) };
}

function compileCall(
  { at, name, parts }: Extract<Expression, { kind: 'call' }>,
  scope: Scope,
  wanted: ValueType,
): Compiled {
  const known = EXPRESSION_FUNCTIONS.get(name.toLowerCase());
  if (known === undefined)
    throw scope.error(
      at,
      `unknown function "${name}"${didYouMean(name, EXPRESSION_FUNCTIONS.keys()) || `; known: ${[...EXPRESSION_FUNCTIONS.keys()].join(', ')}`}`,
    );
  const least = known.parts.length;
  if (parts.length < least || (parts.length > least && !known.repeats))
    throw scope.error(
      at,
      `${known.name} takes ${known.repeats ? 'at least ' : ''}${least}, found ${parts.length}`,
    );
  const kindOf = (index: number): ValueType | 'same' => known.parts[Math.min(index, least - 1)] ?? 'unknown';
  const same =
    known.result === 'same'
      ? scope.sharedType(
          parts.filter((_, index) => kindOf(index) === 'same'),
          wanted,
        )
      : wanted;
  const compiled = parts.map((part, index) => {
    const kind = kindOf(index);
    return compile(part, scope, kind === 'same' ? same : kind);
  });
  return {
    type: known.result === 'same' ? same : known.result,
    evaluate: (rows) =>
      known.apply(
        compiled.map((part) => part.evaluate(rows)),
        rows.batch.rows,
      ),
  };
}

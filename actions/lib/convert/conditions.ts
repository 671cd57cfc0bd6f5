import { parseExpression } from '../checks/expression/parse.ts';
import type { Expression } from '../checks/expression/syntax.ts';
import { errorMessage } from '../errors.ts';
import type { RuleDraft } from './contract-draft.ts';
import type { Scalar } from './source-fields.ts';

/** The name of a column inside a condition on rows. */
export const columnTerm = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

/** A value inside a condition on rows. */
export const valueTerm = (value: Scalar): string =>
  typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);

/** A rule that each row must satisfy a condition. */
export const conditionRule = (
  expression: string,
  words: Pick<RuleDraft, 'name' | 'description' | 'severity' | 'limit' | 'unit'> = {},
): RuleDraft => ({
  limit: { mustBe: 0 },
  ...words,
  check: 'rowCondition',
  arguments: { expression },
  dimension: 'consistency',
});

/** The columns of a condition that was written for a database, or why it is none here. */
export function conditionColumns(expression: string): readonly string[] | { readonly problem: string } {
  try {
    return namesIn(parseExpression(expression));
  } catch (error) {
    return { problem: errorMessage(error) };
  }
}

function namesIn(node: Expression): readonly string[] {
  switch (node.kind) {
    case 'column':
      return [node.name];
    case 'call':
      return node.parts.flatMap(namesIn);
    case 'compare':
    case 'arithmetic':
    case 'logic':
      return [...namesIn(node.left), ...namesIn(node.right)];
    case 'negate':
    case 'not':
    case 'is-null':
    case 'in':
      return namesIn(node.operand);
    default:
      return [];
  }
}

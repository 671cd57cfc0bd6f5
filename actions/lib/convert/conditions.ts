import { parseExpression } from '../checks/expression/parse.ts';
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

/** Why a condition written for a database is none here; `undefined` when it is one. */
export function conditionProblem(expression: string): string | undefined {
  try {
    parseExpression(expression);
    return undefined;
  } catch (error) {
    return errorMessage(error);
  }
}

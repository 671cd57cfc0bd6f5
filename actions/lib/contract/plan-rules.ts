import type { Rule, TableSpec } from '../checks/check.ts';
import { ActionError } from '../errors.ts';
import { Refusal } from './fields.ts';
import type { Problems } from './problems.ts';
import type { Definitions } from './rule-context.ts';

/** Notes the rules that cannot be planned: arguments that do not go together, expressions that are not ones. */
export function refuseUnplannable(
  rules: readonly Rule[],
  spec: TableSpec,
  definitions: Definitions,
  problems: Problems,
): void {
  for (const rule of rules) {
    const definition = definitions.get(rule.check);
    if (definition === undefined) throw new Error(`the catalog of checks lacks ${rule.check}`);
    problems.attempt(() => {
      try {
        definition.plan(rule, spec);
      } catch (error) {
        throw error instanceof ActionError ? new Refusal(error.message, []) : error;
      }
    }, undefined);
  }
}

import { didYouMean } from '../nearest-name.ts';
import { CHECKS } from './catalog.ts';
import type { CheckDefinition, PlannedCheck, Rule, TableSpec } from './check.ts';
import { refusal } from './planned.ts';

/**
 * Plans checks from rules. The same rules and table give the same checks in every thread.
 *
 * @throws ActionError invalid-file for an unknown check and for arguments that do not fit
 */
export const planRules = (
  rules: readonly Rule[],
  table: TableSpec,
  definitions: ReadonlyMap<string, CheckDefinition> = CHECKS,
): readonly PlannedCheck[] =>
  rules.map((rule) => {
    const definition = definitions.get(rule.check);
    if (definition !== undefined) return definition.plan(rule, table);
    throw refusal(rule, `there is no such check${didYouMean(rule.check, definitions.keys())}`);
  });

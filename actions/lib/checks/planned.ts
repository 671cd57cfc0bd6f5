import { ActionError } from '../errors.ts';
import type { CheckDefinition, PlannedCheck, Rule, Unit } from './check.ts';

/** A planned check without its work: what a rule and the definition of its check say about it. */
export type PlanHead = Omit<PlannedCheck, 'work'>;

type Planner = Pick<CheckDefinition, 'name' | 'dimension' | 'threshold' | 'units'>;

/**
 * The parts of a planned check that do not depend on its work.
 *
 * @param subject - what it demands, in a few words, for rules without a name
 * @throws ActionError invalid-file for a rule without a limit where the check has none of its own, and for a unit
 *   that the check does not measure in
 */
export function planned(definition: Planner, rule: Rule, subject: string): PlanHead {
  const threshold = rule.threshold ?? definition.threshold;
  if (threshold === undefined)
    throw refusal(
      rule,
      'the limit is missing; add an operator, such as mustBeLessOrEqualTo or mustBeBetween',
    );
  return {
    check: definition.name,
    title: rule.title ?? subject,
    ...(rule.column !== undefined && { field: rule.column }),
    severity: rule.severity,
    dimension: rule.dimension ?? definition.dimension,
    threshold,
    unit: unitOf(definition, rule),
  };
}

function unitOf(definition: Planner, rule: Rule): Unit {
  const { units } = definition;
  if (rule.unit === undefined) return units[0] ?? 'rows';
  if (units.includes(rule.unit)) return rule.unit;
  throw refusal(
    rule,
    `the unit "${rule.unit}" does not fit; ${definition.name} is measured in ${units.join(' or ')}`,
  );
}

/** An error about a rule, with the place it is written at. */
export const refusal = (rule: Rule, message: string): ActionError =>
  new ActionError(
    'invalid-file',
    `${rule.at === undefined ? '' : `${rule.at}: `}${rule.check}${rule.column === undefined ? '' : ` of "${rule.column}"`}: ${message}`,
  );

/**
 * The column a rule is about.
 *
 * @throws ActionError invalid-file when it is about none
 */
export function columnOf(rule: Rule): string {
  if (rule.column !== undefined) return rule.column;
  throw refusal(rule, 'it is about one column; put the rule there');
}

import type { CheckDefinition, Rule } from '../../checks/check.ts';
import { type Threshold, thresholdText } from '../../stats/threshold.ts';
import { shown } from '../fields.ts';
import type { Definitions } from '../rule-context.ts';
import { isNone } from './accepted-numbers.ts';

/** The limit a rule has, its own or that of its check. */
export const limitOf = (rule: Rule, definition: CheckDefinition | undefined): Threshold | undefined =>
  rule.threshold ?? definition?.threshold;

/** The unit a rule is measured in, its own or the first of its check. */
export const unitOf = (rule: Rule, definition: CheckDefinition | undefined): string =>
  rule.unit ?? definition?.units[0] ?? 'rows';

/** A limit with its unit: `at most 2 %`. */
export function limitText(rule: Rule, definitions: Definitions): string {
  const definition = definitions.get(rule.check);
  const limit = limitOf(rule, definition);
  if (limit === undefined) return 'no limit';
  const unit = unitOf(rule, definition);
  return `${thresholdText(limit)}${unit === 'percent' ? ' %' : unit === 'value' ? '' : ` ${unit}`}`;
}

/** A rule in a few words: its name or title, and what tells it from others of its check. */
export function ruleText(rule: Rule, definitions: Definitions): string {
  const given = Object.entries(rule.arguments).filter(([name]) => name !== 'ignoreMisfits');
  const shownArguments = given.map(([name, value]) => `${name} ${shown(value)}`).join(', ');
  const name = rule.title === undefined ? rule.check : `${rule.check} "${rule.title}"`;
  const limit = rule.threshold === undefined || isNone(rule.threshold) ? '' : limitText(rule, definitions);
  const details = [shownArguments, limit].filter((part) => part !== '').join('; ');
  return details === '' ? name : `${name} (${details})`;
}

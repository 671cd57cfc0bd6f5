import type { Rule } from '../../checks/check.ts';

/** A rule before and the rule it became. */
export type RulePair = readonly [before: Rule, after: Rule];

/** Which rules went on, went away and came. */
export interface MatchedRules {
  readonly pairs: readonly RulePair[];
  readonly removed: readonly Rule[];
  readonly added: readonly Rule[];
}

/** Arguments that are the subject of a check rather than a demand: rules that differ in them are different rules. */
const SUBJECTS: readonly string[] = [
  'columns',
  'properties',
  'column',
  'table',
  'references',
  'between',
  'order',
  'split',
  'against',
  'statistic',
  'p',
  'method',
  'file',
  'expression',
];

/** What makes two rules the same one, the strictest sense first. */
const SENSES: readonly ((rule: Rule) => string)[] = [
  ({ at: _at, ...rule }) => JSON.stringify(rule),
  (rule) => JSON.stringify([subjectOf(rule), rule.title, argumentNames(rule)]),
  (rule) => JSON.stringify([subjectOf(rule), argumentNames(rule)]),
  (rule) => JSON.stringify(subjectOf(rule)),
  ({ check, column, title }) => JSON.stringify([check, column, title]),
];

const subjectOf = ({ check, column, arguments: given }: Rule): unknown => [
  check,
  column,
  ...SUBJECTS.map((name) => given[name] ?? null),
];

const argumentNames = ({ arguments: given }: Rule): unknown => Object.keys(given).toSorted();

/** Finds for each rule of a table the one it became. */
export function matchRules(before: readonly Rule[], after: readonly Rule[]): MatchedRules {
  const pairs: RulePair[] = [];
  let removed = before;
  let added = after;
  for (const sense of SENSES) {
    const open = Map.groupBy(added, sense);
    const left: Rule[] = [];
    for (const rule of removed) {
      const match = open.get(sense(rule))?.shift();
      if (match) pairs.push([rule, match]);
      else left.push(rule);
    }
    const matched = new Set(pairs.map(([, match]) => match));
    removed = left;
    added = added.filter((rule) => !matched.has(rule));
  }
  return { pairs, removed, added };
}

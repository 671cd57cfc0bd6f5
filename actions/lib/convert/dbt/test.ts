import type { Severity } from '../../documents/validation.ts';
import { type Fields, textOf } from '../../schema/fields.ts';
import type { ValuePath } from '../../schema/parsed-text.ts';
import type { LimitDraft, RuleDraft } from '../contract-draft.ts';
import { limitAgainst } from '../count-condition.ts';
import type { Losses } from '../losses.ts';
import type { TableBuilder } from '../table-builder.ts';

/** A test of a dbt model or of one of its columns. */
export interface DbtTest {
  /** With its package: `dbt_utils.accepted_range`. */
  readonly name: string;
  readonly given: Fields;
  readonly path: ValuePath;
  /** `undefined` for tests of the model. */
  readonly column: string | undefined;
  readonly table: TableBuilder;
  readonly losses: Losses;
  readonly outcomes: readonly Outcome[];
  readonly words: Pick<RuleDraft, 'name' | 'description'>;
}

/** How a test decides: a severity, and the limit on the rows that fail. */
export interface Outcome {
  readonly severity: Severity;
  readonly limit: LimitDraft;
}

/** Adds a rule once for every outcome of its test. */
export function addRules(test: DbtTest, rule: RuleDraft): undefined {
  const target = test.column === undefined ? test.table.rules : test.table.column(test.column).rules;
  for (const { severity, limit } of test.outcomes) target.push({ ...test.words, limit, ...rule, severity });
  return undefined;
}

/**
 * What `severity`, `warn_if` and `error_if` mean: with severity error (the default) the error's condition counts first
 * and the warning's next; with severity warn only the warning's. Both are `!= 0` unless given.
 */
export function outcomesOf(config: Fields, path: ValuePath, losses: Losses): readonly Outcome[] {
  const severity = (textOf(config['severity']) ?? 'error').toLowerCase();
  if (severity !== 'error' && severity !== 'warn')
    losses.add([...path, 'severity'], `"${severity}" is no severity of dbt; the rule became an error`);
  const warning = conditionOf(config, 'warn_if', path, losses);
  const error = conditionOf(config, 'error_if', path, losses);
  if (severity === 'warn') return [{ severity: 'warning', limit: warning ?? { mustBe: 0 } }];
  return [
    { severity: 'error', limit: error ?? { mustBe: 0 } },
    ...(error !== undefined ? [{ severity: 'warning' as const, limit: warning ?? { mustBe: 0 } }] : []),
  ];
}

function conditionOf(config: Fields, key: string, path: ValuePath, losses: Losses): LimitDraft | undefined {
  const condition = textOf(config[key]);
  if (condition === undefined) return undefined;
  const limit = limitAgainst(condition);
  if (limit === undefined)
    losses.add(
      [...path, key],
      `the condition ${JSON.stringify(condition)} is not understood; no row may fail`,
    );
  return limit;
}

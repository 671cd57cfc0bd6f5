import { didYouMean } from '../../nearest-name.ts';
import { type Fields, fieldsOf, isFields, listOf, textOf } from '../../schema/fields.ts';
import type { ValuePath } from '../../schema/parsed-text.ts';
import type { RuleDraft } from '../contract-draft.ts';
import { patternProblem, valuesOf } from '../expectations/expectation.ts';
import { quoted } from '../like-pattern.ts';
import type { Losses } from '../losses.ts';
import { isScalar, numberOf } from '../source-fields.ts';
import type { ColumnParts } from '../table-builder.ts';

/** A check as it stands in the file: its name, what it is given, and how it decides. */
interface PanderaCheck {
  readonly name: string;
  /** Several arguments by name, or one as it is. */
  readonly value: unknown;
  readonly options: Fields;
  readonly column: ColumnParts;
}

/** What values must be, or why that cannot be said. */
type Demand = { readonly demands: RuleDraft['arguments'] } | { readonly lost: string };

const lost = (why: string): Demand => ({ lost: why });
const NO_BOUND = lost('its limit is no number and no date');

/** The built-in checks of Pandera. */
const CHECKS: Readonly<Record<string, (check: PanderaCheck) => Demand>> = {
  equal_to: (check) => values([single(check)], 'validValues'),
  not_equal_to: (check) => values([single(check)], 'invalidValues'),
  greater_than: (check) => bound('exclusiveMinimum', check),
  greater_than_or_equal_to: (check) => bound('minimum', check),
  less_than: (check) => bound('exclusiveMaximum', check),
  less_than_or_equal_to: (check) => bound('maximum', check),
  in_range: inRange,
  isin: (check) => values(list(check, 'allowed_values'), 'validValues'),
  notin: (check) => values(list(check, 'forbidden_values'), 'invalidValues'),
  // Pandera matches at the start of a text (re.match), str_contains anywhere.
  str_matches: (check) => pattern(`^(?:${text(check, 'pattern')})`),
  str_contains: (check) => pattern(text(check, 'pattern')),
  str_startswith: (check) => pattern(`^${quoted(text(check, 'string'))}`),
  str_endswith: (check) => pattern(`${quoted(text(check, 'string'))}$`),
  str_length: (check) => {
    const { min_value: least, max_value: most, exact_value: exact } = fieldsOf(check.value);
    const [minLength, maxLength] = [numberOf(exact ?? least), numberOf(exact ?? most)];
    if (minLength === undefined && maxLength === undefined) return lost('it has no length');
    return {
      demands: {
        ...(minLength !== undefined && { minLength }),
        ...(maxLength !== undefined && { maxLength }),
      },
    };
  },
  unique_values_eq: () =>
    lost('that all values of a list occur is not checked; isin and distinctCount come near'),
};
const ALIASES: Readonly<Record<string, string>> = {
  eq: 'equal_to',
  ne: 'not_equal_to',
  gt: 'greater_than',
  ge: 'greater_than_or_equal_to',
  lt: 'less_than',
  le: 'less_than_or_equal_to',
  between: 'in_range',
};
const OPTIONS = [
  'check_name',
  'raise_warning',
  'ignore_na',
  'n_failure_cases',
  'title',
  'description',
  'name',
  'error',
];

/** Converts the checks of a column: an object by names, or a list of checks that carry their names. */
export function convertChecks(value: unknown, path: ValuePath, column: ColumnParts, losses: Losses): void {
  const checks = isFields(value)
    ? Object.entries(value).map(([name, given]) => ({ at: [...path, name], name, given }))
    : listOf(value).map((given, index) => ({ at: [...path, index], name: nameOf(given), given }));
  for (const { at, name, given } of checks) {
    const check = { name: ALIASES[name] ?? name, ...argumentsOf(given), column };
    const made = Object.hasOwn(CHECKS, check.name) ? CHECKS[check.name]?.(check) : undefined;
    const demand =
      made ??
      lost(
        `not known to the conversion${didYouMean(name, Object.keys(CHECKS))}; it is a function of Python: write the condition as a rule`,
      );
    for (const key of Object.keys(check.options))
      if (!OPTIONS.includes(key)) losses.add([...at, 'options', key], `${name}: not known and left out`);
    if ('lost' in demand) losses.add(at, `${name}: ${demand.lost}`);
    else column.rules.push(ruleOf(check, demand.demands));
  }
}

const nameOf = (given: unknown): string => {
  const fields = fieldsOf(given);
  return textOf(fieldsOf(fields['options'])['check_name']) ?? textOf(fields['check_name']) ?? '';
};

/** `0`, `{ value: 0, options: {…} }`, `{ min_value: 0, max_value: 1 }`, or those with `options` beside them. */
function argumentsOf(given: unknown): Pick<PanderaCheck, 'value' | 'options'> {
  if (!isFields(given)) return { value: given, options: {} };
  const { options, ...rest } = given;
  const value = 'value' in rest && Object.keys(rest).length === 1 ? rest['value'] : rest;
  return { value, options: fieldsOf(options) };
}

function ruleOf({ options }: PanderaCheck, demands: RuleDraft['arguments']): RuleDraft {
  const [name, description] = [
    textOf(options['name']),
    textOf(options['description']) ?? textOf(options['error']),
  ];
  return {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    metric: 'invalidValues',
    ...(demands && { arguments: demands }),
    limit: { mustBe: 0 },
    dimension: 'conformity',
    ...(options['raise_warning'] === true && { severity: 'warning' }),
  };
}

/** The one argument of a check, by whatever name. */
const single = ({ value }: PanderaCheck): unknown => (isFields(value) ? Object.values(value)[0] : value);

const list = ({ value }: PanderaCheck, name: string): readonly unknown[] =>
  listOf(isFields(value) ? (value[name] ?? value['value']) : value);

const text = ({ value }: PanderaCheck, name: string): string =>
  textOf(isFields(value) ? (value[name] ?? value['value']) : value) ?? '';

function values(given: readonly unknown[], argument: 'validValues' | 'invalidValues'): Demand {
  const found = valuesOf(given);
  return found === undefined
    ? lost('the list is empty or holds values that are no texts, numbers or booleans')
    : { demands: { [argument]: found } };
}

/** Limits of dates are written as texts. */
const isBound = (value: unknown): value is number | string =>
  isScalar(value) &&
  (typeof value === 'number' || (typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value)));

function bound(name: string, check: PanderaCheck): Demand {
  const value = single(check);
  return isBound(value) ? { demands: { [name]: value } } : NO_BOUND;
}

function inRange({ value }: PanderaCheck): Demand {
  const given = fieldsOf(value);
  const [least, most] = [given['min_value'], given['max_value']];
  if (!isBound(least) || !isBound(most)) return NO_BOUND;
  return {
    demands: {
      [given['include_min'] === false ? 'exclusiveMinimum' : 'minimum']: least,
      [given['include_max'] === false ? 'exclusiveMaximum' : 'maximum']: most,
    },
  };
}

function pattern(source: string): Demand {
  const problem = patternProblem(source);
  return problem === undefined ? { demands: { pattern: source } } : lost(problem);
}

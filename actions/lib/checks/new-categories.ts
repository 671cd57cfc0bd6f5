import { NONE, type Threshold } from '../stats/threshold.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition, Evidence, Measurement, Rule } from './check.ts';
import {
  countedTexts,
  family,
  noReference,
  profileOf,
  referenceOf,
  specOf,
  tableOf,
  unmeasured,
  valuesIn,
} from './evidence.ts';
import { columnOf, planned, refusal } from './planned.ts';

/** Counts values that the baseline does not have. */
export const newCategories: CheckDefinition = {
  name: 'newCategories',
  about: 'Values of a column that the baseline (or another split) does not have, counted in rows',
  level: ['column'],
  aliases: [
    ['deepchecks', 'NewCategoryTrainTest, NewLabelTrainTest'],
    ['TFDV', 'ENUM_TYPE_UNEXPECTED_STRING_VALUES, min_domain_mass'],
    ['Evidently', 'NewValues'],
  ],
  dimension: 'conformity',
  threshold: NONE,
  units: ['rows', 'percent'],
  parameters: [
    { name: 'against', kind: 'reference', about: '`baseline` (the default) or a split' },
    { name: 'split', kind: 'split', about: 'The split that is looked at; the whole table when absent' },
    {
      name: 'minDomainMass',
      kind: 'number',
      about: 'Share of the values that must be known ones, from 0 to 1, in place of a limit',
    },
  ],
  example: `properties:
  - name: plan
    quality:
      - { type: custom, engine: validateData, implementation: { check: newCategories, minDomainMass: 0.999 } }`,
  plan(rule, table) {
    const column = columnOf(rule);
    const given = readArguments(rule, newCategories.parameters, table);
    const against = given.text('against') ?? 'baseline';
    const split = given.text('split');
    const question = { rule, column, against, split, hidden: specOf(table, column)?.classified === true };
    return {
      ...planned(
        newCategories,
        withMass(rule, given.number('minDomainMass')),
        `no values that the ${against} lacks`,
      ),
      work: { kind: 'profile', decide: (evidence) => decide(question, evidence) },
    };
  },
};

interface Question {
  readonly rule: Rule;
  readonly column: string;
  readonly against: string;
  readonly split: string | undefined;
  readonly hidden: boolean;
}

function decide(question: Question, evidence: Evidence): Measurement {
  const { column, against, split } = question;
  const reference = referenceOf(evidence, against);
  if (reference === undefined) return noReference(against);
  const [before, now] = [profileOf(reference, column), profileOf(tableOf(evidence, split), column)];
  if (before === undefined || now === undefined)
    return unmeasured(`${before === undefined ? `the ${against}` : 'the data'} has no column "${column}"`);
  if (valuesIn(before) > 0 && valuesIn(now) > 0 && family(before.type) !== family(now.type))
    return unmeasured(`the type was ${before.type} and is ${now.type}`);
  const [known, seen] = [countedTexts(before), countedTexts(now)];
  if (known === undefined || seen === undefined)
    return unmeasured(
      before.redacted
        ? `values are left out of the ${against}`
        : 'too many different values to be categories',
    );
  const names = new Set(known.map(({ text }) => text));
  const fresh = seen.filter(({ text }) => !names.has(text)).sort((a, b) => b.count - a.count);
  return measured(question, fresh, valuesIn(now));
}

function measured(
  { rule, column, against, split, hidden }: Question,
  fresh: readonly { readonly text: string; readonly count: number }[],
  of: number,
): Measurement {
  return {
    count: fresh.reduce((sum, { count }) => sum + count, 0),
    of,
    discoveries: fresh.map(({ text, count }) => ({
      field: column,
      value: text,
      expected: `a value of the ${against}`,
      hint: `${count} rows`,
    })),
    ...(fresh.length > 0 &&
      !hidden && {
        locate: { rule: unknownValues(rule, column, fresh), ...(split !== undefined && { split }) },
      }),
  };
}

function withMass(rule: Rule, mass: number | undefined): Rule {
  if (mass === undefined) return rule;
  if (rule.threshold !== undefined) throw refusal(rule, 'give minDomainMass or an operator, not both');
  if (!(mass >= 0 && mass <= 1))
    throw refusal(rule, `minDomainMass: expected a share from 0 to 1, found ${mass}`);
  // Rounded, so that 1 - 0.999 is 0.1 percent and not a little less.
  const most = Number((100 * (1 - mass)).toPrecision(12));
  const threshold: Threshold = { kind: 'single', operator: 'mustBeLessOrEqualTo', value: most };
  return { ...rule, unit: 'percent', threshold };
}

const unknownValues = (rule: Rule, column: string, fresh: readonly { readonly text: string }[]): Rule => ({
  check: 'invalidValues',
  severity: rule.severity,
  column,
  arguments: { invalidValues: fresh.map(({ text }) => text), ignoreMisfits: true },
});

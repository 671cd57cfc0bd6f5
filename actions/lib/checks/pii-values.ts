import { NONE } from '../stats/threshold.ts';
import { type Arguments, readArguments } from './arguments.ts';
import type { CheckDefinition, Rule, TableSpec } from './check.ts';
import { planned } from './planned.ts';
import { harmlessTexts, PERSONAL_KINDS } from './sensitive/personal.ts';
import { sensitiveRows } from './sensitive/sensitive-rows.ts';

const USUAL = PERSONAL_KINDS.map(({ name }) => name).filter((name) => name !== 'ipAddress');

/** Counts rows that hold data about persons in columns that are not classified. */
export const piiValues: CheckDefinition = {
  name: 'piiValues',
  about:
    'Rows that hold data about persons in columns that are not classified, by pattern and check digits: ' +
    `${PERSONAL_KINDS.map(({ name, about }) => `\`${name}\` (${about})`).join(', ')}. Values are never shown`,
  level: ['table', 'column'],
  aliases: [
    ['Deequ', 'containsCreditCardNumber, containsEmail, containsSocialSecurityNumber'],
    ['qsv', 'searchset'],
    ['Evidently', 'text descriptors'],
  ],
  dimension: 'conformity',
  threshold: NONE,
  units: ['rows', 'percent'],
  parameters: [
    {
      name: 'types',
      kind: { manyOf: PERSONAL_KINDS.map(({ name }) => name) },
      about: `What to look for; ${USUAL.join(', ')} when absent`,
    },
    { name: 'columns', kind: 'columns', about: 'Where to look; everywhere when absent' },
    { name: 'except', kind: 'columns', about: 'Columns that are not looked at' },
    {
      name: 'exceptClassified',
      kind: 'boolean',
      about: 'Leave out classified columns, as it is done anyway',
    },
  ],
  example: `quality:
  - type: custom
    engine: validateData
    implementation: { check: piiValues, types: [email, phone, creditCard, iban], exceptClassified: true, mustBe: 0 }`,
  plan(rule, table) {
    const given = readArguments(rule, piiValues.parameters, table);
    const types = given.texts('types') ?? USUAL;
    const kinds = PERSONAL_KINDS.filter(({ name }) => types.includes(name));
    return {
      ...planned(piiValues, rule, `no ${types.join(', ')} in columns that are not classified`),
      work: sensitiveRows({
        kinds,
        harmless: harmlessTexts(kinds),
        regards: regarded(rule, given, table),
        expected: 'no personal data in a column that is not classified',
      }),
    };
  },
};

/** Which columns a rule looks at: the ones it stands on or names, but those it excepts and classified ones. */
export function regarded(rule: Rule, given: Arguments, table: TableSpec): (column: string) => boolean {
  const named = rule.column === undefined ? given.texts('columns') : [rule.column];
  const classified = table.columns.filter((column) => column.classified).map(({ name }) => name);
  const left = new Set([...classified, ...(given.texts('except') ?? [])]);
  return (column) => !left.has(column) && (named === undefined || named.includes(column));
}

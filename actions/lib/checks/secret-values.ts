import { NONE } from '../stats/threshold.ts';
import { readArguments } from './arguments.ts';
import type { CheckDefinition } from './check.ts';
import { regarded } from './pii-values.ts';
import { planned } from './planned.ts';
import { HARMLESS_TEXTS, hasMark, SECRET_KINDS } from './sensitive/secrets.ts';
import { sensitiveRows } from './sensitive/sensitive-rows.ts';

/** Counts rows that hold keys, tokens or passwords. */
export const secretValues: CheckDefinition = {
  name: 'secretValues',
  about:
    'Rows that hold keys, tokens or passwords in columns that are not classified: ' +
    `${SECRET_KINDS.map(({ name, about }) => `\`${name}\` (${about})`).join(', ')}. Values are never shown`,
  level: ['table', 'column'],
  aliases: [['GitHub', 'secret scanning']],
  dimension: 'conformity',
  threshold: NONE,
  units: ['rows', 'percent'],
  parameters: [
    {
      name: 'types',
      kind: { manyOf: SECRET_KINDS.map(({ name }) => name) },
      about: 'What to look for; all when absent',
    },
    { name: 'columns', kind: 'columns', about: 'Where to look; everywhere when absent' },
    { name: 'except', kind: 'columns', about: 'Columns that are not looked at' },
  ],
  example: `quality:
  - type: custom
    engine: validateData
    implementation: { check: secretValues, mustBe: 0 }`,
  plan(rule, table) {
    const given = readArguments(rule, secretValues.parameters, table);
    const types = given.texts('types');
    return {
      ...planned(secretValues, rule, `no ${types?.join(', ') ?? 'keys, tokens or passwords'}`),
      work: sensitiveRows({
        harmless: HARMLESS_TEXTS,
        worthALook: hasMark,
        kinds: SECRET_KINDS.filter(({ name }) => types?.includes(name) ?? true),
        regards: regarded(rule, given, table),
        expected: 'no secret in the data',
      }),
    };
  },
};

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { CHECKS } from '../../../../actions/lib/checks/catalog.ts';
import odcsSchema from '../../../../actions/lib/contract/odcs-v3.1.0.schema.json' with { type: 'json' };
import { rulesSchema } from '../../../../actions/lib/contract/rules-schema.ts';
import { compileSchema } from '../../../../actions/lib/schema/compile-schema.ts';
import { pathText } from '../../../../actions/lib/schema/parsed-text.ts';

const validate = compileSchema(rulesSchema(CHECKS), 'rules', {
  allProblems: true,
  // It is written for draft 2019-09 and uses nothing that 2020-12 lacks.
  references: [
    {
      ...odcsSchema,
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: 'odcs-v3.1.0.schema.json',
    },
  ],
});

const contract = (object: object) => ({
  apiVersion: 'v3.1.0',
  kind: 'DataContract',
  id: 'i',
  version: '1',
  status: 'active',
  schema: [{ name: 't', ...object }],
});
const onColumn = (rule: object) => contract({ properties: [{ name: 'x', quality: [rule] }] });
const onTable = (rule: object) => contract({ quality: [rule] });
const custom = (implementation: object) => ({ type: 'custom', engine: 'validateData', implementation });
const problems = (document: unknown) =>
  validate(document).map(({ path, message }) => `${pathText(path)}: ${message}`);

test.each(
  [...CHECKS.values()].filter(({ example }) => example !== '').map(({ name, example }) => [name, example]),
)('the example of %s is accepted', (_name, example) => {
  const parts: unknown = parse(example);
  expect(problems(contract(parts as object))).toEqual([]);
});

test('the complete example is accepted', () => {
  expect(problems(parse(readFileSync('test/fixtures/contract/churn.odcs.yaml', 'utf8')))).toEqual([]);
});

test.each<[string, object, string]>([
  ['an unknown check', onColumn(custom({ check: 'statistics' })), 'did you mean "statistic"?'],
  [
    'a check of tables on a column',
    onColumn(custom({ check: 'rowCountChange', mustBe: 1 })),
    'schema[0].properties[0].quality[0].implementation.check: expected one of',
  ],
  ['no check', onTable(custom({ mustBe: 1 })), 'the key "check" is missing'],
  [
    'an unknown argument',
    onColumn(custom({ check: 'statistic', statistik: 'mean', mustBe: 1 })),
    'unknown key "statistik"',
  ],
  [
    'an unknown choice',
    onColumn(custom({ check: 'statistic', statistic: 'avg', mustBe: 1 })),
    'implementation.statistic: expected one of',
  ],
  ['a missing argument', onTable(custom({ check: 'temporalLeakage' })), 'the key "order" is missing'],
  [
    'a limit that is no number',
    onColumn(custom({ check: 'nullValues', mustBe: 'none' })),
    'expected number, found "none"',
  ],
  [
    'two limits',
    onColumn(custom({ check: 'nullValues', mustBe: 0, mustBeLessThan: 1 })),
    'quality[0].implementation',
  ],
  [
    'a wrong unit',
    onColumn(custom({ check: 'nullValues', unit: 'files' })),
    'implementation.unit: expected one of',
  ],
  [
    'a wrong severity',
    onColumn(custom({ check: 'nullValues', severity: 'fatal' })),
    'implementation.severity: expected one of',
  ],
  ['what the standard does not know', { ...contract({}), schemas: [] }, 'unknown key "schemas"'],
  [
    'a wrong fieldsMatch',
    contract({ customProperties: [{ property: 'fieldsMatch', value: 'same' }] }),
    'customProperties[0].value: expected one of',
  ],
  [
    'a split without files',
    contract({ customProperties: [{ property: 'splits', value: { train: {} } }] }),
    'the key "files" is missing',
  ],
  [
    'a wrong role',
    contract({ properties: [{ name: 'x', customProperties: [{ property: 'mlRole', value: 'y' }] }] }),
    'customProperties[0].value: expected one of',
  ],
])('%s is refused', (_what, document, words) => {
  expect(problems(document).join('\n')).toContain(words);
});

test('rules of other engines and custom properties of other tools are free', () => {
  expect(
    problems(onTable({ type: 'custom', engine: 'soda', implementation: { check: 'anything' } })),
  ).toEqual([]);
  expect(problems(contract({ customProperties: [{ property: 'owner', value: { a: 1 } }] }))).toEqual([]);
});

test('the published file is the one that the catalog gives', () => {
  const published: unknown = JSON.parse(
    readFileSync('actions/lib/contract/validate-data-rules.schema.json', 'utf8'),
  );
  expect(published).toEqual(JSON.parse(JSON.stringify(rulesSchema(CHECKS))));
});

import { expect, test } from 'vitest';
import { CHECKS } from '../../../../actions/lib/checks/catalog.ts';
import { standardRules } from '../../../../actions/lib/contract/standard-rules.ts';
import { odcs, tableOf } from './contracts.ts';

const TABLE = { name: '', columns: [], splits: [] };

test('every table is checked for its structure, its encoding and its rows', () => {
  const rules = standardRules([]);
  expect(rules.map(({ check, severity }) => [check, severity])).toEqual([
    ['csvStructure', 'error'],
    ['csvStructure', 'warning'],
    ['encoding', 'warning'],
    ['rowCount', 'warning'],
  ]);
  for (const rule of rules) expect(CHECKS.get(rule.check)?.plan(rule, TABLE).check).toBe(rule.check);
});

test('a rule about the number of rows replaces the standard one', () => {
  const own = tableOf(odcs('  - name: t\n    quality: [{ metric: rowCount, mustBe: 0 }]\n')).rules;
  expect(standardRules(own).map(({ check }) => check)).toEqual(['csvStructure', 'csvStructure', 'encoding']);
});

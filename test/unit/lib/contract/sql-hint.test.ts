import { expect, test } from 'vitest';
import { messageOf, odcs } from './contracts.ts';

/** A table with one SQL rule on a column. */
const rule = (text: string) =>
  odcs(`  - name: t\n    properties:\n      - { name: x, logicalType: string, quality: [ ${text} ] }\n`);

test.each([
  ['SELECT COUNT(*) FROM ${table} WHERE ${column} IS NULL', 'use "metric: nullValues" on this property'],
  [
    'select count(*) from orders where orders.amount is null;',
    'use "metric: nullValues" on the property amount',
  ],
  ["SELECT COUNT(*) FROM t WHERE x IS NULL OR trim(x) = ''", "missingValues: [null, '']"],
  ["SELECT COUNT(1) FROM t WHERE x = ''", "missingValues: ['']"],
  ['SELECT COUNT(*) FROM t', 'use "metric: rowCount" on the object'],
  ['SELECT COUNT(DISTINCT "plan") FROM t', 'check: distinctCount, … }" on the property plan'],
  [
    'SELECT COUNT(*) FROM (SELECT id FROM t GROUP BY id HAVING COUNT(*) > 1) d',
    'use "metric: duplicateValues" on the property id',
  ],
  [
    'SELECT a, b, COUNT(*) FROM t GROUP BY a, b HAVING COUNT(*) > 1',
    'arguments: { properties: [a, b] }" on the object',
  ],
  ['SELECT COUNT(id) - COUNT(DISTINCT id) FROM t', 'use "metric: duplicateValues"'],
  [
    "SELECT COUNT(*) FROM t WHERE plan NOT IN ('free', 'pro')",
    "validValues: ['free', 'pro'] }\" on the property plan",
  ],
  [
    'SELECT COUNT(*) FROM t WHERE plan NOT IN (SELECT id FROM plans)',
    'relationships: [{ to: plans.id }]" on the property plan',
  ],
  [
    'SELECT COUNT(*) FROM t LEFT JOIN plans p ON t.plan = p.id WHERE p.id IS NULL',
    'relationships: [{ to: plans.id }]',
  ],
  ['SELECT COUNT(*) FROM t WHERE age < 18', 'arguments: { minimum: 18 }" on the property age'],
  ['SELECT COUNT(*) FROM t WHERE age >= 120', 'arguments: { exclusiveMaximum: 120 }" on the property age'],
  [
    "SELECT COUNT(*) FROM t WHERE code NOT LIKE 'C%'",
    'arguments: { pattern: … }" with a regular expression on the property code',
  ],
  ['SELECT AVG(income) FROM t', 'check: statistic, statistic: mean, … }" on the property income'],
  ['SELECT COUNT(*) FROM t WHERE a > b', "check: rowCondition, expression: 'not (a > b)' }"],
  [
    'WITH x AS (SELECT 1) SELECT * FROM x',
    'use a metric of the library, a rule of "type: custom, engine: validateData"',
  ],
])('SQL is refused with what says the same: %s', (query, words) => {
  const message = messageOf(() => rule(`{ type: sql, query: ${JSON.stringify(query)}, mustBe: 0 }`));
  expect(message).toContain('SQL cannot be run on files; ');
  expect(message).toContain(words);
});

test('a query that was made to take long takes no time', () => {
  const query = `select count(*) from ${'from '.repeat(20_000)}where`;
  const start = performance.now();
  messageOf(() => rule(`{ type: sql, query: ${JSON.stringify(query)}, mustBe: 0 }`));
  expect(performance.now() - start).toBeLessThan(2_000);
});

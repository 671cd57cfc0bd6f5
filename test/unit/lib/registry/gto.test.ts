import { expect, test } from 'vitest';
import { gtoAssignments, gtoNameProblem, gtoVersionTag } from '../../../../actions/lib/registry/gto-tag.ts';

test('a version tag', () => {
  expect(gtoVersionTag('churn', '3.4.0')).toBe('churn@v3.4.0');
});

test('assignments are counted as numbers, of this stage alone', () => {
  const tags = [
    'churn#prod#2',
    'churn#prod#10',
    'churn#prod#9',
    'churn#prod-eu#99',
    'churn#prod#x',
    'churn#prod#',
    'churn#prod#01',
    'churn@v1.0.0',
  ];
  expect(gtoAssignments(tags, 'churn', 'prod').map(({ number }) => number)).toEqual([10, 9, 2]);
  expect(gtoAssignments([], 'churn', 'prod')).toEqual([]);
});

test.each(['churn', 'a', 'churn-eu', 'team/churn', 'x9'])('GTO reads %s', (name) => {
  expect(gtoNameProblem('model', name)).toBeUndefined();
});
test.each(['my_model', '9lives', 'churn-', '', 'a.b'])('GTO does not read %j', (name) => {
  expect(gtoNameProblem('model', name)).toMatch(/^the model .* is no name of GTO's/);
});

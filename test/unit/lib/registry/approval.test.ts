import { expect, test } from 'vitest';
import { reviewOf } from '../../../../actions/lib/registry/approval.ts';

const octo = { login: 'octo', environments: ['staging', 'Production-Approval'] };

test('an approval counts for the environments that it names, however they are written', () => {
  const twice = [octo, octo, { login: 'hubot', environments: ['staging'] }];
  expect(reviewOf('production-approval', twice)).toEqual({ kind: 'reviewed', by: ['octo'] });
});

test('an approval of another environment is none of this one', () => {
  expect(reviewOf('production', [octo])).toMatchObject({
    kind: 'elsewhere',
    reason: expect.stringMatching(
      /approved for staging, Production-Approval, and the step asks for production/,
    ),
  });
});

test.each([
  ['nobody was asked', [], /GitHub asked nobody about production/],
  ['it cannot be read', undefined, /cannot be read \(needs "permissions: actions: read"\)/],
])('where %s, nobody but the starter has approved', (_, approvals, reason) => {
  expect(reviewOf('production', approvals)).toEqual({
    kind: 'unreviewed',
    reason: expect.stringMatching(reason),
  });
});

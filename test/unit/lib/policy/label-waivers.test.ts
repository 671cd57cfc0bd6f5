import { expect, test } from 'vitest';
import { judgeLabelWaivers, type LabelledPullRequest } from '../../../../actions/lib/policy/label-waivers.ts';
import type { WaiverLabel } from '../../../../actions/lib/policy/policy.ts';

const DAY_MS = 86_400_000;
const PUT = Date.parse('2026-11-01T10:00:00Z');

const LABEL: WaiverLabel = {
  label: 'gate: accept recall',
  gates: ['recall-young'],
  appliedBy: ['maintain', 'admin', '@lee'],
  reasonRequired: true,
  expiresAfterMs: 7 * DAY_MS,
  maxValueLoss: 0.05,
};

const ROLES = new Map([
  ['kim', 'maintain'],
  ['lee', 'write'],
  ['mallory', 'write'],
  ['root', 'admin'],
]);

const REQUEST: LabelledPullRequest = {
  labels: ['model', 'gate: accept recall'],
  labellings: [{ label: 'gate: accept recall', by: 'kim', at: PUT }],
  comments: [{ by: 'kim', body: '/waive recall-young because labels changed' }],
  roles: ROLES,
};

const judged = (change: Partial<LabelledPullRequest>, label: Partial<WaiverLabel> = {}) =>
  judgeLabelWaivers([{ ...LABEL, ...label }], { ...REQUEST, ...change });

test('a label by somebody who may, with a reason, waives until it expires', () => {
  expect(judged({})).toEqual([
    {
      gate: 'recall-young',
      source: 'label',
      owner: '@kim',
      reason: 'labels changed',
      expires: PUT + 7 * DAY_MS,
      maxValueLoss: 0.05,
      refused: undefined,
      line: undefined,
    },
  ]);
});

test('a label that is not there waives nothing', () => {
  expect(judged({ labels: ['model'] })).toEqual([]);
});

test('each gate of a label needs its own reason', () => {
  const waivers = judged({}, { gates: ['recall-young', 'f1'] });
  expect(waivers.map(({ gate, refused }) => [gate, refused === undefined])).toEqual([
    ['recall-young', true],
    ['f1', false],
  ]);
});

test.each([
  ['a role that is named', 'root'],
  ['a person who is named', 'lee'],
  ['a person in another case', 'LEE'],
])('%s may', (_, by) => {
  const [waiver] = judged({ labellings: [{ label: 'gate: accept recall', by, at: PUT }] });
  expect(waiver).toMatchObject({ refused: undefined, owner: `@${by}` });
});

test('labels do not differ by case, as on GitHub', () => {
  expect(judged({ labels: ['Gate: Accept Recall'] })[0]?.refused).toBeUndefined();
});

test('the newest reason of somebody who may counts', () => {
  const comments = [
    { by: 'kim', body: '/waive recall-young because first' },
    { by: 'root', body: 'hm\n/waive recall-young because second' },
    { by: 'mallory', body: '/waive recall-young because third' },
  ];
  expect(judged({ comments })[0]).toMatchObject({ reason: 'second', refused: undefined });
});

test('without a required reason the label is the reason', () => {
  expect(judged({ comments: [] }, { reasonRequired: false })[0]).toMatchObject({
    reason: 'label "gate: accept recall"',
    refused: undefined,
  });
});

test.each([
  [
    'somebody whose role is not named',
    { labellings: [{ label: 'gate: accept recall', by: 'mallory', at: PUT }] },
    'was put there by @mallory (role write); role maintain or role admin or @lee may',
  ],
  [
    'a bot, which has no role',
    { labellings: [{ label: 'gate: accept recall', by: 'github-actions[bot]', at: PUT }] },
    'was put there by @github-actions[bot] (no role here)',
  ],
  [
    'an account that is gone',
    { labellings: [{ label: 'gate: accept recall', by: '', at: PUT }] },
    'GitHub does not say who put the label "gate: accept recall" there',
  ],
  ['nobody that GitHub names', { labellings: [] }, 'GitHub does not say who put the label'],
  [
    'somebody who gave no reason',
    { comments: [] },
    'no reason was given; comment "/waive recall-young because …" (role maintain or role admin or @lee)',
  ],
  [
    'a reason for another gate',
    { comments: [{ by: 'kim', body: '/waive recall-old because x' }] },
    'no reason was given',
  ],
  [
    'a reason by somebody who may not',
    { comments: [{ by: 'mallory', body: '/waive recall-young because please' }] },
    'the reason was given by @mallory (role write); comment "/waive recall-young because …"',
  ],
])('a label by %s is granted and refused', (_, change, message) => {
  const [waiver, ...more] = judged(change);
  expect(more).toEqual([]);
  expect(waiver?.refused).toContain(message);
});

test('a waiver that nobody dated has long expired', () => {
  expect(judged({ labellings: [] })[0]?.expires).toBe(7 * DAY_MS);
});

import { expect, test } from 'vitest';
import {
  type CommentMode,
  type CommentState,
  readState,
  type Said,
  stateLine,
  stateOf,
  wantsComment,
  wantsMention,
} from '../../../actions/gate-metrics/posting/comment-state.ts';
import { GATE_DOCUMENTS, gateDocument, gateResult } from '../../support/gate-documents.ts';

const said = (verdict: Said, open = '0123456789abcdef'): CommentState => ({ said: verdict, open });
const PASS = said('pass');
const FAIL = said('fail');
const OTHER = said('fail', 'fedcba9876543210');
const WARN = said('warn');

/** Before (`none`: no comment; `old`: one that does not say its state), now, whether it blocks, and who comments. */
const CASES: readonly (readonly [
  before: CommentState | 'none' | 'old',
  now: CommentState,
  blocks: boolean,
  wanted: Readonly<Record<CommentMode, boolean>>,
])[] = [
  ['none', PASS, false, { always: true, 'on-change': false, 'on-failure': false, never: false }],
  ['none', WARN, false, { always: true, 'on-change': true, 'on-failure': false, never: false }],
  ['none', FAIL, true, { always: true, 'on-change': true, 'on-failure': true, never: false }],
  ['none', said('unverified'), true, { always: true, 'on-change': true, 'on-failure': true, never: false }],
  [PASS, PASS, false, { always: true, 'on-change': false, 'on-failure': true, never: false }],
  [FAIL, FAIL, true, { always: true, 'on-change': false, 'on-failure': true, never: false }],
  [FAIL, OTHER, true, { always: true, 'on-change': true, 'on-failure': true, never: false }],
  [FAIL, PASS, false, { always: true, 'on-change': true, 'on-failure': true, never: false }],
  [PASS, WARN, false, { always: true, 'on-change': true, 'on-failure': true, never: false }],
  [WARN, FAIL, true, { always: true, 'on-change': true, 'on-failure': true, never: false }],
  ['old', PASS, false, { always: true, 'on-change': true, 'on-failure': true, never: false }],
];

test.each(CASES)('after %j, %j (blocks: %s) is commented on by %j', (before, now, blocks, wanted) => {
  const known = before === 'none' || before === 'old' ? undefined : before;
  const modes = Object.entries(wanted).map(([mode]) => [
    mode,
    wantsComment({ mode: mode as CommentMode, exists: before !== 'none', before: known, now, blocks }),
  ]);
  expect(Object.fromEntries(modes)).toEqual(wanted);
});

test.each([
  [undefined, FAIL, true],
  [PASS, FAIL, true],
  [WARN, FAIL, true],
  [FAIL, FAIL, false],
  [FAIL, OTHER, false],
  [undefined, PASS, false],
  [undefined, said('inconclusive'), false],
  [undefined, said('unverified'), false],
] as const)('after %j, %j mentions people: %s', (before, now, wanted) => {
  const situation = { mode: 'always', exists: before !== undefined, before, now, blocks: true } as const;
  expect(wantsMention(situation)).toBe(wanted);
});

test('a state survives the comment that keeps it', () => {
  for (const [, document] of Object.entries(GATE_DOCUMENTS)) {
    const state = stateOf(document, document.verdict);
    expect(readState(`### Model gate\n\ntext\n${stateLine(state)}\n`)).toEqual(state);
  }
  expect(readState('### Model gate failed')).toBeUndefined();
  expect(readState(`${stateLine(FAIL)}\nmore`)).toBeUndefined();
});

test('the state changes with the set of what does not hold and with nothing else', () => {
  const failing = gateResult({ id: 'a', verdict: 'fail', status: 'fail' });
  const open = (...gates: readonly ReturnType<typeof gateResult>[]): string =>
    stateOf(gateDocument(gates), 'fail').open;
  const one = open(failing, gateResult());
  expect(open(gateResult({ id: 'new' }), { ...failing, candidate: 0.1, reason: 'other numbers' })).toBe(one);
  expect(open({ ...failing, id: 'b' })).not.toBe(one);
  expect(open({ ...failing, slice: 'x=1' })).not.toBe(one);
  expect(open({ ...failing, verdict: 'waived' })).not.toBe(one);
  const guarded = gateDocument([failing], { guards: [{ id: 'rows', verdict: 'fail', reason: '' }] });
  expect(stateOf(guarded, 'fail').open).not.toBe(one);
});

import { expect, test } from 'vitest';
import { sha256 } from '../../../../actions/lib/digest.ts';
import { chainEvents } from '../../../../actions/lib/registry/chain.ts';
import { deploymentEntry, wishOf } from '../../../../actions/lib/registry/deployment-entry.ts';
import type { Draft } from '../../../../actions/lib/registry/events.ts';
import { type Ledger, ledgerOf } from '../../../../actions/lib/registry/ledger.ts';
import { GENESIS } from '../../../../actions/lib/registry/state.ts';
import { strayDeployments } from '../../../../actions/lib/registry/stray-deployments.ts';

const ENV = 'production';
const head = (version: string) => ({
  version,
  digest: sha256(version),
  env: ENV,
  rollout: `ro_${version}`,
  fence: 1,
});

const requested = (version: string): Draft => ({
  ...head(version),
  type: 'rollout.requested',
  data: {
    steps: [],
    previous: null,
    spec: null,
    settings: {
      onFailure: 'rollback',
      onInconclusive: 'pause',
      onCancel: 'pause',
      quarantineOnFailure: true,
    },
    deadline: null,
    approvers: [],
    forced: '',
  },
});
const completed = (version: string): Draft => ({
  ...head(version),
  type: 'rollout.completed',
  data: { previous: null, warmUntil: null },
});
const rolledBack = (version: string): Draft => ({
  ...head(version),
  type: 'rollback.completed',
  data: { from: version, to: null },
});
const rollback = (type: 'rollback.started' | 'rollback.completed', from: string, to: string): Draft =>
  type === 'rollback.started'
    ? { type, env: ENV, version: from, data: { from, to, trigger: 'alert', reason: '' } }
    : { type, env: ENV, version: to, data: { from, to } };

function ledger(...drafts: readonly Draft[]): Ledger {
  const events = chainEvents(
    { seq: 0, hash: GENESIS },
    drafts.map((draft, index) => ({ ...draft, step: String(index) })),
    {
      operation: { repository: 'o/r', run: '9', job: 'j', action: 'a', operation: 'o', model: 'churn' },
      author: { actor: 'octo', run: { id: 9, attempt: 1, job: 'j', workflow: 'w', sha: '' } },
      ts: '2026-01-01T00:00:00.000Z',
    },
  );
  return ledgerOf('churn', events);
}

const strays = (known: Ledger, ...tasks: readonly (readonly [number, string])[]) =>
  strayDeployments(
    known,
    ENV,
    tasks.map(([id, task]) => ({ id, task })),
  ).map(({ key, payload }) => [key, payload['description']]);

const PROMOTE = 'mlops:promote:ro_';

test('a change that goes on, and one of another ledger, has no stray', () => {
  expect(
    strays(ledger(requested('1.0.0')), [1, `${PROMOTE}1.0.0`], [2, `${PROMOTE}x`], [3, 'deploy']),
  ).toEqual([]);
});

test.each([
  ['completed', [completed('1.0.0')], 'success', '1.0.0 serves all traffic'],
  ['rolled back', [rolledBack('1.0.0')], 'failure', 'rolled back'],
  [
    'aborted',
    [rolledBack('1.0.0'), { ...head('1.0.0'), type: 'rollout.aborted', data: { reason: '' } }],
    'inactive',
    'aborted',
  ],
  [
    'followed by another',
    [completed('1.0.0'), requested('2.0.0')],
    'inactive',
    'another change has come since',
  ],
  ['bad and followed by another', [rolledBack('1.0.0'), requested('2.0.0')], 'failure', 'rolled back'],
] as const)('a rollout that is %s', (_, after, state, description) => {
  expect(strays(ledger(requested('1.0.0'), ...after), [1, `${PROMOTE}1.0.0`])).toEqual([
    [`deployment:1:${state}`, description],
  ]);
});

test('a rollback that walked further back is one change, and ends the rollout it took back', () => {
  const known = ledger(
    requested('3.0.0'),
    completed('3.0.0'),
    rollback('rollback.started', '3.0.0', '2.0.0'),
    rollback('rollback.completed', '3.0.0', '2.0.0'),
    rollback('rollback.started', '2.0.0', '1.0.0'),
    rollback('rollback.completed', '2.0.0', '1.0.0'),
  );
  expect(strays(known, [1, `${PROMOTE}3.0.0`], [2, 'mlops:rollback:9:churn:3.0.0'])).toEqual([
    ['deployment:1:inactive', 'another change has come since'],
    ['deployment:2:success', 'rolled back from 2.0.0'],
  ]);
});

test('twins: the oldest stays, listed or known from the ledger; what was queued is not here again', () => {
  const known = ledger(
    requested('1.0.0'),
    { ...head('1.0.0'), type: 'deployment.created', data: { deployment: 4 } },
    completed('1.0.0'),
  );
  expect(strays(known, [7, `${PROMOTE}1.0.0`])).toEqual([
    ['deployment:7:inactive', 'duplicate of deployment 4'],
  ]);
  const [twin = expect.fail()] = strayDeployments(known, ENV, [{ id: 7, task: `${PROMOTE}1.0.0` }]);
  const after = ledger(
    requested('1.0.0'),
    { ...head('1.0.0'), type: 'deployment.created', data: { deployment: 4 } },
    completed('1.0.0'),
    { type: 'mirror.queued', env: ENV, data: { entries: [twin] } },
  );
  expect(strays(after, [7, `${PROMOTE}1.0.0`])).toEqual([]);
});

test('an entry keeps all that is needed to make its deployment', () => {
  const wish = {
    task: 'mlops:promote:ro_1',
    sha: 'c'.repeat(40),
    environment: ENV,
    production: true,
    description: 'churn 1.0.0',
    payload: { model: 'churn', ledgerSeq: 7 },
  };
  const status = {
    env: ENV,
    version: '1.0.0',
    state: 'success',
    description: 'serves',
    environmentUrl: '',
  } as const;
  const entry = deploymentEntry({ kind: 'wanted', wish, after: undefined, fence: 3 }, status);
  expect(entry.key).toBe('deployment:mlops:promote:ro_1:success');
  expect(wishOf(entry)).toEqual(wish);
  expect(wishOf(deploymentEntry({ kind: 'made', id: 7 }, status))).toBeUndefined();
  expect(wishOf({ ...entry, payload: { ...entry.payload, payload: 'not JSON' } })?.payload).toEqual({});
});

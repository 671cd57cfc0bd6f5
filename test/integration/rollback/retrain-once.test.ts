import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sha256 } from '../../../actions/lib/digest.ts';
import type { Fault } from '../../../actions/local/services/github/faults.ts';
import type { GitHubService } from '../../../actions/local/services/github/start-github.ts';
import type { GitHub } from '../../../actions/runtime/github/github.ts';
import { startTestGitHub } from '../../support/github.ts';
import { ENV, Router, runRollback, SeededLedger } from '../../support/rollback-world.ts';

vi.mock(
  '../../../actions/local/services/github/bare-repository.ts',
  () => import('../../support/memory-repository.ts'),
);

const NOW = Date.parse('2026-01-16T00:00:00Z');
const KEY = `churn/${ENV}/${sha256('1.1.0')}`;
const NAMED = `name: Train
run-name: Train \${{ inputs.model }} \${{ inputs.dedupe_key }}
on: { workflow_dispatch: { inputs: { model: { type: string }, dedupe_key: { type: string } } } }
jobs: { train: { runs-on: ubuntu-latest, steps: [{ run: echo }] } }
`;
const LISTENING = `name: Train
run-name: Train \${{ github.event.client_payload.dedupe_key }}
on: { repository_dispatch: { types: [mlops-retrain] } }
jobs: { train: { runs-on: ubuntu-latest, steps: [{ run: echo }] } }
`;
const UNNAMED = NAMED.replace(/run-name: .*\n/, '');

let service: GitHubService;
let router: Router;
let ledger: SeededLedger;

beforeEach(async () => {
  service = await startTestGitHub();
  router = await Router.start();
  ledger = new SeededLedger(service);
});

afterEach(async () => {
  router.close();
  await service.close();
});

interface Way {
  readonly retrain: 'workflow_dispatch' | 'repository_dispatch';
  readonly workflow: string;
}
const BY_WORKFLOW: Way = { retrain: 'workflow_dispatch', workflow: NAMED };
const BY_EVENT: Way = { retrain: 'repository_dispatch', workflow: LISTENING };

async function prepared({ workflow }: Way): Promise<void> {
  await service.remote.commitFiles('main', { '.github/workflows/train.yml': workflow }, 'Add training');
  await ledger.history(router.rollout, '1.0.0', '1.1.0');
}

const rollBack = ({ retrain }: Way, more: object = {}) =>
  runRollback({
    service,
    inputs: { retrain, 'retrain-workflow': 'train.yml', 'retrain-only': 'true' },
    ...more,
  });

const retrainEvents = async () =>
  (await ledger.read()).events.flatMap((event) =>
    event.type === 'retrain.requested' || event.type === 'retrain.dispatched' ? [event.type] : [],
  );

const runOf = async () =>
  (await ledger.read()).events.flatMap((event) =>
    event.type === 'retrain.dispatched' ? [event.data.run] : [],
  );

/** Everything after GitHub took the dispatch is lost, and with it this run. */
const dyingAfterDispatch = (github: GitHub): GitHub => {
  const die = () => {
    throw new Error('the runner is gone');
  };
  return {
    ...github,
    dispatches: {
      ...github.dispatches,
      workflow: async (request) => {
        await github.dispatches.workflow(request);
        return die();
      },
      repository: async (request) => {
        await github.dispatches.repository(request);
        return die();
      },
    },
  };
};

describe.each([
  ['workflow_dispatch', BY_WORKFLOW],
  ['repository_dispatch', BY_EVENT],
])('by %s', (_, way) => {
  test('a run that was lost right after the dispatch leaves a training that the next one finds', async () => {
    await prepared(way);
    await rollBack(way, { wrap: dyingAfterDispatch });
    expect(await retrainEvents()).toEqual(['retrain.requested']);
    const [started] = service.runs.all();
    expect(started?.title).toContain(KEY);
    const again = await rollBack(way, { attempt: 2 });
    expect(again.outcome).toMatchObject({ verdict: 'pass' });
    expect(service.dispatches.length).toBe(1);
    expect(again.output('retrain-run-id')).toBe(String(started?.id));
    expect(await retrainEvents()).toEqual(['retrain.requested', 'retrain.dispatched']);
    expect(await runOf()).toEqual([started?.id]);
    expect(service.violations).toEqual([]);
  });

  test.each<[string, Fault]>([
    ['is reset', { kind: 'reset', when: 'after' }],
    ['comes as a page of HTML', { kind: 'html' }],
    ['breaks off', { kind: 'truncated' }],
  ])('a reply that %s does not start training twice', async (_name, fault) => {
    await prepared(way);
    service.fault({ method: 'POST', path: /\/dispatches$/, fault });
    const step = await rollBack(way);
    expect(step.outcome).toMatchObject({ verdict: 'pass' });
    expect(service.dispatches.length).toBe(1);
    expect(await retrainEvents()).toEqual(['retrain.requested', 'retrain.dispatched']);
    const [run] = await runOf();
    // What came as an answer of 204 without a body is an answer; it names no run.
    expect([service.runs.all()[0]?.id, null]).toContain(run);
  });

  test('a request that was lost on its way is sent once more', async () => {
    await prepared(way);
    service.fault({ method: 'POST', path: /\/dispatches$/, fault: { kind: 'reset', when: 'before' } });
    const step = await rollBack(way);
    expect(step.outcome).toMatchObject({ verdict: 'pass' });
    expect(service.dispatches.length).toBe(1);
  });
});

test('runs without the key in their names leave it open, and say what is missing', async () => {
  const way: Way = { ...BY_WORKFLOW, workflow: UNNAMED };
  await prepared(way);
  service.fault({ method: 'POST', path: /\/dispatches$/, fault: { kind: 'reset', when: 'after' } });
  const step = await rollBack(way);
  expect(step.outcome).toMatchObject({ verdict: 'warn' });
  expect(step.output('retrain-skipped')).toMatch(
    /^failed: .*whether it was started is not known: none of the 1 runs since has the dedupe_key in its name; give the workflow a run-name with it/,
  );
  expect(service.dispatches.length).toBe(1);
  const again = await rollBack(way, { attempt: 2 });
  expect(again.output('retrain-skipped')).toBe('');
  expect(again.runtime.recorded.log).toContainEqual(
    expect.objectContaining({ message: expect.stringMatching(/asked for again under the same dedupe_key/) }),
  );
  const keys = service.dispatches.map((one) => (one.kind === 'workflow' ? one.inputs['dedupe_key'] : ''));
  expect(keys).toEqual([KEY, KEY]);
});

test('a run that may not list runs asks again, and says why', async () => {
  await prepared(BY_WORKFLOW);
  await rollBack(BY_WORKFLOW, { wrap: dyingAfterDispatch });
  service.fault({
    method: 'GET',
    path: /\/actions\/workflows\/train\.yml\/runs/,
    fault: { kind: 'status', when: 'before', status: 403, message: 'Resource not accessible by integration' },
  });
  const again = await rollBack(BY_WORKFLOW, { attempt: 2 });
  expect(again.output('retrain-skipped')).toBe('');
  expect(service.dispatches.length).toBe(2);
  expect(JSON.stringify(again.runtime.recorded.log)).toMatch(/its runs cannot be listed: .*actions: read/);
});

test('while another run asks, nobody else does', async () => {
  await prepared(BY_WORKFLOW);
  await rollBack(BY_WORKFLOW, { wrap: dyingAfterDispatch });
  const other = await rollBack(BY_WORKFLOW, { run: 51, now: NOW + 60_000 });
  expect(other.output('retrain-skipped')).toBe('duplicate: run 50 is asking for it now');
  const later = await rollBack(BY_WORKFLOW, { run: 52, now: NOW + 31 * 60_000 });
  expect(later.output('retrain-run-id')).toBe(String(service.runs.all()[0]?.id));
  expect(service.dispatches.length).toBe(1);
});

import { sha256 } from '../../actions/lib/digest.ts';
import type { Draft } from '../../actions/lib/registry/events.ts';
import { rolloutId } from '../../actions/lib/registry/operation.ts';
import type { seededRandom } from '../../actions/lib/stats/random.ts';

type Random = ReturnType<typeof seededRandom>;

/** What one run of a history records, and when. */
export interface Happening {
  readonly ts: string;
  readonly run: number;
  readonly drafts: readonly Draft[];
}

const ENVIRONMENTS = ['production', 'staging'] as const;
const DAY_MS = 86_400_000;

/** Events of every kind that anybody looks for later, in an order that need not make sense: a fold takes any. */
export function randomHistory(random: Random, length: number, longestGapDays: number): readonly Happening[] {
  let at = Date.parse('2024-01-20T06:00:00Z');
  const begun = new Map<string, Rollout>();
  return Array.from({ length }, (_, index) => {
    at += Math.floor(random.next() * longestGapDays * DAY_MS);
    return { ts: new Date(at).toISOString(), run: index + 1, drafts: happening(random, index + 1, begun) };
  });
}

/** The newest rollout of an environment. */
interface Rollout {
  readonly version: string;
  readonly rollout: string;
}

function happening(random: Random, run: number, begun: Map<string, Rollout>): readonly Draft[] {
  const env = ENVIRONMENTS[random.integer(2)] ?? 'production';
  const version = `1.${random.integer(8)}.0`;
  const other = `1.${random.integer(8)}.0`;
  const digest = sha256(version);
  const step = `${run}`;
  const fresh = { version, rollout: rolloutId({ ...OPERATION, run: step }, version, env) };
  const newest = begun.get(env) ?? fresh;
  const about = { digest: sha256(newest.version), env, fence: run, ...newest };
  const kinds: readonly (() => readonly Draft[])[] = [
    () => [registered(version)],
    () => {
      begun.set(env, fresh);
      return [
        { type: 'rollout.requested', ...about, ...fresh, digest, data: requested(other) },
        { type: 'deployment.created', env, version, data: { deployment: run }, step },
      ];
    },
    () => [
      { type: 'rollout.step.passed', ...about, data: { step: 1, verdict: 'inconclusive', analysis: step } },
      {
        type: 'rollout.step.measured',
        ...about,
        data: { step: 1, tallies: {}, until: '2024-02-01T00:00:00Z' },
      },
    ],
    () => [{ type: 'rollout.approved', ...about, data: { step: 1, approvers: [`approver ${run}`] } }],
    () => [{ type: 'rollout.completed', ...about, data: { previous: other, warmUntil: null } }],
    () => [
      {
        type: 'rollback.started',
        env,
        version: other,
        data: { from: version, to: other, trigger: `trigger ${run}`, reason: '' },
      },
      { type: 'rollback.completed', env, version: other, data: { from: version, to: other } },
    ],
    () => [
      {
        type: 'mirror.queued',
        env,
        data: {
          entries: [{ ...mirror(env, version, run), payload: { fence: step, alias: `alias ${run}` } }],
        },
      },
    ],
    () => [{ type: 'incident.opened', env, version, data: { issue: random.integer(5), url: '' }, step }],
    () => [{ type: 'retrain.dispatched', data: { dedupeKey: `churn/${env}/${digest}`, run }, step }],
    () => [
      { type: 'retrain.requested', data: { dedupeKey: `churn/${env}/${digest}`, mode: 'workflow' }, step },
    ],
    () => [{ type: 'ledger.imported', env, data: { source: sha256(step), events: 1 } }],
    () => [{ type: 'lease.renewed', env, fence: run, data: {} }],
  ];
  return kinds[random.integer(kinds.length)]?.() ?? [];
}

const OPERATION = {
  repository: 'octo/models',
  job: 'promote',
  action: 'promote-model',
  operation: 'promote',
  model: 'churn',
};

/** A version of which the ledger keeps one file. */
const registered = (version: string): Draft => ({
  type: 'version.registered',
  version,
  digest: sha256(version),
  data: {
    uri: '',
    commit: '',
    files: [{ path: `${version}.onnx`, size: 1, sha256: sha256(version) }],
    dataDigest: null,
    metrics: {},
    intervals: {},
    signature: null,
    cause: '',
  },
});

const requested = (previous: string) => ({
  steps: [{ weight: 100, shadow: 0, bakeMs: 0, approval: '' }],
  previous,
  spec: null,
  settings: {
    onFailure: 'rollback',
    onInconclusive: 'pause',
    onCancel: 'pause',
    quarantineOnFailure: true,
  } as const,
  deadline: null,
  approvers: [],
  forced: '',
});

const mirror = (env: string, version: string, run: number) => ({
  key: `mlflow:alias:${version}:${env}:${run}`,
  kind: 'mlflow' as const,
  env,
  version,
});

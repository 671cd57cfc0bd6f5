import { sha256 } from '../../lib/digest.ts';
import type { Draft } from '../../lib/registry/events.ts';
import { WrittenLedger } from './written-ledger.ts';

const FIRST = '2024-06-01T06:00:00Z';
const STEPS = 4;
const ENVIRONMENT = 'production';

/** The events of one release: registered with its evidence, rolled out in four steps, and at work. */
function release(number: number, at: Date): readonly Draft[] {
  const version = `1.${number}.0`;
  const digest = sha256(`model ${number}`);
  const fence = number + 1;
  const about = { version, digest, env: ENVIRONMENT, rollout: `ro_${number}`, fence };
  const evidence = ['validation', 'metrics', 'gate'].map((kind) => ({
    kind,
    digest: sha256(`${kind} ${number}`),
    verdict: 'pass',
    created: at.toISOString(),
  }));
  const steps = Array.from({ length: STEPS }, (_, index): readonly Draft[] => {
    const step = index + 1;
    const weight = (100 * step) / STEPS;
    const place = { step, of: STEPS, weight, shadow: 0 };
    return [
      { type: 'rollout.step.started', ...about, data: place, step: `${step}` },
      {
        type: 'rollout.step.applied',
        ...about,
        data: { ...place, verified: `${weight} % read back` },
        step: `${step}`,
      },
      {
        type: 'rollout.step.passed',
        ...about,
        data: { step, verdict: 'pass', analysis: 'errors 0.31 % <= 1 %, p99 212 ms <= 250 ms' },
        step: `${step}`,
      },
    ];
  });
  const owner = { key: `run-${number}`, run: number + 1, attempt: 1 };
  return [
    {
      type: 'version.registered',
      version,
      digest,
      data: {
        uri: `oci://registry.example.com/acme/churn@${digest}`,
        commit: '4'.repeat(40),
        files: [{ path: 'model.onnx', size: 123_456, sha256: digest }],
        dataDigest: sha256('data'),
        metrics: { accuracy: 0.91, auc: 0.884, brier: 0.082 },
        intervals: { auc: [0.871, 0.897] },
        signature: null,
        cause: '',
      },
    },
    { type: 'evidence.attached', version, digest, data: { evidence } },
    { type: 'lease.acquired', env: ENVIRONMENT, fence, data: { owner, minutes: 60, from: null } },
    {
      type: 'rollout.requested',
      ...about,
      data: {
        steps: steps.map((_, index) => ({
          weight: (100 * (index + 1)) / STEPS,
          shadow: 0,
          bakeMs: 600_000,
          approval: '',
        })),
        previous: number === 0 ? null : `1.${number - 1}.0`,
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
    },
    { type: 'deployment.created', env: ENVIRONMENT, version, digest, data: { deployment: number + 1 } },
    ...steps.flat(),
    { type: 'rollout.completed', ...about, data: { previous: null, warmUntil: null } },
    { type: 'version.verified', ...about, data: {} },
    { type: 'lease.released', env: ENVIRONMENT, fence, data: {} },
  ];
}

/** When releases are made: from when on, once a day or once a month. */
interface Calendar {
  readonly first: string;
  readonly every: 'day' | 'month';
}

/** The ledger of a model that was released so many times, twenty events each time. */
export function ledgerOfReleases(
  model: string,
  releases: number,
  sealed: boolean,
  { first, every }: Calendar = { first: FIRST, every: 'day' },
): WrittenLedger {
  const ledger = new WrittenLedger(model, sealed);
  const at = new Date(first);
  for (let number = 0; number < releases; number += 1) {
    ledger.append(at.toISOString(), number + 1, release(number, at));
    if (every === 'day') at.setUTCDate(at.getUTCDate() + 1);
    else at.setUTCMonth(at.getUTCMonth() + 1);
  }
  return ledger;
}

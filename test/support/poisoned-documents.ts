import { sha256 } from '../../actions/lib/digest.ts';
import type { PromotionDocument, WatchedMetric } from '../../actions/lib/documents/promotion.ts';
import type { RollbackDocument } from '../../actions/lib/documents/rollback.ts';
import { chainEvents } from '../../actions/lib/registry/chain.ts';
import type { Draft } from '../../actions/lib/registry/events.ts';
import { appendEvents, emptyLedger, type Ledger } from '../../actions/lib/registry/ledger.ts';
import type { NotesFacts } from '../../actions/lib/registry/release-notes.ts';
import { metric, notesFacts, versionOf } from './notes-facts.ts';

const DIGEST = sha256('model');
const AT = '2026-01-15T12:00:00Z';
export const INCIDENT_URL = 'https://github.com/octo/models/issues/12';

const envelope = {
  created: AT,
  source: {
    repository: 'octo/models',
    commit: 'c'.repeat(40),
    ref: 'refs/heads/main',
    workflow: '.github/workflows/ci.yml@refs/heads/main',
    run: 7,
    attempt: 1,
    action: 'test@0.0.0',
  },
  subjects: [{ role: 'model', name: 'churn', digest: DIGEST }],
  verdict: 'fail',
} as const;

const ledger = { branch: 'mlops-registry', commit: 'c'.repeat(40), seq: 9, head: DIGEST };

const watched = (text: string): WatchedMetric => ({
  analysis: text,
  name: text,
  severity: 'error',
  verdict: 'fail',
  reason: text,
  failIf: text,
  passIf: text,
  compare: text,
  measured: 3,
  failed: 2,
  failureLimit: 1,
  inconclusive: 0,
  errors: 0,
  last: 0.5,
  worst: 0.6,
  stable: 0.1,
  samples: 100,
});

/** A promotion in which every text that comes from outside is this one. */
export const poisonedPromotion = (text: string): PromotionDocument => ({
  ...envelope,
  schema: 'mlops-actions/promotion/v1',
  operation: 'promote',
  status: 'paused',
  model: 'churn',
  version: '1.2.0',
  digest: DIGEST,
  linked: ['1.1.0'],
  environment: 'production',
  previousVersion: '1.1.0',
  compatibility: text,
  rolloutId: 'ro_1',
  rolloutVersion: '1.2.0',
  step: 1,
  of: 2,
  weight: 10,
  preflight: [{ name: text, passed: false, message: text }],
  steps: [
    {
      step: 1,
      weight: 10,
      shadow: 0,
      bakeMs: 1_000,
      approval: '',
      verdict: 'fail',
      reason: text,
      metrics: [watched(text)],
    },
    {
      step: 2,
      weight: 10,
      shadow: 5,
      bakeMs: 0,
      approval: text || 'x',
      verdict: 'open',
      reason: text,
      metrics: [],
    },
  ],
  waitingFor: 'approval',
  resumeAfter: AT,
  plan: [text, text],
  warnings: [text],
  incidents: [{ issue: 12, url: INCIDENT_URL }],
  outbox: [{ key: text, tries: 2, reason: text }],
  evidence: [{ location: text, kind: 'gate', digest: DIGEST, verdict: 'pass' }],
  reasons: [text],
  deployment: 5,
  ledger,
});

/** A rollback in which every text that comes from outside is this one. */
export const poisonedRollback = (text: string): RollbackDocument => ({
  ...envelope,
  schema: 'mlops-actions/rollback/v1',
  status: 'rolled-back',
  model: 'churn',
  environment: 'production',
  reason: text,
  trigger: 'manual',
  from: { version: '1.2.0', digest: DIGEST },
  to: { version: '1.1.0', digest: DIGEST },
  candidates: [{ version: '1.1.0', digest: DIGEST, chosen: true, reason: text }],
  attempts: [
    { version: '1.1.0', outcome: 'sick', reason: text },
    { version: '1.0.0', outcome: 'good', reason: text },
  ],
  secondsToSafe: 2.5,
  quarantined: true,
  metrics: [watched(text)],
  evidence: [{ location: text, kind: 'gate', digest: DIGEST, verdict: 'fail' }],
  incident: { number: 12, url: INCIDENT_URL },
  retrain: { mode: 'workflow_dispatch', runId: 7, skipped: text },
  deployment: 5,
  alert: 'failed',
  ledger: { ...ledger, state: 'unwritable' },
  pendingEvents: [{ type: 'version.quarantined', version: '1.2.0', digest: DIGEST, data: { reason: text } }],
  timeline: [{ at: AT, what: text }],
  warnings: [text],
});

/** Release notes in which every text that comes from outside is this one. */
export function poisonedNotes(text: string): NotesFacts {
  const files = [{ path: text, size: 1, sha256: DIGEST }];
  const about = { cause: text, approvers: [text], uri: text, metrics: [metric(text, 1, [0, 2], 'higher')] };
  const evidence = [{ kind: text, verdict: text, created: AT, digest: DIGEST }];
  return notesFacts({
    candidate: versionOf('3.4.0', { ...about, evidence, files: [...files, ...files] }),
    serving: versionOf('3.3.2', { ...about, files: [{ path: `${text}, before`, size: 2, sha256: DIGEST }] }),
    history: [{ at: AT, text }],
  });
}

/** A ledger whose events hold this text wherever it may come from outside. */
export function poisonedLedger(text: string): Ledger {
  const about = { version: '1.0.0', digest: DIGEST, env: 'production', rollout: 'ro_1', fence: 1 };
  const owner = { key: text, run: 1, attempt: 1 };
  const step = { step: 1, of: 1, weight: 10, shadow: 0 };
  const settings = {
    onFailure: 'rollback',
    onInconclusive: 'pause',
    onCancel: 'pause',
    quarantineOnFailure: true,
  } as const;
  const field = { name: text, type: text, required: true };
  const drafts: readonly Draft[] = [
    {
      type: 'version.registered',
      version: '1.0.0',
      digest: DIGEST,
      data: {
        uri: text,
        commit: text,
        files: [{ path: text, size: 1, sha256: DIGEST }],
        dataDigest: null,
        metrics: Object.fromEntries([[text, 1]]),
        intervals: Object.fromEntries([[text, [0, 2] as const]]),
        signature: { inputs: [field], outputs: [field] },
        cause: text,
      },
    },
    {
      type: 'evidence.attached',
      version: '1.0.0',
      digest: DIGEST,
      data: { evidence: [{ kind: text, digest: DIGEST, verdict: text, created: AT }] },
    },
    { type: 'lease.acquired', env: 'production', fence: 1, data: { owner, minutes: 30, from: null } },
    {
      ...about,
      type: 'rollout.requested',
      data: {
        steps: [{ weight: 10, shadow: 0, bakeMs: 0, approval: text }],
        previous: null,
        spec: null,
        settings,
        deadline: null,
        approvers: [text],
        forced: text,
      },
    },
    { ...about, type: 'rollout.preflight', data: { checks: [{ name: text, passed: false, message: text }] } },
    { ...about, type: 'rollout.step.applied', data: { ...step, verified: text } },
    { ...about, type: 'rollout.step.failed', data: { step: 1, reason: text } },
    { ...about, type: 'rollout.paused', data: { step: 1, reason: text } },
    { type: 'version.quarantined', version: '1.0.0', digest: DIGEST, data: { reason: text } },
    {
      type: 'rollback.started',
      env: 'production',
      data: { from: '1.0.0', to: null, trigger: 'manual', reason: text },
    },
    { type: 'rollback.failed', env: 'production', data: { from: '1.0.0', to: null, reason: text } },
    { type: 'mirror.failed', env: 'production', data: { key: text, reason: text } },
    { type: 'retrain.skipped', data: { reason: text } },
  ];
  const events = chainEvents(emptyLedger('churn').state.head, drafts, {
    operation: {
      repository: 'octo/models',
      run: '1',
      job: 'promote',
      action: 'promote-model',
      operation: 'promote',
      model: 'churn',
    },
    author: { actor: text, run: { id: 1, attempt: 1, job: text, workflow: text, sha: '' } },
    ts: AT,
  });
  return appendEvents(emptyLedger('churn'), events);
}

import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../../actions/lib/digest.ts';
import {
  checkEvidence,
  type EvidenceDocument,
  type EvidenceRule,
} from '../../../../actions/lib/registry/evidence.ts';
import { planRegistration } from '../../../../actions/lib/registry/plan-registration.ts';
import { emptyState } from '../../../../actions/lib/registry/state.ts';

const MODEL = sha256('m');
const DATA = sha256('d');
const COMMIT = 'c'.repeat(40);
const ORIGIN = {
  repository: 'o/r',
  workflow: '.github/workflows/release.yml',
  ref: 'refs/heads/main',
  commit: COMMIT,
};

const rule: EvidenceRule = {
  required: ['gate'],
  modelDigest: MODEL,
  repository: 'o/r',
  now: Date.parse('2026-01-10T00:00:00Z'),
  maxAgeMs: 7 * 86_400_000,
  workflows: [],
  refs: [],
  outsideRuns: false,
  dataDigest: null,
};

const gate = (change: Partial<EvidenceDocument> = {}): EvidenceDocument => ({
  location: 'gate.json',
  kind: 'gate',
  digest: sha256('gate'),
  document: {
    schema: 'mlops-actions/gate/v1',
    created: '2026-01-09T00:00:00Z',
    source: {
      repository: 'o/r',
      commit: COMMIT,
      ref: 'refs/heads/main',
      workflow: '.github/workflows/release.yml@refs/heads/main',
      run: 1,
      attempt: 1,
      action: '',
    },
    subjects: [
      { role: 'model', name: 'm', digest: MODEL },
      { role: 'data', name: 'd', digest: DATA },
    ],
    verdict: 'pass',
  },
  origin: ORIGIN,
  ...change,
});

const check = (evidence: EvidenceDocument, change: Partial<EvidenceRule> = {}) =>
  checkEvidence([evidence], [], { ...rule, ...change }).map(({ reason }) => reason);

describe('where evidence comes from', () => {
  test('what GitHub says as the document does is accepted', () => {
    expect(check(gate())).toEqual([]);
    expect(check(gate(), { workflows: ['.github/workflows/rel*.yml'], refs: ['refs/heads/main'] })).toEqual(
      [],
    );
  });

  test.each([
    ['the run of a fork', { ...ORIGIN, repository: 'mallory/r' }, /run 1 was of mallory\/r, expected o\/r/],
    ['another commit', { ...ORIGIN, commit: 'd'.repeat(40) }, /says it is of commit c+, but run 1 was of d+/],
    ['another workflow', { ...ORIGIN, workflow: '.github/workflows/pr.yml' }, /but run 1 was of .*pr\.yml/],
  ])('%s is refused, whatever the document says', (_, origin, reason) => {
    expect(check(gate({ origin }))).toEqual([expect.stringMatching(reason)]);
  });

  test.each([
    [
      'a workflow',
      { workflows: ['.github/workflows/nightly.yml'] },
      /the workflow .*release\.yml; allowed are/,
    ],
    ['a ref', { refs: ['refs/heads/release-*', 'refs/tags/*'] }, /the ref refs\/heads\/main; allowed are/],
    ['a pattern that is no pattern of ours', { workflows: ['.github/workflows/release.ym.'] }, /allowed are/],
  ])('%s that is not allowed is refused', (_, change, reason) => {
    expect(check(gate(), change)).toEqual([expect.stringMatching(reason)]);
  });

  test('with rules, a run that cannot be read is refused; without, its word counts', () => {
    const { origin: _, ...unknown } = gate();
    expect(check(unknown)).toEqual([]);
    expect(check(unknown, { refs: ['refs/heads/main'] })).toEqual([
      expect.stringMatching(/only its own word .*actions: read/),
    ]);
  });

  test('a document of no run is refused, unless somebody believes its word', () => {
    const { document, origin: _, ...rest } = gate();
    const byHand = { ...rest, document: { ...document, source: { ...document.source, run: 0 } } };
    expect(check(byHand)).toEqual([
      expect.stringMatching(/made outside of any run.*evidence-outside-runs: true/),
    ]);
    expect(check(byHand, { outsideRuns: true })).toEqual([]);
    expect(check(byHand, { outsideRuns: true, refs: ['refs/heads/main'] })).toHaveLength(1);
  });

  test('a document of a run that GitHub does not know is refused', () => {
    expect(check(gate({ origin: null }))).toEqual([
      expect.stringMatching(/run 1, which this repository does not have/),
    ]);
  });

  test('data that is named must be the data that is asked for', () => {
    expect(check(gate(), { dataDigest: DATA })).toEqual([]);
    expect(check(gate(), { dataDigest: sha256('other') })).toEqual([expect.stringMatching(/is about data/)]);
  });
});

describe('a registration that is forced', () => {
  const request = {
    wish: { kind: 'exact', version: '1.0.0' } as const,
    model: { digest: MODEL, files: [], uri: '', commit: COMMIT, signature: null, cause: 'incident #7' },
    evidence: [],
    rule,
    dataDigest: null,
    metrics: {},
    intervals: {},
  };
  const state = {
    ...emptyState('churn'),
    quarantine: { [MODEL]: { version: '0.9.0', reason: 'slow', since: '2026-01-01T00:00:00Z' } },
  };

  test('needs no evidence and lifts the quarantine, which is recorded with the reason', () => {
    expect(planRegistration(state, { ...request, forced: '' })).toMatchObject({ kind: 'refused' });
    const plan = planRegistration(state, { ...request, forced: 'the incident was a false alarm' });
    expect(plan).toMatchObject({ kind: 'go', version: '1.0.0' });
    expect(plan.kind === 'go' && plan.drafts.map(({ type, data }) => [type, data])).toEqual([
      ['version.registered', expect.objectContaining({ cause: 'incident #7' })],
      ['version.released', { reason: 'the incident was a false alarm' }],
    ]);
  });

  test('never changes the bytes of a version', () => {
    const known = planRegistration(
      {
        ...state,
        versions: {
          '1.0.0': {
            digest: sha256('x'),
            uri: '',
            commit: '',
            registered: '',
            dataDigest: null,
            metrics: {},
            intervals: {},
            signature: null,
            cause: '',
            approvers: [],
            evidence: {},
            verified: {},
          },
        },
      },
      { ...request, forced: 'because' },
    );
    expect(known).toMatchObject({
      kind: 'refused',
      refusals: [{ reason: expect.stringMatching(/never changes its bytes/) }],
    });
  });
});

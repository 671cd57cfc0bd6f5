import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../../actions/lib/digest.ts';
import { chainEvents } from '../../../../actions/lib/registry/chain.ts';
import type { Draft } from '../../../../actions/lib/registry/events.ts';
import { appendEvents, emptyLedger, type Ledger } from '../../../../actions/lib/registry/ledger.ts';
import { planRetrain, retrainKey, traceOf } from '../../../../actions/lib/registry/plan-retrain.ts';

const env = 'production';
const HOUR = 3_600_000;
const at = (hours: number) => Date.UTC(2026, 0, 1) + hours * HOUR;
const RUN = { attempt: 1, job: 'j', workflow: 'w', sha: '' };

/** A ledger in which each draft was written by a run at an hour of its own. */
const ledgerOf = (...written: readonly (readonly [hour: number, run: number, draft: Draft])[]): Ledger =>
  written.reduce(
    (ledger, [hour, run, draft]) =>
      appendEvents(
        ledger,
        chainEvents(ledger.state.head, [draft], {
          operation: {
            repository: 'o/r',
            run: String(run),
            job: 'j',
            action: 'a',
            operation: 'o',
            model: 'churn',
          },
          author: { actor: 'octo', run: { ...RUN, id: run } },
          ts: new Date(at(hour)).toISOString(),
        }),
      ),
    emptyLedger('churn'),
  );

const registered = (version: string, cause = ''): Draft => ({
  type: 'version.registered',
  version,
  digest: sha256(version),
  data: {
    uri: '',
    commit: '',
    files: [],
    dataDigest: null,
    metrics: {},
    intervals: {},
    signature: null,
    cause,
  },
});
const key = (version: string) => retrainKey('churn', env, sha256(version));
const asked = (version: string): Draft => ({
  type: 'retrain.requested',
  env,
  data: { dedupeKey: key(version), mode: 'workflow_dispatch' },
});
const sent = (version: string): Draft => ({
  type: 'retrain.dispatched',
  env,
  data: { dedupeKey: key(version), run: null },
});
const opened = (version: string, issue: number): Draft => ({
  type: 'incident.opened',
  env,
  version,
  data: { issue, url: '' },
});
const closed = (issue: number): Draft => ({ type: 'incident.closed', env, data: { issue } });

const plan = (ledger: Ledger, bad: string, hours: number, run = 9, ended = (_: number) => true) =>
  planRetrain(ledger, {
    environment: env,
    bad,
    run,
    now: at(hours),
    ended,
    cooldownMs: HOUR,
    budget: { count: 2, windowMs: 24 * HOUR },
  });

describe('retraining', () => {
  test('is asked for the first time', () => {
    expect(plan(ledgerOf([0, 1, registered('1.0.0')]), '1.0.0', 0)).toEqual({ kind: 'ask' });
  });

  test('is asked for again under its key when it may not have been sent', () => {
    const ledger = ledgerOf([0, 1, registered('1.0.0')], [0, 1, asked('1.0.0')]);
    expect(plan(ledger, '1.0.0', 0)).toEqual({ kind: 'again' });
  });

  test.each([
    ['has not ended', 0.4, 9, false, 'skip'],
    ['has ended', 0.4, 9, true, 'again'],
    ['cannot be told of for half an hour', 0.6, 9, false, 'again'],
    ['was an earlier attempt of this one', 0.4, 1, false, 'again'],
  ])('whose asking run %s', (_, hours, run, ended, kind) => {
    const ledger = ledgerOf([0, 1, registered('1.0.0')], [0, 1, asked('1.0.0')]);
    const found = plan(ledger, '1.0.0', hours, run, () => ended);
    expect(found.kind).toBe(kind);
    if (found.kind === 'skip') expect(found.reason).toBe('duplicate: run 1 is asking for it now');
  });

  test.each([
    ['within the cooldown', 0.5, 'skip'],
    ['after it', 1, 'ask'],
  ])('for other bytes %s', (_, hours, kind) => {
    const ledger = ledgerOf([0, 1, registered('1.0.0')], [0, 1, asked('1.0.0')], [0, 1, sent('1.0.0')]);
    const found = plan(ledger, '2.0.0', hours);
    expect(found.kind).toBe(kind);
    if (found.kind === 'skip') expect(found.reason).toMatch(/^cooldown: .* the next time in 30 m$/);
  });

  test('is not asked for twice because of the same bytes while their incident is open, under any number', () => {
    const twin = { ...registered('1.0.1'), digest: sha256('1.0.0') };
    const events = [
      [0, 1, registered('1.0.0')],
      [0, 1, twin],
      [0, 1, opened('1.0.0', 12)],
      [0, 1, asked('1.0.0')],
      [0, 1, sent('1.0.0')],
    ] as const;
    for (const version of ['1.0.0', '1.0.1'])
      expect(plan(ledgerOf(...events), version, 10)).toMatchObject({
        kind: 'skip',
        reason: expect.stringMatching(/^duplicate: .* their incident is open$/),
      });
    expect(plan(ledgerOf(...events, [5, 2, closed(12)]), '1.0.0', 10)).toEqual({ kind: 'ask' });
  });

  test('is asked for once by all attempts of a run, where no incident is kept', () => {
    const ledger = ledgerOf([0, 9, registered('1.0.0')], [0, 9, asked('1.0.0')], [0, 9, sent('1.0.0')]);
    expect(plan(ledger, '1.0.0', 10)).toMatchObject({
      kind: 'skip',
      reason: expect.stringMatching(/^duplicate: this run/),
    });
    expect(plan(ledger, '1.0.0', 10, 10)).toEqual({ kind: 'ask' });
  });

  test('is not asked for beyond the budget, until its window has passed', () => {
    const ledger = ledgerOf(
      ...[0, 2].flatMap((hour) => [
        [hour, hour, asked(`${hour}.0.0`)] as const,
        [hour, hour, sent(`${hour}.0.0`)] as const,
      ]),
    );
    expect(plan(ledger, '9.0.0', 4)).toMatchObject({
      kind: 'skip',
      reason: expect.stringMatching(/^budget: 2 requests in 1 d, at most 2 are allowed/),
    });
    expect(plan(ledger, '9.0.0', 25)).toEqual({ kind: 'ask' });
  });

  test('ends a row of retrainings that all went bad, however old the first of them is', () => {
    const ledger = ledgerOf(
      [0, 1, registered('1.0.0')],
      [0, 1, opened('1.0.0', 12)],
      [100, 2, registered('1.0.1', 'incident #12')],
      [100, 2, opened('1.0.1', 13)],
      [200, 3, registered('1.0.2', 'https://github.com/o/r/issues/13')],
    );
    expect(plan(ledger, '1.0.1', 300)).toEqual({ kind: 'ask' });
    expect(plan(ledger, '1.0.2', 300)).toMatchObject({
      kind: 'skip',
      reason: expect.stringMatching(/^budget: 1\.0\.2 is the end of a row of 2 retrainings/),
    });
  });

  test('does not run in circles where causes name each other', () => {
    const ledger = ledgerOf([0, 1, registered('1.0.0', '#12')], [0, 1, opened('1.0.0', 12)]);
    expect(plan(ledger, '1.0.0', 300)).toEqual({ kind: 'ask' });
  });
});

describe('the trace of a request', () => {
  const wanted = key('1.0.0');
  const titled = (...titles: readonly string[]) => titles.map((title, index) => ({ id: index + 1, title }));

  test.each([
    ['nothing', [], { kind: 'none' }],
    ['a run with the key in its name', ['Train', `Train ${wanted}`], { kind: 'found', run: 2 }],
    [
      'the first of two',
      [`Train (${wanted})`, `${wanted}: Train`, `Train ${wanted}`],
      { kind: 'found', run: 1 },
    ],
    ['runs without names', ['Train model', 'mlops-retrain'], { kind: 'unnamed', count: 2 }],
    ['the key of another model', [`Train my-${wanted}`], { kind: 'unnamed', count: 1 }],
    ['a longer key', [`Train ${wanted}0`, `${wanted}-rc.1`], { kind: 'unnamed', count: 2 }],
  ] as const)('is seen in %s', (_, titles, trace) => {
    expect(traceOf(ledgerOf(), wanted, titled(...titles))).toEqual(trace);
  });

  test('is not a run that an earlier request has started', () => {
    const before: Draft = {
      type: 'retrain.dispatched',
      env,
      data: { dedupeKey: wanted, run: 1 },
    };
    const runs = titled(`Train ${wanted}`);
    expect(traceOf(ledgerOf([0, 1, before]), wanted, runs)).toEqual({ kind: 'none' });
  });
});

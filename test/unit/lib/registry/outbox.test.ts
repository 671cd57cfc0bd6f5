import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../../actions/lib/digest.ts';
import { deploymentEntry } from '../../../../actions/lib/registry/deployment-entry.ts';
import type { LedgerEvent } from '../../../../actions/lib/registry/events.ts';
import {
  dueEntries,
  givenUp,
  type MirrorSettings,
  mirrorsSeen,
  nextTry,
  outcomeDrafts,
  overtakenBy,
  promotionEntries,
  rollbackEntries,
  type ServingChange,
} from '../../../../actions/lib/registry/outbox.ts';
import type { OutboxState } from '../../../../actions/lib/registry/state.ts';

const ALL: MirrorSettings = {
  mlflowAlias: 'champion',
  artifactRecords: true,
  gtoTags: true,
  release: 'publish',
};
const NONE: MirrorSettings = {
  mlflowAlias: undefined,
  artifactRecords: false,
  gtoTags: false,
  release: 'off',
};
const MINUTE = 60_000;

const change = (version: string, fence: number, environment = 'production'): ServingChange => ({
  model: 'churn',
  environment,
  fence,
  head: sha256('head'),
  to: { version, digest: sha256(version), uri: 'oci://x/y', commit: 'c'.repeat(40) },
});

const waiting = (entry: OutboxState['entry'], tries = 0, last = '2026-01-01T00:00:00.000Z'): OutboxState => ({
  entry,
  tries,
  last,
  reason: '',
});

describe('what is told', () => {
  test('of a promotion, everything that is wanted, under keys of its own', () => {
    const entries = promotionEntries(change('3.4.0', 38), ALL);
    expect(entries.map(({ key }) => key)).toEqual([
      'mlflow:alias:champion:3.4.0:production:38',
      'artifact-record:deployed:3.4.0:production:38',
      'gto-tag:churn#production:3.4.0:production:38',
      'release:publish:3.4.0:production:38',
    ]);
    expect(entries[0]).toMatchObject({
      kind: 'mlflow',
      env: 'production',
      version: '3.4.0',
      payload: { model: 'churn', digest: sha256('3.4.0'), alias: 'champion', fence: '38' },
    });
  });

  test('of a rollback, where things point and no release', () => {
    expect(rollbackEntries(change('3.3.0', 39), ALL).map(({ kind }) => kind)).toEqual([
      'mlflow',
      'artifact-record',
      'gto-tag',
    ]);
  });

  test('nothing where nothing is wanted, and no tag without a commit', () => {
    const { to } = change('1.0.0', 1);
    expect(promotionEntries(change('1.0.0', 1), NONE)).toEqual([]);
    expect(rollbackEntries(change('1.0.0', 1), NONE)).toEqual([]);
    const homeless = { ...change('1.0.0', 1), to: { ...to, commit: '' } };
    expect(promotionEntries(homeless, ALL).map(({ kind }) => kind)).not.toContain('gto-tag');
  });

  test('a version that comes back is another wish than the first time', () => {
    const [first, again] = [change('1.0.0', 1), change('1.0.0', 3)].map((one) => promotionEntries(one, ALL));
    const keys = [...(first ?? []), ...(again ?? [])].map(({ key }) => key);
    expect(new Set(keys).size).toBe(8);
  });
});

describe('when it is told', () => {
  const [entry = expect.fail()] = promotionEntries(change('1.0.0', 1), ALL);
  const start = Date.parse('2026-01-01T00:00:00.000Z');

  test.each([
    [1, 5 * MINUTE],
    [2, 10 * MINUTE],
    [7, 320 * MINUTE],
    [8, 360 * MINUTE],
    [23, 360 * MINUTE],
  ])('after %i tries it waits %i ms', (tries, wait) => {
    expect(nextTry(waiting(entry, tries))).toBe(start + wait);
  });

  test('at first it is due at once, whatever the clock says', () => {
    expect(dueEntries({ a: waiting(entry, 0, '2999-01-01T00:00:00.000Z') }, start)).toEqual([entry]);
  });

  test('it is given up after days', () => {
    expect(nextTry(waiting(entry, 24))).toBeUndefined();
    expect(dueEntries({ a: waiting(entry, 24) }, start + 1e12)).toEqual([]);
  });

  test('what is due comes in the order of the changes, not of the names', () => {
    const entries = [change('3.0.0', 12), change('2.0.0', 9), change('1.0.0', 100)].flatMap((one) =>
      promotionEntries(one, ALL),
    );
    const outbox = Object.fromEntries(entries.map((one) => [one.key, waiting(one)]).sort());
    const due = dueEntries(outbox, start);
    expect(due.map(({ payload }) => payload['fence'])).toEqual([
      ...Array(4).fill('9'),
      ...Array(4).fill('12'),
      ...Array(4).fill('100'),
    ]);
    expect(dueEntries({ a: waiting(entry, 1) }, start + 5 * MINUTE - 1)).toEqual([]);
  });
});

describe('what overtakes', () => {
  test('is the newest change of the same place, and of nothing else', () => {
    const [old, newer, newest] = [change('1.0.0', 9), change('2.0.0', 10), change('1.0.0', 11)].map((one) =>
      promotionEntries(one, ALL),
    );
    const all = [...(newest ?? []), ...(old ?? []), ...(newer ?? [])];
    const overtaken = all.map((one) => overtakenBy(one, all)?.payload['fence']);
    // Releases are of versions, not of places.
    expect(overtaken).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      '11',
      '11',
      '11',
      undefined,
      '11',
      '11',
      '11',
      undefined,
    ]);
  });

  test('never comes from another environment or alias', () => {
    const [production = expect.fail()] = promotionEntries(change('1.0.0', 1), ALL);
    const [staging = expect.fail()] = promotionEntries(change('2.0.0', 9, 'staging'), ALL);
    const [other = expect.fail()] = promotionEntries(change('2.0.0', 9), {
      ...ALL,
      mlflowAlias: 'challenger',
    });
    expect(overtakenBy(production, [production, staging, other])).toBeUndefined();
  });
});

describe('the mirrors that a rollback finds in the ledger', () => {
  const queued = (entries: readonly OutboxState['entry'][]) =>
    ({ type: 'mirror.queued', data: { entries } }) as unknown as LedgerEvent;

  test('are those of the newest change of its environment', () => {
    const events = [
      queued(promotionEntries(change('1.0.0', 1), ALL)),
      queued(promotionEntries(change('2.0.0', 5), { ...ALL, mlflowAlias: 'winner', gtoTags: false })),
      queued(promotionEntries(change('2.0.0', 9, 'staging'), ALL)),
    ];
    expect(mirrorsSeen(events, 'production')).toEqual({
      mlflowAlias: 'winner',
      artifactRecords: true,
      gtoTags: false,
      release: 'off',
    });
  });

  test('are none where none was told, and other entries without a fence do not count', () => {
    const deployment = {
      key: 'deployment:1',
      kind: 'deployment',
      env: 'production',
      version: '1',
      payload: {},
    } as const;
    for (const events of [[], [queued([deployment])]])
      expect(mirrorsSeen(events, 'production')).toEqual({ ...NONE });
  });
});

describe('deployments that are still to be made', () => {
  const late = (version: string, fence: number, state: 'success' | 'failure' = 'success') =>
    deploymentEntry(
      {
        kind: 'wanted',
        wish: {
          task: `mlops:promote:ro_${version}`,
          sha: 'c'.repeat(40),
          environment: 'production',
          production: true,
          description: '',
          payload: {},
        },
        after: undefined,
        fence,
      },
      { env: 'production', version, state, description: '', environmentUrl: '' },
    );

  test('the newer change overtakes the older; one that is there already overtakes nothing', () => {
    const [older, newer] = [late('1.0.0', 3), late('2.0.0', 4)];
    expect(overtakenBy(older, [newer, older])).toBe(newer);
    expect(overtakenBy(newer, [newer, older])).toBeUndefined();
    const made = deploymentEntry(
      { kind: 'made', id: 7 },
      { env: 'production', version: '2.0.0', state: 'inactive', description: '', environmentUrl: '' },
    );
    expect(overtakenBy(older, [made])).toBeUndefined();
  });

  test('one that was made and shows success is the deployment of its environment from then on', () => {
    const types = (entry: OutboxState['entry'], deployment?: number) =>
      outcomeDrafts(
        { [entry.key]: waiting(entry) },
        [
          {
            key: entry.key,
            kind: 'done',
            reference: '',
            ...(deployment === undefined ? {} : { deployment }),
          },
        ],
        (text) => text,
      ).map(({ type }) => type);
    expect(types(late('1.0.0', 3), 7)).toEqual(['mirror.done', 'deployment.created']);
    expect(types(late('1.0.0', 3))).toEqual(['mirror.done']);
    expect(types(late('1.0.0', 3, 'failure'), 7)).toEqual(['mirror.done']);
  });

  test('mirrors are not taken for unwanted because a deployment waits', () => {
    const event = {
      type: 'mirror.queued',
      data: { entries: [...promotionEntries(change('1.0.0', 3), ALL), late('2.0.0', 9)] },
    } as unknown as LedgerEvent;
    expect(mirrorsSeen([event], 'production').mlflowAlias).toBe('champion');
  });

  test('the last of 24 tries gives up', () => {
    const entry = late('1.0.0', 3);
    const failed = [{ key: entry.key, kind: 'failed', reason: '' }] as const;
    expect(givenUp({ [entry.key]: waiting(entry, 22) }, failed)).toEqual([]);
    expect(givenUp({ [entry.key]: waiting(entry, 23) }, failed)).toEqual([{ key: entry.key, tries: 24 }]);
    expect(nextTry(waiting(entry, 24))).toBeUndefined();
  });
});

import { describe, expect, test } from 'vitest';
import type { LedgerEvent } from '../../../../actions/lib/registry/events.ts';
import { fold, monthOf } from '../../../../actions/lib/registry/fold.ts';
import { type Ledger, ledgerOf } from '../../../../actions/lib/registry/ledger.ts';
import { remember } from '../../../../actions/lib/registry/memory.ts';
import { mirrorsSeen } from '../../../../actions/lib/registry/outbox.ts';
import { ledgerReadme } from '../../../../actions/lib/registry/readme.ts';
import { parseSeal } from '../../../../actions/lib/registry/seal.ts';
import { filesOf } from '../../../../actions/lib/registry/version-files.ts';
import { seededRandom } from '../../../../actions/lib/stats/random.ts';
import { WrittenLedger } from '../../../../actions/tools/bench/written-ledger.ts';
import { type Happening, randomHistory } from '../../../support/random-history.ts';

const SEEDS = Array.from({ length: 16 }, (_, index) => index + 1);
const DAY_MS = 86_400_000;

function written(history: readonly Happening[], sealed: boolean): WrittenLedger {
  const ledger = new WrittenLedger('churn', sealed);
  for (const { ts, run, drafts } of history) ledger.append(ts, run, drafts);
  return ledger;
}

/** Histories of a few months with many events, and of years with few. */
const historyOf = (seed: number): readonly Happening[] =>
  randomHistory(seededRandom(seed), 120, seed % 2 === 0 ? 4 : 40);

/** What an event says, whatever its place in the chain. */
const said = (event: LedgerEvent | undefined) =>
  event && { ts: event.ts, type: event.type, version: event.version, data: event.data };

const newest = (events: readonly LedgerEvent[], isIt: (event: LedgerEvent) => boolean) =>
  said(events.findLast(isIt));

const VERSIONS = Array.from({ length: 8 }, (_, index) => `1.${index}.0`);

/** All that the actions ask of the events of a ledger, however old. */
function answers(ledger: Ledger, last: number) {
  const { state, events } = ledger;
  return Object.keys(state.environments)
    .sort()
    .map((env) => {
      const rollout = state.environments[env]?.rollout?.id;
      const own = events.filter(
        (event) => event.rollout === rollout && event.type !== 'rollout.step.measured',
      );
      return {
        env,
        mirrors: mirrorsSeen(events, env),
        rollout: rollout === undefined ? [] : own.map(said),
        versions: VERSIONS.map((version) => ({
          files: filesOf(ledger, version),
          deployment: newest(
            events,
            (event) => event.type === 'deployment.created' && event.env === env && event.version === version,
          ),
          back: newest(
            events,
            (event) => event.type === 'rollback.started' && event.env === env && event.data.from === version,
          ),
        })),
        incidents: [0, 1, 2, 3, 4].map((issue) =>
          newest(events, (event) => event.type === 'incident.opened' && event.data.issue === issue),
        ),
        retrained: VERSIONS.map((version) =>
          newest(
            events,
            (event) =>
              (event.type === 'retrain.dispatched' || event.type === 'retrain.requested') &&
              event.data.dedupeKey === `churn/${env}/${state.versions[version]?.digest}`,
          ),
        ),
        imported: events.filter(({ type }) => type === 'ledger.imported').map(said),
        lately: events
          .filter(({ ts, type }) => Date.parse(ts) > last - 65 * DAY_MS && type !== 'ledger.sealed')
          .map(said),
      };
    });
}

const withoutHead = ({ state }: Ledger) => JSON.stringify({ ...state, head: undefined });

describe('a ledger with seals', () => {
  test.each(SEEDS)('has the state and gives the answers of one without: history %i', (seed) => {
    const history = historyOf(seed);
    const last = Date.parse(history.at(-1)?.ts ?? '');
    const [plain, sealed] = [written(history, false), written(history, true)];
    expect(sealed.events.filter(({ type }) => type === 'ledger.sealed').length).toBeGreaterThan(2);
    expect(withoutHead(sealed.ledger)).toBe(withoutHead(plain.ledger));
    expect(answers(sealed.ledger, last)).toEqual(answers(plain.ledger, last));
    expect(sealed.ledger.state).toEqual(fold('churn', sealed.events));
  });

  test.each(SEEDS.slice(0, 10))('shows the same page: history %i', (seed) => {
    const page = ({ ledger: { state, events } }: WrittenLedger) =>
      ledgerReadme(state, events)
        .replaceAll(/^\| \d+ \|/gm, '|')
        .replace(/at event .*/, '');
    expect(page(written(historyOf(seed), true))).toBe(page(written(historyOf(seed), false)));
  });

  test.each(SEEDS)('forgets the same whether it looks at once or again and again: history %i', (seed) => {
    const { events } = written(historyOf(seed), false);
    const random = seededRandom(seed + 500);
    const cut = 1 + random.integer(events.length - 1);
    const early = remember(ledgerOf('churn', events.slice(0, cut)));
    const later = events.slice(cut);
    const now = ledgerOf('churn', events);
    expect(remember({ ...now, events: [...early.events, ...later] })).toEqual(remember(now));
  });

  test('reads from a seal what was written into it', () => {
    const ledger = written(historyOf(1), true);
    const [path, text = ''] = [...ledger.files()].filter(([name]) => name.includes('/sealed/')).at(-1) ?? [];
    const parsed = parseSeal(text, 'churn');
    if ('problem' in parsed) throw new Error(parsed.problem);
    const { month, ledger: before, files } = parsed.seal;
    expect(path).toBe(`models/churn/sealed/${month}.jsonl`);
    const at = ledger.events.findLastIndex(({ type }) => type === 'ledger.sealed');
    expect(before.state).toEqual(fold('churn', ledger.events.slice(0, at)));
    expect(JSON.stringify(before.state.versions)).toBe(
      JSON.stringify(fold('churn', ledger.events.slice(0, at)).versions),
    );
    const months = new Set(ledger.events.slice(0, at).map(({ ts }) => monthOf(ts)));
    expect([...files.keys()].filter((name) => name.includes('/events/'))).toHaveLength(months.size);
    expect([...files.keys()].filter((name) => name.includes('/sealed/'))).toHaveLength(months.size - 1);
  });

  test('does not grow with its age, but for what it knows of versions', () => {
    const sizes = [100, 400].map((days) => {
      const ledger = new WrittenLedger('churn', true);
      const start = Date.parse('2024-01-01T00:00:00Z');
      for (let day = 0; day < days; day++)
        ledger.append(new Date(start + day * DAY_MS).toISOString(), day + 1, [
          { type: 'lease.renewed', env: 'production', fence: 1, data: {} },
        ]);
      const text = [...ledger.files()].filter(([name]) => name.includes('/sealed/')).at(-1)?.[1] ?? '';
      return text.split('\n').length;
    });
    expect(sizes[1]).toBeLessThan((sizes[0] ?? 0) + 10);
  });

  test.each([
    [
      'is a seal of another model',
      (text: string) => text.replaceAll('churn', 'other'),
      /is no seal of churn/,
    ],
    ['has a newer format', (text: string) => text.replace('"v":1', '"v":2'), /format 2/],
    ['is cut off', (text: string) => text.slice(0, 100), /is not JSON/],
    [
      'holds what is no event',
      (text: string) => `${text}{"type":"x"}\n`,
      /line \d+: the event has the unknown type/,
    ],
    ['has the line ends of Windows', (text: string) => text.replaceAll('\n', '\r\n'), /line ends of Windows/],
  ])('says what is wrong with a file that %s', (_, change, says) => {
    const ledger = written(historyOf(2), true);
    const text = [...ledger.files()].filter(([name]) => name.includes('/sealed/')).at(-1)?.[1] ?? '';
    const parsed = parseSeal(change(text), 'churn');
    expect('problem' in parsed ? parsed.problem : '').toMatch(says);
  });
});

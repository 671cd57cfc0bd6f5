import { describe, expect, test } from 'vitest';
import { canonicalJson, sha256 } from '../../../../actions/lib/digest.ts';
import type { Envelope } from '../../../../actions/lib/documents/envelope.ts';
import {
  chainEvents,
  eventLines,
  hashEvent,
  readChain,
  witnessProblem,
} from '../../../../actions/lib/registry/chain.ts';
import type { Draft, LedgerEvent } from '../../../../actions/lib/registry/events.ts';
import {
  checkEvidence,
  type EvidenceDocument,
  type EvidenceRule,
} from '../../../../actions/lib/registry/evidence.ts';
import { fold } from '../../../../actions/lib/registry/fold.ts';
import { chooseTarget } from '../../../../actions/lib/registry/last-known-good.ts';
import { tryLease } from '../../../../actions/lib/registry/lease.ts';
import { branchProblem, nameProblem, versionProblem } from '../../../../actions/lib/registry/names.ts';
import { eventId } from '../../../../actions/lib/registry/operation.ts';
import { parseEvent } from '../../../../actions/lib/registry/parse-event.ts';
import { emptyState, environmentOf, GENESIS } from '../../../../actions/lib/registry/state.ts';
import { resolveVersion } from '../../../../actions/lib/registry/versions.ts';

const OPERATION = {
  repository: 'o/r',
  run: '1',
  job: 'j',
  action: 'promote-model',
  operation: 'promote',
  model: 'churn',
};
const AUTHOR = { actor: 'octo', run: { id: 1, attempt: 1, job: 'j', workflow: 'w', sha: '' } };
const digest = (text: string) => sha256(text);

const registered = (version: string, content = version): Draft => ({
  type: 'version.registered',
  version,
  digest: digest(content),
  data: {
    uri: '',
    commit: '',
    files: [],
    dataDigest: null,
    metrics: {},
    intervals: {},
    signature: null,
    cause: '',
  },
});
const completed = (version: string, env = 'production', content = version): readonly Draft[] => [
  {
    type: 'rollout.requested',
    version,
    digest: digest(content),
    env,
    rollout: `ro_${version}`,
    fence: 1,
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
    step: version,
  },
  {
    type: 'rollout.completed',
    version,
    digest: digest(content),
    env,
    rollout: `ro_${version}`,
    fence: 1,
    data: { previous: null, warmUntil: null },
    step: version,
  },
  { type: 'version.verified', version, digest: digest(content), env, data: {}, step: version },
];
const wentBack = (from: string, to: string, trigger = 'manual', env = 'production'): readonly Draft[] => [
  { type: 'rollback.started', version: from, env, data: { from, to, trigger, reason: 'slow' }, step: from },
  { type: 'rollback.completed', version: to, env, data: { from, to }, step: from },
];
const quarantined = (version: string): Draft => ({
  type: 'version.quarantined',
  version,
  digest: digest(version),
  data: { reason: 'slow' },
});

/** Events a minute apart. */
function chain(drafts: readonly Draft[]): readonly LedgerEvent[] {
  const events: LedgerEvent[] = [];
  for (const [index, draft] of drafts.entries()) {
    const ts = new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString();
    events.push(
      ...chainEvents(events.at(-1) ?? { seq: 0, hash: GENESIS }, [draft], {
        operation: OPERATION,
        author: AUTHOR,
        ts,
      }),
    );
  }
  return events;
}

const stateOf = (drafts: readonly Draft[]) => fold('churn', chain(drafts));

describe('the chain', () => {
  const events = chain([registered('1.0.0'), registered('1.1.0'), quarantined('1.0.0')]);
  const text = eventLines(events);
  const lines = text.trimEnd().split('\n');
  const read = (changed: readonly string[]) =>
    readChain('churn', [{ path: 'e', text: changed.map((line) => `${line}\n`).join('') }], parseEvent);
  const [one = '', two = '', three = ''] = lines;
  const rehashed = (line: string, change: object): string => {
    const event = { ...JSON.parse(line), ...change };
    return canonicalJson({ ...event, hash: hashEvent(event) });
  };

  test('is read back as it was written', () => {
    expect(read(lines)).toEqual({ events });
  });

  test.each([
    ['an edit', [one, two.replace('1.1.0', '9.1.0'), three], 1, /e:2: .* changed after it was written/],
    [
      'an edit with a new hash',
      [one, rehashed(two, { version: '9.1.0' }), three],
      2,
      /e:3: .* does not follow/,
    ],
    ['a swap', [two, one, three], 0, /has number 2, expected 1/],
    ['a drop', [one, three], 1, /has number 3, expected 2/],
    ['a drop that was renumbered', [one, rehashed(three, { seq: 2 })], 1, /does not follow/],
    ['a repetition', [one, one, two], 1, /has number 1, expected 2/],
    ['a splice of another model', [one, rehashed(two, { model: 'other' })], 1, /about model other/],
    [
      'another order of keys',
      [one, JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(two)).toReversed()))],
      1,
      /reformatted/,
    ],
    ['added white space', [one, ` ${two}`], 1, /reformatted/],
    ['CR LF', [`${one}\r`], 0, /line ends of Windows/],
    ['a conflict', ['<<<<<<< ours', one], 0, /merge conflict/],
    ['an LFS pointer', ['version https://git-lfs.github.com/spec/v1'], 0, /LFS/],
    ['text', ['hello'], 0, /not JSON/],
    ['a newer format', [rehashed(one, { v: 2 })], 0, /newer version/],
    ['an unknown type', [rehashed(one, { type: 'version.blessed' })], 0, /unknown type/],
    ['a shape that is wrong', [rehashed(one, { data: { uri: 1 } })], 0, /is no version.registered/],
    ['a name of a prototype', [rehashed(one, { type: 'constructor' })], 0, /unknown type/],
  ])('shows %s', (_, changed, proven, problem) => {
    const reading = read(changed);
    expect(reading.broken).toMatch(problem);
    expect(reading.events.length).toBe(proven);
  });

  test('shows a last line that was cut', () => {
    expect(readChain('churn', [{ path: 'e', text: text.slice(0, -1) }], parseEvent).broken).toMatch(
      /cut off/,
    );
  });

  test('that was wound back contradicts a witness', () => {
    const { seq, hash } = events[2] ?? { seq: 0, hash: '' };
    expect(witnessProblem(events, { seq, hash })).toBeUndefined();
    expect(witnessProblem(events.slice(0, 2), { seq, hash })).toMatch(/wound back/);
    expect(witnessProblem(events, { seq, hash: 'sha256:0' })).toMatch(/rewritten/);
  });

  test('gives a step of an operation one id in every attempt, and other steps others', () => {
    const id = eventId(OPERATION, registered('1.0.0'));
    expect(eventId({ ...OPERATION }, registered('1.0.0', 'other bytes'))).toBe(id);
    const others = [
      eventId(OPERATION, registered('1.0.1')),
      eventId(OPERATION, { ...registered('1.0.0'), step: '2' }),
      eventId({ ...OPERATION, run: '2' }, registered('1.0.0')),
      eventId({ ...OPERATION, job: 'k' }, registered('1.0.0')),
      eventId({ ...OPERATION, model: 'm' }, registered('1.0.0')),
    ];
    expect(new Set([id, ...others]).size).toBe(6);
  });
});

describe('the fold', () => {
  test('keeps what serves, what served before and who is verified', () => {
    const state = stateOf([
      registered('1.0.0'),
      ...completed('1.0.0'),
      registered('1.1.0'),
      ...completed('1.1.0'),
    ]);
    const production = environmentOf(state, 'production');
    expect(production.current).toBe('1.1.0');
    expect(production.served.map(({ version }) => version)).toEqual(['1.1.0', '1.0.0']);
    expect(state.versions['1.0.0']?.verified).toHaveProperty('production');
    expect(environmentOf(state, 'constructor')).toMatchObject({ current: null, fence: 0 });
  });

  test('moves the end of a lease with every event of its holder, and of nobody else', () => {
    const owner = { key: 'k', run: 1, attempt: 1 };
    const lease: Draft = {
      type: 'lease.acquired',
      env: 'p',
      fence: 3,
      data: { owner, minutes: 30, from: null },
    };
    const renewed = (fence: number): Draft => ({
      type: 'lease.renewed',
      env: 'p',
      fence,
      data: {},
      step: `${fence}`,
    });
    const expires = (drafts: readonly Draft[]) => environmentOf(stateOf(drafts), 'p').lease?.expires;
    expect(expires([lease])).toBe('2026-01-01T00:30:00.000Z');
    expect(expires([lease, renewed(3)])).toBe('2026-01-01T00:31:00.000Z');
    expect(expires([lease, renewed(2)])).toBe('2026-01-01T00:30:00.000Z');
  });
});

describe('versions', () => {
  const state = stateOf([
    registered('1.2.3'),
    registered('1.3.0', 'b'),
    registered('0.9.0', 'c'),
    quarantined('0.9.0'),
  ]);
  test.each([
    ['patch', '1.3.1'],
    ['minor', '1.4.0'],
    ['major', '2.0.0'],
  ] as const)('auto:%s counts on from the highest to %s', (bump, version) => {
    expect(resolveVersion(state, { kind: 'auto', bump }, digest('new'))).toMatchObject({
      kind: 'new',
      version,
    });
  });

  test('begin at the first step of the bump', () => {
    expect(resolveVersion(emptyState('m'), { kind: 'auto', bump: 'minor' }, digest('x'))).toMatchObject({
      version: '0.1.0',
    });
  });

  test.each([
    [
      'the same bytes under auto are the version they are',
      { kind: 'auto', bump: 'patch' },
      'b',
      { kind: 'registered', version: '1.3.0' },
    ],
    [
      'the same bytes under the same number are no change',
      { kind: 'exact', version: '1.3.0' },
      'b',
      { kind: 'registered' },
    ],
    [
      'the same bytes under another number are linked',
      { kind: 'exact', version: '2.0.0' },
      'b',
      { kind: 'new', linked: ['1.3.0'] },
    ],
    [
      'other bytes under the same number are refused',
      { kind: 'exact', version: '1.3.0' },
      'x',
      { kind: 'refused' },
    ],
    [
      'quarantined bytes are refused under any number',
      { kind: 'exact', version: '5.0.0' },
      '0.9.0',
      { kind: 'refused' },
    ],
    [
      'quarantined bytes are refused under auto',
      { kind: 'auto', bump: 'patch' },
      '0.9.0',
      { kind: 'refused' },
    ],
  ] as const)('%s', (_, wish, content, expected) => {
    expect(resolveVersion(state, wish, digest(content))).toMatchObject(expected);
  });
});

describe('evidence', () => {
  const NOW = Date.parse('2026-01-10T00:00:00Z');
  const rule: EvidenceRule = {
    required: ['gate'],
    modelDigest: digest('m'),
    repository: 'o/r',
    now: NOW,
    maxAgeMs: 7 * 86_400_000,
    workflows: [],
    refs: [],
    outsideRuns: true,
    dataDigest: null,
  };
  const document = (
    change: Partial<Envelope> = {},
    kind = 'gate',
    location = 'gate.json',
  ): EvidenceDocument => ({
    location,
    kind,
    digest: digest(location),
    document: {
      schema: 'mlops-actions/gate/v1',
      created: '2026-01-09T00:00:00Z',
      source: { repository: 'o/r', commit: '', ref: '', workflow: '', run: 1, attempt: 1, action: '' },
      subjects: [
        { role: 'model', name: 'm', digest: digest('m') },
        { role: 'data', name: 'd', digest: digest('d') },
      ],
      verdict: 'pass',
      ...change,
    },
  });
  const check = (...documents: EvidenceDocument[]) =>
    checkEvidence(documents, [], rule).map(({ reason }) => reason);
  const source = document().document.source;

  test('that is all right is accepted, also when it was waived', () => {
    expect(check(document())).toEqual([]);
    expect(check(document({ verdict: 'waived' }))).toEqual([]);
    expect(check(document(), document({}, 'metrics', 'metrics.json'))).toEqual([]);
    expect(
      check(
        document(),
        document({ subjects: [{ role: 'data', name: 'f', digest: digest('file') }] }, 'validation', 'v.json'),
      ),
    ).toEqual([]);
  });

  test.each([
    ['a failed verdict', document({ verdict: 'fail' }), /gate.json: has the verdict fail/],
    ['an inconclusive verdict', document({ verdict: 'inconclusive' }), /verdict inconclusive/],
    ['a warning', document({ verdict: 'warn' }), /verdict warn/],
    ['age', document({ created: '2026-01-02T23:59:59Z' }), /7\.0 days old/],
    ['the future', document({ created: '2026-01-10T00:06:00Z' }), /in the future/],
    ['a time that is none', document({ created: 'yesterday' }), /no readable time/],
    ['another repository', document({ source: { ...source, repository: 'e/vil' } }), /repository e\/vil/],
    ['no repository', document({ source: { ...source, repository: '' } }), /repository \(none\)/],
    [
      'another model',
      document({ subjects: [{ role: 'model', name: 'm', digest: digest('x') }] }),
      /is about model/,
    ],
    [
      'two models',
      document({
        subjects: [
          { role: 'model', name: 'm', digest: digest('m') },
          { role: 'model', name: 'x', digest: digest('x') },
        ],
      }),
      /is about model/,
    ],
    ['no model', document({ subjects: [] }), /names no model/],
    ['another kind', document({}, 'profile'), /is a profile document/],
  ])('is refused for %s, with the document and the reason', (_, wrong, reason) => {
    expect(check(wrong).join('\n')).toMatch(reason);
  });

  test('is refused when two documents scored other data', () => {
    const other = document(
      {
        subjects: [
          { role: 'model', name: 'm', digest: digest('m') },
          { role: 'data', name: 'd', digest: digest('other') },
        ],
      },
      'metrics',
      'metrics.json',
    );
    expect(check(document(), other)).toEqual([
      expect.stringMatching(/metrics.json: is about data .* gate.json/),
    ]);
  });

  test('that is required may have been accepted before, if it is not too old', () => {
    const attached = (created: string) => [{ kind: 'gate', digest: digest('g'), verdict: 'pass', created }];
    expect(checkEvidence([], attached('2026-01-09T00:00:00Z'), rule)).toEqual([]);
    expect(checkEvidence([], attached('2025-01-09T00:00:00Z'), rule)[0]?.reason).toMatch(/days old/);
    expect(check()).toEqual([expect.stringMatching(/no gate document/)]);
  });
});

describe('the last known good', () => {
  const drafts = [
    registered('1.0.0'),
    ...completed('1.0.0'),
    registered('1.1.0'),
    ...completed('1.1.0'),
    registered('1.2.0'),
    ...completed('1.2.0'),
    registered('1.3.0'),
    ...completed('1.3.0', 'staging'),
  ];
  const choose = (wish: Parameters<typeof chooseTarget>[2], extra: readonly Draft[] = [], bad = '1.2.0') =>
    chooseTarget(stateOf([...drafts, ...extra]), 'production', wish, digest(bad));

  test.each([
    ['is the newest verified that is not the bad one', { kind: 'last-known-good' }, [], '1.1.0'],
    ['skips what is in quarantine', { kind: 'last-known-good' }, [quarantined('1.1.0')], '1.0.0'],
    [
      'does not exist when nothing is left',
      { kind: 'last-known-good' },
      [quarantined('1.1.0'), quarantined('1.0.0')],
      undefined,
    ],
    ['may be what served before', { kind: 'previous' }, [], '1.1.0'],
    ['may be an exact version', { kind: 'exact', version: '1.0.0' }, [], '1.0.0'],
    [
      'may be an exact version that was never verified here',
      { kind: 'exact', version: '1.3.0' },
      [],
      '1.3.0',
    ],
    ['is never an unknown version', { kind: 'exact', version: '8.0.0' }, [], undefined],
    [
      'is never a version in quarantine',
      { kind: 'exact', version: '1.0.0' },
      [quarantined('1.0.0')],
      undefined,
    ],
    ['is never the bad one', { kind: 'exact', version: '1.2.0' }, [], undefined],
  ] as const)('%s', (_, wish, extra, target) => {
    expect(choose(wish, extra).target).toBe(target);
  });

  test('never holds the bad bytes under another number', () => {
    const twin = [registered('1.4.0', '1.2.0'), ...completed('1.4.0', 'production', '1.2.0')];
    expect(choose({ kind: 'last-known-good' }, twin).target).toBe('1.1.0');
  });

  test('is, while the bad one is rolled out, what has the rest of traffic, verified or not', () => {
    const served = [
      registered('1.4.0'),
      ...completed('1.4.0').filter(({ type }) => type !== 'version.verified'),
    ];
    const opened = [
      registered('1.5.0'),
      ...completed('1.5.0').filter(({ type }) => type !== 'version.verified' && type !== 'rollout.completed'),
    ];
    const wish = { kind: 'last-known-good' } as const;
    expect(choose(wish, [...served, ...opened], '1.5.0').target).toBe('1.4.0');
    expect(choose(wish, [...served, ...opened, quarantined('1.4.0')], '1.5.0').target).toBe('1.2.0');
    expect(choose(wish, [...served, registered('1.5.0'), ...completed('1.5.0')], '1.5.0').target).toBe(
      '1.2.0',
    );
  });

  test.each([
    ['a person left', 'manual', '1.0.0'],
    ['an alert was about', 'alert', '1.0.0'],
    ['an analysis failed', 'analysis', '1.0.0'],
    ['somebody called off', 'abort', '1.2.0'],
    ['was cancelled', 'cancel', '1.2.0'],
    ['had no data', 'inconclusive', '1.2.0'],
    ['could not be reached', 'traffic', '1.2.0'],
  ])('is, after a version that %s, though not in quarantine, not that one', (_, trigger, target) => {
    const wish = { kind: 'last-known-good' } as const;
    expect(choose(wish, wentBack('1.2.0', '1.1.0', trigger), '1.1.0').target).toBe(target);
  });

  test('may be a version that was rolled back, once it has passed a whole rollout again', () => {
    const again = completed('1.2.0').map((draft) => ({ ...draft, step: 'again' }));
    const more = [...wentBack('1.2.0', '1.1.0'), ...again];
    expect(choose({ kind: 'last-known-good' }, more, '1.1.0').target).toBe('1.2.0');
    expect(stateOf([...drafts, ...wentBack('1.3.0', '1.1.0')]).versions['1.3.0']?.verified).toHaveProperty(
      'staging',
    );
  });

  test('is no version with the bytes of one that was rolled back, unless these bytes go on serving', () => {
    const twin = [registered('1.4.0', '1.2.0'), ...completed('1.4.0', 'production', '1.2.0')];
    const wish = { kind: 'last-known-good' } as const;
    expect(choose(wish, [...twin, ...wentBack('1.4.0', '1.1.0')], '1.1.0').target).toBe('1.0.0');
    expect(choose(wish, [...twin, ...wentBack('1.4.0', '1.2.0', 'analysis')], '1.1.0').target).toBe('1.4.0');
  });

  test('is no version that was put back and was not well', () => {
    const data = { from: '1.2.0', to: '1.1.0', reason: 'errors 0.5' };
    const sick: Draft = { type: 'rollback.failed', version: '1.1.0', env: 'production', data };
    const wish = { kind: 'last-known-good' } as const;
    expect(choose(wish, [...wentBack('1.2.0', '1.1.0'), sick], '1.0.0').target).toBeUndefined();
    const unreached = wentBack('1.2.0', '1.1.0').slice(0, 1);
    expect(choose(wish, [...unreached, sick], '1.2.0').target).toBe('1.1.0');
  });

  test('explains every candidate', () => {
    expect(
      choose({ kind: 'last-known-good' }).candidates.map(({ version, reason }) => `${version} ${reason}`),
    ).toEqual([
      '1.2.0 holds the bytes that are rolled back',
      expect.stringMatching(/^1\.1\.0 passed its whole rollout in production/),
      '1.0.0 is good, but 1.1.0 is newer',
      '1.3.0 never passed its whole rollout in production, or was rolled back from there since',
    ]);
  });
});

describe('a lease', () => {
  const owner = { key: 'a', run: 1, attempt: 1 };
  const held = stateOf([
    {
      type: 'lease.acquired',
      env: 'p',
      fence: 4,
      data: { owner: { key: 'b', run: 2, attempt: 1 }, minutes: 30, from: null },
    },
  ]);
  const during = Date.parse('2026-01-01T00:10:00Z');
  const after = Date.parse('2026-01-01T00:30:00Z');
  test.each([
    ['is free where nobody holds it', 'other', owner, during, [], false, { kind: 'free', fence: 1 }],
    ['is held by a living run', 'p', owner, during, [], false, { kind: 'held' }],
    ['is free after its time', 'p', owner, after, [], false, { kind: 'free', fence: 5 }],
    ['is free when its run has ended', 'p', owner, during, [2], false, { kind: 'free', fence: 5 }],
    ['is not free when another run has ended', 'p', owner, during, [3], false, { kind: 'held' }],
    [
      'is taken over by a later attempt',
      'p',
      { key: 'b', run: 2, attempt: 2 },
      during,
      [],
      false,
      { kind: 'free', fence: 5 },
    ],
    [
      'is held by another leg of the same matrix',
      'p',
      { key: 'b', run: 2, attempt: 1, runner: 'another' },
      during,
      [],
      false,
      { kind: 'held' },
    ],
    ['is taken by a rollback', 'p', owner, during, [], true, { kind: 'free', fence: 5 }],
  ] as const)('%s', (_, env, by, now, ended, preempt, expected) => {
    const runs: readonly number[] = ended;
    expect(
      tryLease(environmentOf(held, env), by, { name: env, now, ended: (run) => runs.includes(run), preempt }),
    ).toMatchObject(expected);
  });
});

describe('names', () => {
  const good = ['churn', 'a', 'a.b-c_1', '0x', 'x'.repeat(64), 'constructor'];
  const bad = [
    '',
    '../x',
    '.git',
    'A',
    'a/b',
    'a..b',
    'v1.lock',
    'x.',
    'con',
    'nul.txt',
    'com1',
    'x'.repeat(65),
    'a b',
    'a\n',
    '--force',
    '😀',
    'refs/heads/x',
    '-a',
    '_a',
  ];
  test.each(good)('%j is a name', (name) => expect(nameProblem('x', name)).toBeUndefined());
  test.each(bad)('%j is no name', (name) => expect(nameProblem('x', name)).toMatch(/^x: expected/));
  test.each(['1.0.0', '1.0.0-rc.1', '10.20.30+build.5'])('%j is a version', (text) =>
    expect(versionProblem('v', text)).toBeUndefined(),
  );
  test.each([
    '',
    'v1.0.0',
    '1.0',
    'latest',
    '../x',
    '1.0.0\n',
    ' 1.0.0',
    '01.0.0',
    '--force',
    `1.0.0-${'a'.repeat(300)}`,
  ])('%j is no version', (text) => expect(versionProblem('v', text)).toMatch(/^v: expected/));
  test.each(['mlops-registry', 'a/b'])('%j is a branch', (text) =>
    expect(branchProblem('b', text)).toBeUndefined(),
  );
  test.each(['', '-x', 'a..b', 'a//b', '/a', 'a/', 'a.lock', 'a b', 'a/.b', 'a~1', 'a^', '@{'])(
    '%j is no branch',
    (text) => expect(branchProblem('b', text)).toMatch(/^b: expected/),
  );
});

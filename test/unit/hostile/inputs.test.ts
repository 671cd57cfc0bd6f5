import { describe, expect, test } from 'vitest';
import { ActionError } from '../../../actions/lib/errors.ts';
import { readInputs as readPromotion } from '../../../actions/promote-model/inputs.ts';
import { readInputs as readRollback } from '../../../actions/rollback/inputs.ts';
import { HOSTILE_TEXTS } from '../../support/hostile-texts.ts';

type Given = Readonly<Record<string, string>>;

const SOUND: Given = { 'model-name': 'churn', model: 'model.onnx', reason: 'it is worse' };
const READERS = { 'promote-model': readPromotion, rollback: readRollback } as const;
type Action = keyof typeof READERS;

const read = (action: Action, given: Given) => READERS[action]((name) => ({ ...SOUND, ...given })[name]);

/** What is said of inputs, line by line; nothing when they are taken. */
function problemsOf(action: Action, given: Given): readonly string[] {
  try {
    read(action, given);
    return [];
  } catch (error) {
    if (!(error instanceof ActionError) || error.code !== 'invalid-input') throw error;
    return error.message.split('\n');
  }
}

/** White space around an input is no part of it, and one of nothing else is as good as none. */
const isBlank = (text: string): boolean => text.trim() === '';

const NAMES = [
  ...['../x', '..', '.', '.git', '.git/config', 'a/b', 'a\\b', '/etc/passwd', 'C:\\x', 'refs/heads/x'],
  ...['latest:1', 'Churn', 'a b', 'a\nb', 'a\u0000b', 'x'.repeat(65), 'x'.repeat(300), '--force', '-x'],
  ...['_x', 'v1.lock', 'x.', 'a..b', 'con', 'nul.txt', 'com1', 'lpt9.md', '😀', '\u0441hurn', 'cafe\u0301'],
  ...['a@{b', 'a~1', 'a^', 'a:b', 'a?b', 'a*b', 'a[b', '%2e%2e', '$(id)', '${{ x }}', '\u202echurn'],
];

describe.each<readonly [Action, string]>([
  ['promote-model', 'model-name'],
  ['promote-model', 'environment'],
  ['promote-model', 'require-stage'],
  ['rollback', 'model-name'],
  ['rollback', 'environment'],
])('B56 B21 B22 B23 %s: %s', (action, input) => {
  test.each(NAMES)('%j is refused, and the input is named', (name) => {
    const problems = problemsOf(action, { [input]: name });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${input}: expected .*; found "`));
    expect(problems[0]?.length).toBeLessThan(400);
  });
});

const VERSIONS = [
  ...['../x', '.git', 'latest', 'v1.0.0', 'V1.0.0', '1', '1.0', '1.0.0.0', '01.0.0', '1.0.0-', '1.0.0+'],
  ...['v'.repeat(300), `1.0.0-${'x'.repeat(60)}`, '1.0.0\n2', '1.0.0 || 2.0.0', '^1.0.0', '>=1.0.0', '1.x'],
  ...['--force', 'v1.lock', '1.0.0.lock', '1.0.0/..', '1.0.0 rc', '🚀', '１.0.0', '1.0.0-\u0441', '-1.0.0'],
  ...[
    'auto',
    'auto:',
    'auto:huge',
    'AUTO:PATCH',
    'last-known-bad',
    '1.0.0-$(id)',
    '99999999999999999999.0.0',
  ],
];

describe.each<readonly [Action, string]>([
  ['promote-model', 'version'],
  ['rollback', 'to'],
  ['rollback', 'if-serving'],
  ['rollback', 'skip-versions'],
])('B56 %s: %s', (action, input) => {
  test.each(VERSIONS)('%j is refused, and the input is named', (version) => {
    const problems = problemsOf(action, { [input]: version });
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems)
      expect(problem).toMatch(
        new RegExp(`^${input}: expected a semantic version such as 1\\.4\\.0, found "`),
      );
  });
});

const BRANCHES = [
  ...['../x', 'a..b', '/a', 'a/', 'a//b', '-x', 'a.lock', 'a/.b', 'a b', 'a~1', 'a^', 'a:b', '@{', 'HEAD\n'],
  ...['a\\b', 'a?', 'a*', 'a[', 'x'.repeat(300), 'a.', '😀', 'a\u0000', 'refs/heads/../x', '.git/x'],
].filter((name) => name.trim() === name);

describe.each<Action>(['promote-model', 'rollback'])('B58 %s: ledger-branch', (action) => {
  test.each(BRANCHES)('%j is refused', (branch) => {
    expect(problemsOf(action, { 'ledger-branch': branch })).toEqual([
      expect.stringMatching(/^ledger-branch: expected a branch name such as mlops-registry, found "/),
    ]);
  });
});

test('no hostile text is taken for a name, a version, a branch or a word of a choice', () => {
  const HARMLESS = /^[a-z0-9][a-z0-9._-]*$/;
  for (const text of HOSTILE_TEXTS.filter((one) => !isBlank(one) && !HARMLESS.test(one.trim()))) {
    for (const input of ['model-name', 'environment', 'version', 'operation', 'wait', 'store', 'fail-on'])
      expect(problemsOf('promote-model', { [input]: text }), `${input} ${text}`).not.toEqual([]);
    for (const input of [
      'model-name',
      'environment',
      'to',
      'trigger',
      'retrain',
      'audit-mode',
      'max-retrains',
    ])
      expect(problemsOf('rollback', { [input]: text }), `${input} ${text}`).not.toEqual([]);
  }
});

describe('B62 addresses', () => {
  const ADDRESSES = [
    ...['file:///etc/passwd', 'ftp://x.example/', 'javascript:alert(1)', 'data:text/html,x', 'gopher://x'],
    ...[
      'https://user:canary-secret@x.example/',
      'https://canary-secret@x.example/',
      'x.example',
      '//x.example',
    ],
    ...[
      'https://',
      'http:',
      'https:///',
      'https://x.example/\tb',
      'https://x.example/a b',
      'https://x\u0000.example',
    ],
    ...['https://ex\u0430mple.org/', 'https://x.example/\u202e', 'https://[::1', 'http://x.example:99999/'],
  ];
  test.each(ADDRESSES)('%j is none, and is not repeated', (url) => {
    for (const input of ['environment-url', 'mlflow-tracking-uri', 'notify-url']) {
      const problems = problemsOf('promote-model', { [input]: url });
      expect(problems).toEqual([
        expect.stringMatching(new RegExp(`^${input}: expected a web address such as`)),
      ]);
      expect(problems[0]).not.toContain('canary-secret');
    }
  });

  test.each(['https://x.example', 'http://127.0.0.1:8080/a?b=c#d', 'HTTPS://X.EXAMPLE/'])(
    '%j is one',
    (url) => {
      expect(problemsOf('promote-model', { 'environment-url': url })).toEqual([]);
    },
  );
});

describe('B64 booleans, numbers and lengths of time', () => {
  const BOOLEANS = [
    'yes',
    'no',
    'on',
    'off',
    '1',
    '0',
    'tRUE',
    't',
    'y',
    '"true"',
    'true,',
    'null',
    '~',
    'wahr',
  ];
  test.each(BOOLEANS)('%j is no boolean', (text) => {
    for (const input of ['force', 'dry-run', 'upload', 'allow-unsafe-model', 'allow-untrusted-event'])
      expect(problemsOf('promote-model', { [input]: text })).toEqual([
        `${input}: expected true or false, found "${text}"`,
      ]);
    for (const input of ['quarantine', 'dry-run', 'retrain-only', 'allow-incompatible'])
      expect(problemsOf('rollback', { [input]: text })[0]).toBe(
        `${input}: expected true or false, found "${text}"`,
      );
  });

  test.each(['true', 'True', 'TRUE', ' true ', 'true\n', '\ttrue'])('%j is true', (text) => {
    expect(read('promote-model', { 'dry-run': text })).toMatchObject({ dryRun: true });
    expect(read('rollback', { 'dry-run': text })).toMatchObject({ dryRun: true });
  });

  const NUMBERS = [
    '',
    '-1',
    '0',
    '1e9',
    '1,5',
    '0x10',
    'NaN',
    'Infinity',
    '1_000',
    '٣',
    '１２',
    '3 4',
    'five',
    '2.5.1',
  ];
  test.each(NUMBERS.filter(Boolean))('%j is no number of minutes for a lease, nor a depth', (text) => {
    expect(problemsOf('promote-model', { 'lease-minutes': text })[0]).toMatch(
      /^lease-minutes: expected a number from 1 to 1440, found/,
    );
    expect(problemsOf('rollback', { 'max-depth': text })[0]).toMatch(
      /^max-depth: expected a (whole )?number/,
    );
  });

  const DURATIONS = [
    '5',
    '-5m',
    '5 minutes',
    '1h30',
    '1e3s',
    'P1D',
    '5M',
    '٣m',
    'm',
    '1,5h',
    '999999999d',
    'NaNs',
  ];
  test.each(DURATIONS)('%j is no length of time', (text) => {
    expect(problemsOf('promote-model', { 'max-evidence-age': text })[0]).toMatch(
      /^max-evidence-age: expected a duration/,
    );
    expect(problemsOf('rollback', { 'verify-window': text })[0]).toMatch(
      /^verify-window: expected a duration/,
    );
    expect(problemsOf('rollback', { 'max-retrains': `3/${text}` })[0]).toMatch(/^max-retrains: expected/);
  });

  test.each(['', ' ', '\n', '\t\n ', '\u00a0'])('an input of %j is as good as none', (blank) => {
    expect(problemsOf('promote-model', { 'model-name': blank })).toEqual([
      'model-name: required, but not given',
    ]);
    expect(problemsOf('rollback', { reason: blank })).toEqual(['reason: required, but not given']);
    expect(read('rollback', { environment: blank })).toMatchObject({ environment: 'production' });
  });
});

test('every problem is told at once, each on a line of its own', () => {
  const given = {
    'model-name': '../x',
    environment: 'A',
    version: 'latest',
    force: 'yes',
    wait: 'never',
    'min-soak': 'x',
  };
  expect(problemsOf('promote-model', given).map((line) => line.split(':')[0])).toEqual(
    expect.arrayContaining(Object.keys(given)),
  );
});

describe('texts that the ledger keeps', () => {
  test.each([
    ['reason', 4_000],
    ['cause', 1_000],
    ['model-uri', 2_000],
  ])('%s has at most %d characters', (input, most) => {
    expect(problemsOf('promote-model', { [input]: 'x'.repeat(most) })).toEqual([]);
    expect(problemsOf('promote-model', { [input]: 'x'.repeat(most + 1) })).toEqual([
      `${input}: expected at most ${most} characters, found ${most + 1}`,
    ]);
  });

  test('a rollback is not refused for the length of its reason, which is cut', () => {
    const { reason } = readRollback((name) => ({ ...SOUND, reason: '😀'.repeat(40_000) })[name]);
    expect([...reason]).toHaveLength(4_000);
    expect(reason).toMatch(/😀…$/u);
  });
});

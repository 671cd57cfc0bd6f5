import { describe, expect, test } from 'vitest';
import { isLuhn } from '../../../../actions/lib/checks/sensitive/credit-card.ts';
import { harmlessTexts, PERSONAL_KINDS } from '../../../../actions/lib/checks/sensitive/personal.ts';
import { HARMLESS_TEXTS, SECRET_KINDS } from '../../../../actions/lib/checks/sensitive/secrets.ts';
import type { SensitiveKind } from '../../../../actions/lib/checks/sensitive/sensitive-kind.ts';
import { linearPattern } from '../../../../actions/lib/schema/regular-expressions.ts';
import { runRules } from '../../../support/plain-run.ts';

/** Numbers of cards and accounts are the test numbers that their networks and registries publish. */
const PERSONAL: Readonly<Record<string, readonly [yes: readonly string[], no: readonly string[]]>> = {
  email: [
    ['a@b.de', 'write to First.Last+tag@sub.example.co.uk, please', '<x_y%z@example.museum>'],
    ['a@b', '@example.org', 'a@.org', 'price @ 5.00', 'a@b.c', 'user@localhost'],
  ],
  phone: [
    [
      '+49 30 901820',
      '+14155552671',
      '+1 (415) 555-2671',
      'call 415-555-2671 now',
      '(415) 555-2671',
      '415.555.2671',
    ],
    [
      '4155552671',
      '2024-01-31',
      '123-456-7890',
      '+12',
      '1.415.555',
      '192.168.10.1000',
      'a415-555-2671',
      '+0123456789',
    ],
  ],
  creditCard: [
    [
      '4111111111111111',
      '5555 5555 5555 4444',
      '3782-822463-10005',
      'paid with 6011111111111117.',
      '2223003122003222',
    ],
    [
      '4111111111111112',
      '1234567890123452',
      '0.4111111111111111',
      '41111111111111111',
      '4111',
      '1111111111111117',
    ],
  ],
  iban: [
    [
      'DE89370400440532013000',
      'GB82 WEST 1234 5698 7654 32',
      'to FR1420041010050500013M02606 today',
      'NO9386011117947',
    ],
    [
      'DE88370400440532013000',
      'DE8937040044053201300',
      'XX89370400440532013000',
      'DE893704004405320130001',
      'de89370400440532013000',
    ],
  ],
  ssn: [
    ['078-05-1120', 'ssn: 219-09-9999'],
    [
      '000-12-3456',
      '666-12-3456',
      '900-12-3456',
      '123-00-4567',
      '123-45-0000',
      '1123-45-6789',
      '123-45-67890',
    ],
  ],
  ipAddress: [
    ['8.8.8.8', 'from 203.0.113.7 at'],
    ['192.168.0.1', '10.1.2.3', '127.0.0.1', '256.1.1.1', '1.2.3', '1.2.3.4.5', '172.16.0.1'],
  ],
};

/** Made up, in the shape of the real ones; put together here so that no scanner takes them for leaks. */
const x = (count: number, letter = 'x'): string => letter.repeat(count);
const SECRETS: Readonly<Record<string, readonly [yes: readonly string[], no: readonly string[]]>> = {
  awsAccessKey: [
    [`AKIA${x(16, 'A')}`, `key=ASIA${x(16, '7')};`],
    [`AKIA${x(15, 'A')}`, `AKIA${x(17, 'A')}`, `akia${x(16, 'a')}`],
  ],
  githubToken: [
    [`ghp_${x(36)}`, `ghs_${x(40)}`, `github_pat_${x(82)}`],
    [`ghp_${x(35)}`, `aghp_${x(36)}`, 'ghp_'],
  ],
  gitlabToken: [[`glpat-${x(20)}`], [`glpat-${x(19)}`]],
  slackToken: [[`xoxb-123456-${x(12)}`], ['xoxb-short', 'xoxz-123456-abcdefghijkl']],
  slackWebhook: [
    [`https://hooks.slack.com/services/T${x(8)}/B${x(8)}/${x(24)}`],
    ['https://hooks.slack.com/services/'],
  ],
  googleApiKey: [[`AIza${x(35)}`], [`AIza${x(34)}`]],
  stripeKey: [[`sk_live_${x(24)}`], [`sk_test_${x(24)}`]],
  openAiKey: [
    [`sk-${x(48)}`, `sk-ant-${x(40)}`],
    ['sk-learn-pipeline', 'task-force'],
  ],
  huggingFaceToken: [[`hf_${x(34)}`], [`hf_${x(33)}`]],
  npmToken: [[`npm_${x(36)}`], ['npm_config_cache']],
  pypiToken: [[`pypi-AgEIcHlwaS5vcmc${x(60)}`], ['pypi-package']],
  privateKey: [
    [
      '-----BEGIN RSA PRIVATE KEY-----',
      '-----BEGIN PRIVATE KEY-----\nMII',
      '-----BEGIN PGP PRIVATE KEY BLOCK-----',
    ],
    ['-----BEGIN PUBLIC KEY-----', 'BEGIN PRIVATE KEY'],
  ],
  // The header is {"alg":"none"}, the payload {"sub":"1234"}; then a header without alg.
  jwt: [
    ['eyJhbGciOiJub25lIn0.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl'],
    ['eyJ0eXAiOiJhYmMifQ.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxMjM0In0'],
  ],
  urlPassword: [
    ['postgres://user:secret@db.example.org/x', 'see https://a:b1c2@example.org'],
    ['https://example.org:8080/a@b', 'https://example.org', 'mailto:a@b.org'],
  ],
};

describe.each([
  ['personal data', PERSONAL_KINDS, PERSONAL],
  ['secrets', SECRET_KINDS, SECRETS],
] as const)('%s', (_name, kinds: readonly SensitiveKind[], cases) => {
  test('every kind has its cases', () => {
    expect(Object.keys(cases).sort()).toEqual(kinds.map(({ name }) => name).sort());
  });

  test.each(kinds.map((kind) => [kind.name, kind] as const))('%s', (name, kind) => {
    const [yes, no] = cases[name] ?? [[], []];
    for (const text of yes) expect([text, kind.holds(text)]).toEqual([text, true]);
    for (const text of no) expect([text, kind.holds(text)]).toEqual([text, false]);
  });

  test('no text takes long', () => {
    const hostile = [
      `${'a'.repeat(50_000)}@`,
      '1'.repeat(50_000),
      `+${'1 '.repeat(25_000)}`,
      'a.'.repeat(25_000),
      'eyJ'.repeat(20_000),
      `x://${'a'.repeat(50_000)}`,
      'DE89 '.repeat(10_000),
      '4-'.repeat(25_000),
    ];
    const started = performance.now();
    for (const { holds } of kinds) for (const text of hostile) holds(text);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

test('no text that holds anything is taken for harmless', () => {
  const held = (cases: typeof PERSONAL, kinds: readonly SensitiveKind[]): readonly string[] =>
    kinds.flatMap(({ name }) => cases[name]?.[0] ?? []);
  const usual = PERSONAL_KINDS.filter(({ name }) => name !== 'ipAddress');
  const tries: readonly (readonly [readonly string[], readonly string[]])[] = [
    [harmlessTexts(usual), held(PERSONAL, usual)],
    [harmlessTexts(PERSONAL_KINDS), held(PERSONAL, PERSONAL_KINDS)],
    [HARMLESS_TEXTS, held(SECRETS, SECRET_KINDS)],
  ];
  for (const [patterns, texts] of tries)
    for (const text of texts)
      expect([text, patterns.every((source) => linearPattern(source, 'u').test(text))]).toEqual([
        text,
        false,
      ]);
});

test.each([
  ['79927398713', true], // Wikipedia's example
  ['79927398710', false],
  ['0', true],
])('the check digit of %s: %s', (digits, valid) => {
  expect(isLuhn(digits)).toBe(valid);
});

test('values are in no finding, of other checks neither', async () => {
  const secret = 'jane.doe@example.org';
  const rules = ['piiValues', 'duplicateValues', 'invalidValues'].map((check) => ({
    check,
    severity: 'error' as const,
    column: 'x',
    arguments: check === 'invalidValues' ? { maxLength: 3 } : {},
  }));
  const { checks, findings } = await runRules(rules, {
    files: [{ columns: { x: [secret, secret], y: ['a', 'b'] } }],
  });
  expect(checks.map(({ measured }) => measured)).toEqual([2, 1, 2]);
  expect(JSON.stringify(findings)).not.toContain('jane');
});

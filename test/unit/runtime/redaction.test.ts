import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { markdownText } from '../../../actions/lib/report/markdown.ts';
import { redactPatterns } from '../../../actions/runtime/redact-patterns.ts';
import { createRedactor } from '../../../actions/runtime/redaction.ts';

const SECRET = 'hunter2/+&"\\_|é';

const redactorWith = (...secrets: string[]) => {
  const redactor = createRedactor();
  for (const secret of secrets) redactor.add(secret);
  return redactor;
};

describe('known secrets', () => {
  test.each([
    ['as it is', SECRET],
    ['in JSON', JSON.stringify({ a: SECRET })],
    ['in a web address', `?q=${encodeURIComponent(SECRET)}`],
    ['in Markdown', markdownText(SECRET)],
    ['in hexadecimal digits', Buffer.from(SECRET).toString('hex')],
    ['in upper-case hexadecimal digits', Buffer.from(SECRET).toString('hex').toUpperCase()],
    ['in base64url', Buffer.from(`xx:${SECRET}`).toString('base64url')],
  ])('are taken out %s', (_name, text) => {
    const redacted = redactorWith(SECRET).redact(`before ${text} after`);
    expect(redacted).toContain('***');
    expect(redacted).not.toContain(text);
  });

  test('are taken out of the base64 of any text they stand in', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 9, maxLength: 30 }).filter((secret) => secret.trim() === secret),
        fc.string({ unit: 'binary-ascii', maxLength: 5 }),
        fc.string({ unit: 'binary-ascii', maxLength: 5 }),
        (secret, before, after) => {
          const encoded = Buffer.from(before + secret + after).toString('base64');
          const left = redactorWith(secret).redact(encoded).split('***');
          expect(left.length).toBeGreaterThan(1);
          // What is left on either side is what stood there besides, up to two characters of the secret's edges.
          expect(Buffer.from(left.join(''), 'base64').length).toBeLessThanOrEqual(
            before.length + after.length + 4,
          );
        },
      ),
    );
  });

  test('of several lines are taken out line by line as well', () => {
    const redactor = redactorWith('first-line-of-key\nsecond-line-of-key');
    expect(redactor.redact('x second-line-of-key y')).toBe('x *** y');
  });

  test('that begin with another are taken out whole', () => {
    expect(redactorWith('abcd', 'abcdefgh').redact('abcdefgh abcd')).toBe('*** ***');
  });

  test('that are too short to be told from words are left', () => {
    expect(redactorWith('yes', '', '  ').redact('yes, eyes')).toBe('yes, eyes');
  });

  test('with characters of expressions mean only themselves', () => {
    expect(redactorWith('a.c*[x]').redact('abc*x a.c*[x]')).toBe('abc*x ***');
  });
});

const long = (length: number): string => 'Ab0'.repeat(length).slice(0, length);

describe('credentials of well-known shape', () => {
  test.each([
    ['a personal token', `ghp_${long(36)}`],
    ['a token of a job', `ghs_${long(36)}`],
    ['a token with Markdown’s escape', `ghs\\_${long(36)}`],
    ['a fine-grained token', `github_pat_${long(22)}_${long(59)}`],
    ['an AWS key id', 'AKIAIOSFODNN7EXAMPLE'],
    ['a Slack token', 'xoxb-123456789012-abcdefghijkl'],
    ['a Hugging Face token', `hf_${long(34)}`],
    ['an npm token', `npm_${long(36)}`],
    ['a GitLab token', `glpat-${long(20)}`],
    ['a Google key', `AIza${long(35)}`],
    ['a JSON web token', `eyJ${long(20)}.eyJ${long(30)}.${long(43)}`],
    [
      'a private key',
      `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4\n${long(64)}\n-----END RSA PRIVATE KEY-----`,
    ],
    ['a private key in JSON', `-----BEGIN PRIVATE KEY-----\\n${long(64)}\\n-----END PRIVATE KEY-----`],
    ['a private key that is cut', `-----BEGIN OPENSSH PRIVATE KEY-----\n${long(300)}`],
  ])('%s is taken out', (_name, credential) => {
    expect(createRedactor().redact(`a "${credential}`)).toBe('a "***');
  });

  test('user and password of an address are taken out, the address stays', () => {
    expect(createRedactor().redact('at https://me:pw@host.example/x?y')).toBe(
      'at https://***:***@host.example/x?y',
    );
    expect(createRedactor().redact('postgres://:pw@db/x')).toBe('postgres://***:***@db/x');
  });

  test.each([
    'https://github.com/o/r/actions/runs/1',
    'sk-learn-pipeline-model-version-two-final',
    'task mlops:promote:12@production',
    'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----',
    'eyJ is how it begins',
  ])('%j stays', (text) => {
    expect(createRedactor().redact(text)).toBe(text);
  });

  test('hostile text of a megabyte takes no more than seconds', () => {
    for (const part of [
      'eyJ',
      'eyJ.',
      'a://',
      '-----BEGIN PRIVATE KEY-----',
      'ghp_',
      'AKIA',
      'x:y@',
      '-',
      'github_pat_',
    ]) {
      const start = performance.now();
      createRedactor().redact(part.repeat(1_000_000 / part.length));
      expect(performance.now() - start, part).toBeLessThan(5_000);
    }
  });
});

describe('configured patterns', () => {
  test('are taken out everywhere', async () => {
    const redactor = createRedactor(await redactPatterns('patient-\\d+\n\nMRN[0-9]{6}\n'));
    expect(redactor.redact('patient-17 has MRN123456')).toBe('*** has ***');
  });

  test('that RE2 does not know are refused by name', async () => {
    await expect(redactPatterns('ok\n(?=a)b')).rejects.toThrow(/MLOPS_REDACT_PATTERNS: \(\?=a\)b: /);
  });
});

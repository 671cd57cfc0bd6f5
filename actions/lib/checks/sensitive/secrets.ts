import type { SensitiveKind } from './sensitive-kind.ts';

const JWT = /(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/g;

/** The formats are the ones that their issuers document for secret scanning. */
const pattern = (name: string, words: string, about: string, expression: RegExp): SensitiveKind => ({
  name,
  words,
  about,
  holds: (text) => expression.test(text),
});

/** Keys and tokens, by name. */
export const SECRET_KINDS: readonly SensitiveKind[] = [
  pattern(
    'awsAccessKey',
    'an AWS access key id',
    '`AKIA…`, `ASIA…`',
    /(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Z0-9])/,
  ),
  pattern(
    'githubToken',
    'a GitHub token',
    '`ghp_…`, `gho_…`, `ghu_…`, `ghs_…`, `ghr_…`, `github_pat_…`',
    /(?<!\w)(?:gh[pousr]_[A-Za-z0-9]{36,251}|github_pat_[A-Za-z0-9_]{82})(?!\w)/,
  ),
  pattern('gitlabToken', 'a GitLab token', '`glpat-…`', /(?<![\w-])glpat-[\w-]{20,}/),
  pattern(
    'slackToken',
    'a Slack token',
    '`xoxb-…` and the like',
    /(?<![\w-])xox[abeoprs]-(?:[A-Za-z0-9]+-){1,4}[A-Za-z0-9]{10,}/,
  ),
  pattern(
    'slackWebhook',
    'a Slack webhook',
    '`https://hooks.slack.com/services/…`',
    /hooks\.slack\.com\/services\/T\w{6,}\/B\w{6,}\/\w{16,}/,
  ),
  pattern('googleApiKey', 'a Google API key', '`AIza…`', /(?<![\w-])AIza[\w-]{35}(?![\w-])/),
  pattern('stripeKey', 'a Stripe key', '`sk_live_…`, `rk_live_…`', /(?<!\w)[sr]k_live_[A-Za-z0-9]{20,}/),
  pattern(
    'openAiKey',
    'an API key of a language model',
    '`sk-…`, `sk-ant-…`',
    /(?<![\w-])sk-(?:ant-|proj-|svcacct-)?[A-Za-z0-9_-]{32,}/,
  ),
  pattern('huggingFaceToken', 'a Hugging Face token', '`hf_…`', /(?<!\w)hf_[A-Za-z0-9]{34}(?!\w)/),
  pattern('npmToken', 'an npm token', '`npm_…`', /(?<!\w)npm_[A-Za-z0-9]{36}(?!\w)/),
  pattern('pypiToken', 'a PyPI token', '`pypi-AgEIcHlwaS5vcmc…`', /(?<![\w-])pypi-AgEIcHlwaS5vcmc[\w-]{50,}/),
  pattern('privateKey', 'a private key', 'PEM', /-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----/),
  {
    name: 'jwt',
    words: 'a JSON Web Token',
    about: 'three parts of base64url, the first one a header with `alg` (RFC 7519)',
    holds: (text) => [...text.matchAll(JWT)].some(([token]) => isHeader(token.split('.')[0] ?? '')),
  },
  pattern(
    'urlPassword',
    'an address with a password',
    '`scheme://user:password@host`',
    /[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/]{1,100}:[^\s:@/]{3,100}@[\w.-]+/i,
  ),
];

function isHeader(part: string): boolean {
  try {
    const header: unknown = JSON.parse(atob(part.replaceAll('-', '+').replaceAll('_', '/')));
    return typeof header === 'object' && header !== null && 'alg' in header;
  } catch {
    return false;
  }
}

const MARK =
  /A[KS]IA|gh[pousr]_|github_pat_|glpat-|xox|hooks\.slack|AIza|_live_|sk-|hf_|npm_|pypi-|BEGIN|eyJ|:\/\//;

/** Whether a text has the beginning of any kind: one look instead of one for each. */
export const hasMark = (text: string): boolean => MARK.test(text);

/** What keys and tokens are written with. */
const LETTER = 'A-Za-z0-9_./:+=-';

/**
 * What texts without secrets mostly look like: no run of 20 such letters, as all keys and tokens are; no two hyphens
 * in a row, as PEM begins with; and not both `:` and `/`, as addresses have.
 */
export const HARMLESS_TEXTS: readonly string[] = [
  `^(?:[${LETTER}]{0,19}[^${LETTER}])*[${LETTER}]{0,19}$`,
  '^(?:(?:[^/-]|-[^/-])*|(?:[^:-]|-[^:-])*)-?$',
];

import { markdownText } from '../lib/report/markdown.ts';

const MASK = '***';
/** Shorter values would blank out ordinary words. */
const MIN_SECRET = 4;
const MIN_BASE64 = 6;

/** Takes secrets out of texts. */
export interface Redactor {
  /** Remembers a value, and each of its lines, in all the forms in which it may turn up; values under 4 characters are not kept. */
  add(secret: string): void;
  /** The text with every known secret and everything that looks like one replaced by `***`. */
  redact(text: string): string;
}

/** Replaces what a pattern finds. Takes linear time whatever the text. */
export type Replacer = (text: string, replacement: string) => string;

/** A redactor that knows the shapes of common credentials and the patterns the user configured. */
export function createRedactor(configured: readonly Replacer[] = []): Redactor {
  const forms = new Set<string>();
  let known: RegExp | undefined;
  const add = (secret: string): void => {
    for (const value of [secret, ...secret.split(/\r\n|\r|\n/)]) {
      if (value.trim().length < MIN_SECRET) continue;
      for (const form of formsOf(value.trim())) forms.add(form);
    }
    known = anyOf(forms);
  };
  const redact = (text: string): string => {
    let result = known ? text.replace(known, MASK) : text;
    for (const [pattern, replacement] of CREDENTIALS) result = result.replace(pattern, replacement);
    for (const replace of configured) result = replace(result, MASK);
    return result;
  };
  return { add, redact };
}

/** The longest form first, so that a secret that begins with another is taken out whole. */
function anyOf(texts: ReadonlySet<string>): RegExp | undefined {
  const sorted = [...texts].sort((a, b) => b.length - a.length);
  return sorted.length === 0
    ? undefined
    : new RegExp(sorted.map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g');
}

function formsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  const base64 = [0, 1, 2]
    .map((offset) => base64Inside(bytes, offset))
    .filter((text) => text.length >= MIN_BASE64);
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    percentEncoded(secret),
    markdownText(secret),
    hex,
    hex.toUpperCase(),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
  ];
}

/** The part of the base64 of any text with these bytes at `offset` (modulo 3) that depends on these bytes alone. */
function base64Inside(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
  const whole = text.replace(/.=+$/, '');
  return whole.slice(Math.ceil((offset * 8) / 6));
}

const percentEncoded = (secret: string): string => encodeURIComponent(secret.toWellFormed());

/**
 * Shapes of credentials. Each begins where no word character stands before it and has a bounded or unambiguous
 * tail, so that a hostile text cannot make the search slow. `\\?` allows for Markdown's escape of `_`.
 */
const CREDENTIALS: readonly (readonly [RegExp, string])[] = [
  [/(?<![\w-])gh[pousr]\\?_[A-Za-z0-9]{20,255}/g, MASK],
  [/(?<![\w-])github\\?_pat\\?_[A-Za-z0-9_\\]{20,255}/g, MASK],
  [/(?<![\w-])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Z0-9])/g, MASK],
  [/(?<![\w-])xox[abceoprs]-[A-Za-z0-9-]{10,255}/g, MASK],
  [/(?<![\w-])(?:hf|npm)\\?_[A-Za-z0-9]{30,64}/g, MASK],
  [/(?<![\w-])glpat-[\w-]{20,64}/g, MASK],
  [/(?<![\w-])AIza[\w-]{35}/g, MASK],
  [/(?<![\w-])sk-(?:proj-|ant-[a-z0-9]{1,10}-)?[A-Za-z0-9_]{32,255}/g, MASK],
  [/(?<![\w-])eyJ[\w-]{8,8192}\.[\w-]{8,8192}\.[\w-]{8,8192}/g, MASK],
  // The body cannot run into the next key: it stops at two dashes.
  [
    /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:[^-]|-(?!-))*(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?/g,
    MASK,
  ],
  [
    /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/:@"'`<>]{0,200}:[^\s/@"'`<>]{1,400}@/gi,
    `$1${MASK}:${MASK}@`,
  ],
];

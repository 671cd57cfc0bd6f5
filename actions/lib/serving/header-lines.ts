import { ActionError } from '../errors.ts';
import { worthMasking } from './worth-masking.ts';

/** Names as RFC 9110 has them. */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Printable characters and tabs; anything else could begin another header. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** What the connection itself needs. */
const RESERVED: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'upgrade',
  'te',
  'trailer',
  'expect',
]);
/** Headers to send, and the texts in them that must not be seen. */
export interface Headers {
  readonly values: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

/**
 * Reads headers, one `Name: value` a line. Every value is a secret, and so is what follows the scheme of an
 * `Authorization`.
 *
 * @throws ActionError invalid-input that names the line, never its value
 */
export function readHeaders(lines: readonly string[]): Headers {
  const values = new Map<string, string>();
  for (const [index, line] of lines.entries()) {
    const where = `endpoint-headers, line ${index + 1}`;
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (colon < 0 || !NAME.test(name))
      throw new ActionError('invalid-input', `${where}: expected "Name: value"`);
    if (RESERVED.has(name))
      throw new ActionError('invalid-input', `${where}: ${name} is set by the connection; leave it out`);
    if (value === '') throw new ActionError('invalid-input', `${where}: ${name} has no value`);
    if (!VALUE.test(value))
      throw new ActionError('invalid-input', `${where}: the value of ${name} holds a control character`);
    if (values.has(name)) throw new ActionError('invalid-input', `${where}: ${name} is given twice`);
    values.set(name, value);
  }
  const secrets = [...values].flatMap(([name, value]) => [value, ...partsOf(name, value)]);
  return {
    values: Object.fromEntries(values),
    secrets: secrets.filter(worthMasking),
  };
}

/** A cookie of fewer characters is a setting rather than a key. */
const MIN_COOKIE = 8;

/** What servers may repeat of a credential by itself: what follows the scheme, the values of cookies. */
function partsOf(name: string, value: string): readonly string[] {
  if (name === 'cookie')
    return value
      .split(';')
      .map((cookie) => cookie.slice(cookie.indexOf('=') + 1).trim())
      .filter((cookie) => cookie.length >= MIN_COOKIE);
  const credentials = /^\S+\s+(\S.*)$/.exec(value)?.[1];
  return name.includes('auth') && credentials !== undefined ? [credentials] : [];
}

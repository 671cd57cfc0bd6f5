import { ActionError } from '../errors.ts';
import type { ModelAddress } from './protocol.ts';
import { worthMasking } from './worth-masking.ts';

/** Paths that name a protocol, and the model where the protocol has several. */
const PATHS: readonly (readonly [NonNullable<ModelAddress['spoken']>, RegExp])[] = [
  ['oip-v2', /^(.*)\/v2\/models\/([^/]+)(?:\/versions\/([^/]+))?(?:\/(?:infer|ready))?\/?$/],
  ['kserve-v1', /^(.*)\/v1\/models\/([^/:]+)(?:\/versions\/([^/:]+))?(?::predict)?\/?$/],
  ['mlflow', /^(.*)\/invocations\/?$/],
];
/** The ends of addresses that servers have for other purposes, and that people copy. */
const OTHER_ENDS = /\/(v2(\/health\/(live|ready))?|v1\/models|ping|health|version)?\/?$/;

/**
 * Takes the address of a model server apart: a base such as `http://host:8080`, one of a model such as
 * `http://host:8080/v2/models/iris`, or one to predict with such as `http://host:8080/v1/models/iris:predict`.
 *
 * @throws ActionError invalid-input for what is no web address, or has a name and password in it
 */
export function readAddress(text: string): ModelAddress {
  if (!URL.canParse(text))
    throw new ActionError(
      'invalid-input',
      'endpoint: not a web address; expected something like https://host/v2/models/NAME',
    );
  const { protocol, origin, pathname, search, username, password } = new URL(text);
  if (protocol !== 'https:' && protocol !== 'http:')
    throw new ActionError('invalid-input', `endpoint: ${protocol} is not spoken here; use https:`);
  if (username || password)
    throw new ActionError(
      'invalid-input',
      'endpoint: a name and a password in the address are refused; send them with endpoint-headers',
    );
  const url = `${origin}${pathname}${search}`;
  for (const [spoken, pattern] of PATHS) {
    const [, base, model, version] = pattern.exec(pathname) ?? [];
    if (base !== undefined) return { base: origin + base, query: search, model, version, spoken, url };
  }
  const base = origin + pathname.replace(OTHER_ENDS, '');
  return { base, query: search, model: undefined, version: undefined, spoken: undefined, url };
}

/** The address of a server for messages: without its query, which may hold a key. */
export const shownAddress = (url: string): string => url.replace(/[?#].*$/s, '');

/** Values in the query of an address that look as if they were keys. */
export const keysInQuery = (url: string): readonly string[] =>
  [...new URL(url).searchParams].flatMap(([name, value]) =>
    /key|token|secret|sig|code|auth|pass/i.test(name) && worthMasking(value) ? [value] : [],
  );

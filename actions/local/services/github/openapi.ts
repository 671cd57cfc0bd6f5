import { readFileSync } from 'node:fs';
import { Ajv2019, type ValidateFunction } from 'ajv/dist/2019.js';
import formats from 'ajv-formats';
import { isObject, type Json, type JsonObject, parseJson } from './json.ts';

/** One request and its answer, as far as the description speaks of them. */
export interface Exchange {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly request: Json | undefined;
  /** `undefined` to check the request alone. */
  readonly status?: number;
  readonly response?: Json | undefined;
}

export type CheckExchange = (exchange: Exchange) => readonly string[];

const FILE = new URL('./github-openapi.json', import.meta.url);
const ROOT = 'github';
const JSON_SCHEMA = ['content', 'application/json', 'schema'];

/** OpenAPI 3.0 writes `nullable: true` where JSON Schema lists the type `null`. */
function toJsonSchema(value: Json): Json {
  if (Array.isArray(value)) return value.map(toJsonSchema);
  if (!isObject(value)) return value;
  const { nullable, discriminator, ...rest } = value;
  const schema = Object.fromEntries(
    Object.entries(rest).flatMap(([key, item]) => (item === undefined ? [] : [[key, toJsonSchema(item)]])),
  );
  return nullable === true ? { anyOf: [schema, { type: 'null' }] } : schema;
}

const escaped = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1');

const pointerTo = (...parts: readonly string[]): string =>
  parts.map((part) => `/${encodeURIComponent(escaped(part))}`).join('');

interface Operation {
  readonly path: string;
  readonly pattern: RegExp;
  readonly operation: JsonObject;
}

/** Paths of which a placeholder may hold slashes, because it is a ref or a file. */
const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replace(/\{(ref|path|basehead|branch)\}/g, '(.+)').replace(/\{\w+\}/g, '([^/]+)')}$`);

function readDescription(): JsonObject {
  const document = toJsonSchema(parseJson(readFileSync(FILE, 'utf8')) ?? null);
  if (!isObject(document)) throw new Error(`${FILE.pathname}: not an OpenAPI description`);
  return document;
}

let shared: CheckExchange | undefined;

/**
 * Compares exchanges with GitHub's own description; gives the deviations, none for a faithful one. All services of a
 * process share what was compiled of it, which takes longer than most of what they are started for.
 */
export function exchangeCheck(): CheckExchange {
  shared ??= createExchangeCheck();
  return shared;
}

function createExchangeCheck(): CheckExchange {
  const document = readDescription();
  const ajv = new Ajv2019({ strict: false, allErrors: true, validateSchema: false, logger: false });
  formats.default(ajv);
  for (const format of ['timestamp', 'repo.nwo', 'ssh-key']) ajv.addFormat(format, true);
  ajv.addSchema({ ...document, $id: ROOT });
  const validators = new Map<string, ValidateFunction>();

  function check(pointer: string, what: string, value: Json | undefined): readonly string[] {
    const validate = validators.get(pointer) ?? ajv.compile({ $ref: `${ROOT}#${pointer}` });
    validators.set(pointer, validate);
    if (validate(value ?? null)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${what}${instancePath}: ${message}`);
  }

  function checkResponse(found: Operation, base: readonly string[], exchange: Exchange): readonly string[] {
    const { status, response } = exchange;
    if (status === undefined) return [];
    const answer = responseOf(document, found.operation, String(status));
    // The description leaves out many refusals that GitHub does give.
    if (!answer) return status >= 400 ? [] : [`status ${status} is not in the description`];
    if (response === undefined || !has(answer.response, ...JSON_SCHEMA)) return [];
    const { component } = answer;
    const where =
      component === undefined
        ? [...base, 'responses', String(status)]
        : ['components', 'responses', component];
    return check(pointerTo(...where, ...JSON_SCHEMA), 'response', response);
  }

  const operations = operationsOf(document);
  return (exchange) => {
    const method = exchange.method.toLowerCase();
    const found = operations.get(method)?.find(({ pattern }) => pattern.test(exchange.path));
    if (!found) return [`${exchange.method} ${exchange.path}: not in the description`];
    const base = ['paths', found.path, method];
    const known = has(found.operation, 'requestBody', ...JSON_SCHEMA) && exchange.request !== undefined;
    return [
      ...checkQuery(document, found.operation, exchange.query),
      ...(known ? check(pointerTo(...base, 'requestBody', ...JSON_SCHEMA), 'request', exchange.request) : []),
      ...checkResponse(found, base, exchange),
    ];
  };
}

function operationsOf(document: JsonObject): ReadonlyMap<string, readonly Operation[]> {
  const byMethod = new Map<string, Operation[]>();
  for (const [path, methods] of Object.entries(at(document, 'paths')))
    for (const [method, operation] of Object.entries(isObject(methods) ? methods : {})) {
      if (!isObject(operation)) continue;
      byMethod.set(method, [...(byMethod.get(method) ?? []), { path, pattern: patternOf(path), operation }]);
    }
  // The most specific first: fixed parts before placeholders.
  for (const list of byMethod.values()) list.sort((a, b) => specificity(b.path) - specificity(a.path));
  return byMethod;
}

const specificity = (path: string): number => path.replace(/\{\w+\}/g, '').length;

function at(value: JsonObject, ...keys: readonly string[]): JsonObject {
  let found: Json | undefined = value;
  for (const key of keys) found = isObject(found) ? found[key] : undefined;
  return isObject(found) ? found : {};
}

const has = (value: JsonObject, ...keys: readonly string[]): boolean =>
  Object.keys(at(value, ...keys)).length > 0;

function responseOf(
  document: JsonObject,
  operation: JsonObject,
  status: string,
): { readonly response: JsonObject; readonly component: string | undefined } | undefined {
  const response = at(operation, 'responses')[status];
  if (!isObject(response)) return undefined;
  const ref = response['$ref'];
  const component = typeof ref === 'string' ? ref.split('/').at(-1) : undefined;
  return {
    response: component === undefined ? response : at(document, 'components', 'responses', component),
    component,
  };
}

/** Names of query parameters that the operation does not know: GitHub ignores them, so a typo would go unseen. */
function checkQuery(document: JsonObject, operation: JsonObject, query: URLSearchParams): readonly string[] {
  const listed = operation['parameters'];
  const known = (Array.isArray(listed) ? listed : []).map((parameter: Json) => {
    const ref = isObject(parameter) ? parameter['$ref'] : undefined;
    const name = typeof ref === 'string' ? (ref.split('/').at(-1) ?? '') : '';
    const resolved = name ? at(document, 'components', 'parameters', name) : parameter;
    return isObject(resolved) ? resolved['name'] : undefined;
  });
  return [...query.keys()]
    .filter((key) => !known.includes(key))
    .map((key) => `request: ?${key} is not in the description`);
}

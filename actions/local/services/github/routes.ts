import type { Json, JsonObject } from './json.ts';
import type { Token } from './tokens.ts';

/** A request below `/repos/{owner}/{repo}`, its path's variable parts decoded. */
export interface Call {
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  readonly body: JsonObject;
  readonly bytes: Uint8Array;
  readonly headers: Headers;
  readonly token: Token;
}

export interface Reply {
  readonly status: number;
  readonly json?: Json;
  readonly bytes?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** A template such as `/deployments/{id}`; `{x*}` takes slashes too. */
  readonly path: string;
  readonly handle: (call: Call) => Reply | Promise<Reply>;
}

export const ok = (json: Json): Reply => ({ status: 200, json });
export const created = (json: Json): Reply => ({ status: 201, json });
export const noContent: Reply = { status: 204 };
/** A refusal in the shape that GitHub gives it. */
export const refusal = (status: number, message: string): Reply => ({
  status,
  json: { message, documentation_url: 'https://docs.github.com/rest', status: String(status) },
});
export const notFound: Reply = refusal(404, 'Not Found');
export const unprocessable = (message: string): Reply => refusal(422, message);

/** A refusal from deep inside a handler. */
export class Refusal extends Error {
  readonly reply: Reply;

  constructor(reply: Reply) {
    super(String(reply.status));
    this.reply = reply;
  }
}

const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replace(/\{\w+\*\}/g, '(.+)').replace(/\{\w+\}/g, '([^/]+)')}$`);

/** Finds the route of a path below the repository. */
export function router(
  routes: readonly Route[],
): (
  method: string,
  path: string,
) => { readonly route: Route; readonly params: readonly string[] } | undefined {
  const compiled = routes.map((route) => ({ route, pattern: patternOf(route.path) }));
  return (method, path) => {
    for (const { route, pattern } of compiled) {
      const match = route.method === method ? pattern.exec(path) : null;
      if (match) return { route, params: match.slice(1).map(decodeURIComponent) };
    }
    return undefined;
  };
}

/** The page that `page` and `per_page` ask for, with GitHub's `Link` header while there are more. */
export function page(
  call: Call,
  url: string,
  items: readonly JsonObject[],
  wrap: (items: readonly JsonObject[], total: number) => Json = (part) => part,
): Reply {
  const size = Math.min(100, Math.max(1, Number(call.query.get('per_page') ?? 30) || 30));
  const number = Math.max(1, Number(call.query.get('page') ?? 1) || 1);
  const part = items.slice((number - 1) * size, number * size);
  const reply = ok(wrap(part, items.length));
  if (number * size >= items.length) return reply;
  const next = new URLSearchParams(call.query);
  next.set('page', String(number + 1));
  return { ...reply, headers: { link: `<${url}?${next}>; rel="next"` } };
}

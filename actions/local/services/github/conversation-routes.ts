import { isObject, type Json, textOf } from './json.ts';
import { type Call, type Reply, type Route, unprocessable } from './routes.ts';
import { type Site, userOf } from './site.ts';
import type { Upstream } from './upstream.ts';

const BODY_LIMIT = 65_536;

/** A route of an issue's conversation: the emulator's, within GitHub's limits. */
export function conversationRoute(
  upstream: Upstream,
  site: Site,
  method: Route['method'],
  path: string,
): Route {
  async function handle({ params, query, body, token }: Call): Promise<Reply> {
    if ((textOf(body, 'body')?.length ?? 0) > BODY_LIMIT)
      return unprocessable('Validation Failed: body is too long (maximum is 65536 characters)');
    const search = query.size > 0 ? `?${query}` : '';
    const reply = await upstream.send(
      method,
      `/repos/${site.owner}/${site.repo}${fill(path, params)}${search}`,
      token.login,
      method === 'GET' ? undefined : body,
    );
    return reply.json === undefined ? reply : { ...reply, json: asGitHubShows(reply.json, site) };
  }
  return { method, path, handle };
}

/** Issues, comments, and the labels there are. */
export function conversationRoutes(upstream: Upstream, site: Site): readonly Route[] {
  const at = (method: Route['method'], path: string): Route =>
    conversationRoute(upstream, site, method, path);
  return [
    at('GET', '/issues'),
    at('POST', '/issues'),
    at('GET', '/issues/{number}'),
    at('PATCH', '/issues/{number}'),
    at('GET', '/issues/{number}/comments'),
    at('POST', '/issues/{number}/comments'),
    at('GET', '/issues/comments/{id}'),
    at('PATCH', '/issues/comments/{id}'),
    at('DELETE', '/issues/comments/{id}'),
    at('GET', '/labels'),
    at('POST', '/labels'),
    at('GET', '/labels/{name}'),
  ];
}

const fill = (path: string, params: readonly string[]): string => {
  const rest = [...params];
  return path.replace(/\{\w+\}/g, () => encodeURIComponent(rest.shift() ?? ''));
};

/** The emulator's people lack what GitHub says of them: bots, and addresses that are one. */
export function asGitHubShows(json: Json, site: Site): Json {
  if (Array.isArray(json)) return json.map((item: Json) => asGitHubShows(item, site));
  if (!isObject(json)) return json;
  const login = textOf(json, 'login');
  if (login !== undefined && json['avatar_url'] !== undefined) return userOf(site, login);
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [
      key,
      value === undefined ? null : asGitHubShows(value, site),
    ]),
  );
}

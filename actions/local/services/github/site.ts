import type { JsonObject } from './json.ts';

/** The addresses and people that answers name. */
export interface Site {
  readonly owner: string;
  readonly repo: string;
  readonly defaultBranch: string;
  /** `http://127.0.0.1:port`, known once the server listens. */
  readonly url: () => string;
}

export const apiUrl = (site: Site, path = ''): string =>
  `${site.url()}/repos/${site.owner}/${site.repo}${path}`;
export const webUrl = (site: Site, path = ''): string => `${site.url()}/${site.owner}/${site.repo}${path}`;

/** Now as GitHub writes it: seconds, UTC. */
export const timestamp = (): string => new Date().toISOString().replace(/\.\d+Z$/, 'Z');

/** A user as answers embed it. */
export function userOf(site: Site, login: string): JsonObject {
  const isBot = login.endsWith('[bot]');
  const name = encodeURIComponent(login);
  const url = `${site.url()}/users/${name}`;
  return {
    login,
    id: isBot ? 41_898_282 : 1_000 + [...login].reduce((sum, letter) => sum + letter.charCodeAt(0), 0),
    node_id: `U_${name}`,
    avatar_url: `${site.url()}/avatars/${name}`,
    gravatar_id: '',
    url,
    html_url: `${site.url()}/${name}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: isBot ? 'Bot' : 'User',
    site_admin: false,
  };
}

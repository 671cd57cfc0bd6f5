import { createEmulator } from 'emulate';
import { type Json, type JsonObject, parseJson } from './json.ts';
import type { Reply } from './routes.ts';
import type { Site } from './site.ts';

/** Issues, comments, labels, pull requests' numbers, releases and users: kept by the emulator behind this server. */
export interface Upstream {
  /** Sends a request as a user. */
  send(
    method: string,
    pathAndQuery: string,
    login: string,
    body?: Json | Uint8Array,
    type?: string,
  ): Promise<Reply>;
  /** All items of a list of the repository. */
  list(path: string): Promise<readonly JsonObject[]>;
  close(): Promise<void>;
}

/** Starts the emulator for one repository and the people who may act in it. */
export async function startUpstream(site: Site, logins: readonly string[]): Promise<Upstream> {
  const people = [...new Set([site.owner, ...logins])];
  const tokenOf = (login: string): string => `local-${Buffer.from(login).toString('hex')}`;
  const emulator = await createEmulator({
    service: 'github',
    port: 0,
    hostname: '127.0.0.1',
    seed: {
      tokens: Object.fromEntries(people.map((login) => [tokenOf(login), { login, scopes: ['repo'] }])),
      github: {
        users: people.map((login) => ({ login, site_admin: false })),
        repos: [{ owner: site.owner, name: site.repo, auto_init: true, default_branch: site.defaultBranch }],
      },
    },
  });
  // The emulator takes part only as `localhost`; it listens on 127.0.0.1.
  const address = new URL(emulator.url);
  address.hostname = '127.0.0.1';
  const own = emulator.url.replace(/\/$/, '');

  const send: Upstream['send'] = async (method, pathAndQuery, login, body, type = 'application/json') => {
    const known = people.includes(login) ? login : site.owner;
    const payload =
      body === undefined ? undefined : body instanceof Uint8Array ? Buffer.from(body) : JSON.stringify(body);
    const response = await fetch(new URL(pathAndQuery, address), {
      method,
      headers: { authorization: `token ${tokenOf(known)}`, accept: 'application/json', 'content-type': type },
      ...(payload === undefined ? {} : { body: payload }),
    });
    const text = (await response.text()).replaceAll(own, site.url());
    const json = text === '' ? undefined : parseJson(text);
    const link = response.headers.get('link')?.replaceAll(own, site.url());
    return {
      status: response.status,
      ...(json === undefined ? {} : { json }),
      ...(link === undefined ? {} : { headers: { link } }),
    };
  };

  async function list(path: string): Promise<readonly JsonObject[]> {
    const items: JsonObject[] = [];
    for (let page = 1; ; page++) {
      const separator = path.includes('?') ? '&' : '?';
      const { json } = await send(
        'GET',
        `/repos/${site.owner}/${site.repo}${path}${separator}per_page=100&page=${page}`,
        site.owner,
      );
      const part = Array.isArray(json) ? json : [];
      items.push(...part);
      if (part.length < 100) return items;
    }
  }

  return { send, list, close: () => emulator.close() };
}

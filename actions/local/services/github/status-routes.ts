import { type JsonObject, textOf } from './json.ts';
import { type Call, created, page, type Reply, type Route, unprocessable } from './routes.ts';
import type { Shelf } from './shelf.ts';
import { apiUrl, type Site, timestamp, userOf } from './site.ts';

export interface StatusRecord {
  readonly id: number;
  readonly sha: string;
  readonly json: JsonObject;
}

const PER_CONTEXT = 1_000;
const DESCRIPTION_LIMIT = 140;

/** `/statuses` and the combined status of a commit. */
export function statusRoutes(
  statuses: Shelf<StatusRecord>,
  site: Site,
  resolve: (ref: string) => Promise<string | undefined>,
): readonly Route[] {
  const of = (sha: string) => statuses.all().filter((status) => status.sha === sha);

  async function create({ params: [sha = ''], body, token }: Call): Promise<Reply> {
    if ((await resolve(sha)) === undefined) return unprocessable(`No commit found for SHA: ${sha}`);
    const context = textOf(body, 'context') ?? 'default';
    if ((textOf(body, 'description')?.length ?? 0) > DESCRIPTION_LIMIT)
      return unprocessable('description is too long (maximum is 140 characters)');
    if (of(sha).filter(({ json }) => textOf(json, 'context') === context).length >= PER_CONTEXT)
      return unprocessable('This SHA and context has reached the maximum number of statuses.');
    const id = statuses.nextId();
    const json = {
      url: apiUrl(site, `/statuses/${sha}`),
      avatar_url: null,
      id,
      node_id: `SC_${id}`,
      state: textOf(body, 'state') ?? '',
      description: textOf(body, 'description') ?? null,
      target_url: textOf(body, 'target_url') ?? null,
      context,
      created_at: timestamp(),
      updated_at: timestamp(),
    };
    statuses.add({ id, sha, json });
    return created({ ...json, creator: userOf(site, token.login) });
  }

  async function combined(call: Call, repository: () => Promise<JsonObject>): Promise<Reply> {
    const sha = await resolve(call.params[0] ?? '');
    if (sha === undefined) return unprocessable(`No commit found for SHA: ${call.params[0]}`);
    const newest = new Map(of(sha).map(({ json }) => [textOf(json, 'context'), json]));
    const states = [...newest.values()].map((json) => textOf(json, 'state'));
    const failed = states.some((state) => state === 'failure' || state === 'error');
    const pending = states.length === 0 || states.includes('pending');
    const state = failed ? 'failure' : pending ? 'pending' : 'success';
    const repo = await repository();
    return page(call, apiUrl(site, `/commits/${sha}/status`), [...newest.values()], (part, total_count) => ({
      state,
      statuses: part,
      sha,
      total_count,
      repository: repo,
      commit_url: apiUrl(site, `/commits/${sha}`),
      url: apiUrl(site, `/commits/${sha}/status`),
    }));
  }

  async function list(call: Call): Promise<Reply> {
    const sha = await resolve(call.params[0] ?? '');
    const newestFirst =
      sha === undefined
        ? []
        : of(sha)
            .map(({ json }) => json)
            .reverse();
    const bot = userOf(site, 'github-actions[bot]');
    return page(
      call,
      apiUrl(site, `/commits/${sha}/statuses`),
      newestFirst.map((json) => ({ ...json, creator: bot })),
    );
  }

  return [
    { method: 'POST', path: '/statuses/{sha}', handle: create },
    {
      method: 'GET',
      path: '/commits/{ref*}/status',
      handle: (call) => combined(call, async () => minimalRepository(site)),
    },
    { method: 'GET', path: '/commits/{ref*}/statuses', handle: list },
  ];
}

/** A repository as some answers embed it. */
export function minimalRepository(site: Site): JsonObject {
  const links = Object.fromEntries(
    REPOSITORY_LINKS.map((name) => [`${name}_url`, apiUrl(site, `/${name.replaceAll('_', '-')}`)]),
  );
  return {
    id: 1,
    node_id: 'R_1',
    name: site.repo,
    full_name: `${site.owner}/${site.repo}`,
    owner: userOf(site, site.owner),
    private: false,
    html_url: `${site.url()}/${site.owner}/${site.repo}`,
    description: null,
    fork: false,
    url: apiUrl(site),
    ...links,
  };
}

const REPOSITORY_LINKS = [
  'archive',
  'assignees',
  'blobs',
  'branches',
  'collaborators',
  'comments',
  'commits',
  'compare',
  'contents',
  'contributors',
  'deployments',
  'downloads',
  'events',
  'forks',
  'git_commits',
  'git_refs',
  'git_tags',
  'hooks',
  'issue_comment',
  'issue_events',
  'issues',
  'keys',
  'labels',
  'languages',
  'merges',
  'milestones',
  'notifications',
  'pulls',
  'releases',
  'stargazers',
  'statuses',
  'subscribers',
  'subscription',
  'tags',
  'teams',
  'trees',
] as const;

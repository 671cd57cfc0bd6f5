import type { BareRepository } from './bare-repository.ts';
import { asGitHubShows } from './conversation-routes.ts';
import { isObject, type JsonObject, numberOf, objectOf, textOf } from './json.ts';
import { type Call, notFound, ok, type Reply, type Route, unprocessable } from './routes.ts';
import { apiUrl, type Site, webUrl } from './site.ts';
import type { Upstream } from './upstream.ts';

/** A pull request; the emulator keeps its number and conversation, the bare repository its commits. */
export interface PullRecord {
  readonly number: number;
  readonly head: string;
  readonly base: string;
  readonly fromFork: boolean;
  readonly author: string;
}

export interface PullRequestSeed {
  /** Branches of the bare repository. */
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body?: string;
  readonly labels?: readonly string[];
  readonly author?: string;
  /** The head counts as another repository's: its token can only read. */
  readonly fromFork?: boolean;
}

export interface Pulls {
  readonly routes: readonly Route[];
  /** Opens a pull request. */
  open(seed: PullRequestSeed): Promise<number>;
  isPullRequest(issue: number): boolean;
  /** The pull request as GitHub shows it, with the commits of the bare repository. */
  read(number: number): Promise<JsonObject | undefined>;
}

/** `/pulls`. */
export function createPulls(git: BareRepository, upstream: Upstream, site: Site): Pulls {
  const records = new Map<number, PullRecord>();
  const path = `/repos/${site.owner}/${site.repo}`;

  async function open(seed: PullRequestSeed): Promise<number> {
    const author = seed.author ?? site.owner;
    const { head, base, title } = seed;
    for (const branch of [head, base])
      if ((await git.commitOf(branch)) === undefined)
        throw new Error(`pull request: there is no branch ${branch}`);
    const made = await upstream.send('POST', `${path}/pulls`, author, {
      title,
      head,
      base,
      body: seed.body ?? '',
    });
    const number = numberOf(made.json, 'number');
    if (made.status !== 201 || number === undefined)
      throw new Error(`pull request: ${JSON.stringify(made.json)}`);
    records.set(number, { number, head, base, author, fromFork: seed.fromFork ?? false });
    const labels = [...(seed.labels ?? [])];
    if (labels.length > 0)
      await upstream.send('POST', `${path}/issues/${number}/labels`, site.owner, { labels });
    await refreshRefs(number);
    return number;
  }

  /** `refs/pull/N/head` and `refs/pull/N/merge`, which checkouts of a pull request fetch. */
  async function refreshRefs(number: number): Promise<{ readonly merge: string | undefined }> {
    const record = records.get(number);
    const head = record && (await git.commitOf(record.head));
    const base = record && (await git.commitOf(record.base));
    if (!record || !head || !base) return { merge: undefined };
    const refs = { head: `refs/pull/${number}/head`, merge: `refs/pull/${number}/merge` };
    const [oldHead, oldMerge] = [await git.resolve(refs.head), await git.resolve(refs.merge)];
    if (oldHead !== head) await git.moveRef(refs.head, head, oldHead);
    if (oldMerge !== undefined) {
      const { parents } = await git.readCommit(oldMerge);
      if (parents[0] === base && parents[1] === head) return { merge: oldMerge };
    }
    const tree = await git.mergeTree(base, head);
    if (tree === undefined) return { merge: undefined };
    const merge = await git.writeCommit({
      tree,
      parents: [base, head],
      message: `Merge ${head} into ${base}`,
    });
    await git.moveRef(refs.merge, merge, oldMerge);
    return { merge };
  }

  async function read(number: number): Promise<JsonObject | undefined> {
    const record = records.get(number);
    if (!record) return undefined;
    const [shown, { merge }] = [
      await upstream.send('GET', `${path}/pulls/${number}`, site.owner),
      await refreshRefs(number),
    ];
    const conversation =
      shown.status === 200 && shown.json !== undefined ? asGitHubShows(shown.json, site) : undefined;
    if (!isObject(conversation)) return undefined;
    const [head, base] = [await git.commitOf(record.head), await git.commitOf(record.base)];
    const headRepo = objectOf(objectOf(conversation, 'head'), 'repo');
    const forkName = `${record.author}/${site.repo}`;
    return {
      ...conversation,
      merge_commit_sha: merge ?? null,
      mergeable: merge !== undefined,
      head: {
        ...objectOf(conversation, 'head'),
        sha: head ?? '',
        repo: record.fromFork ? { ...headRepo, id: 2, full_name: forkName, fork: true } : headRepo,
      },
      base: { ...objectOf(conversation, 'base'), sha: base ?? '' },
    };
  }

  async function create({ body, token }: Call): Promise<Reply> {
    const [head, base, title] = ['head', 'base', 'title'].map((key) => textOf(body, key) ?? '');
    if (!head || !base || !title || !(await git.commitOf(head)) || !(await git.commitOf(base)))
      return unprocessable('Validation Failed: head or base is not a branch');
    const number = await open({ head, base, title, body: textOf(body, 'body') ?? '', author: token.login });
    return { status: 201, json: (await read(number)) ?? null };
  }

  async function files({ params }: Call): Promise<Reply> {
    const record = records.get(Number(params[0]));
    const head = record && (await git.commitOf(record.head));
    const base = head && record && (await git.mergeBase(record.base, head));
    if (!head || !base) return notFound;
    const changed = await git.changedFiles(base, head);
    return ok(
      changed.map(({ path: filename, letter }) => ({
        sha: head,
        filename,
        status: letter === 'A' ? 'added' : letter === 'D' ? 'removed' : 'modified',
        additions: 0,
        deletions: 0,
        changes: 0,
        blob_url: webUrl(site, `/blob/${head}/${filename}`),
        raw_url: webUrl(site, `/raw/${head}/${filename}`),
        contents_url: apiUrl(site, `/contents/${filename}?ref=${head}`),
      })),
    );
  }

  return {
    open,
    read,
    isPullRequest: (issue) => records.has(issue),
    routes: [
      { method: 'POST', path: '/pulls', handle: create },
      {
        method: 'GET',
        path: '/pulls/{number}',
        handle: async ({ params }) => {
          const pull = await read(Number(params[0]));
          return pull ? ok(pull) : notFound;
        },
      },
      { method: 'GET', path: '/pulls/{number}/files', handle: files },
    ],
  };
}

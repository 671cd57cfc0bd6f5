import type { BareRepository, ComparedFile } from './bare-repository.ts';
import { asGitHubShows } from './conversation-routes.ts';
import { isObject, type Json, type JsonObject, numberOf, objectOf, textOf } from './json.ts';
import type { LabelRoutes } from './label-routes.ts';
import { type Call, notFound, ok, page, type Reply, type Route, unprocessable } from './routes.ts';
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

const STATUS: Readonly<Record<string, string>> = { A: 'added', D: 'removed', R: 'renamed' };

/** `/pulls`. */
export class Pulls {
  readonly #git: BareRepository;
  readonly #upstream: Upstream;
  readonly #site: Site;
  readonly #labels: LabelRoutes;
  readonly #records = new Map<number, PullRecord>();

  constructor(git: BareRepository, upstream: Upstream, site: Site, labels: LabelRoutes) {
    this.#git = git;
    this.#upstream = upstream;
    this.#site = site;
    this.#labels = labels;
  }

  isPullRequest(issue: number): boolean {
    return this.#records.has(issue);
  }

  routes(): readonly Route[] {
    return [
      { method: 'POST', path: '/pulls', handle: (call) => this.#create(call) },
      { method: 'GET', path: '/pulls', handle: (call) => this.#list(call) },
      {
        method: 'GET',
        path: '/pulls/{number}',
        handle: async ({ params }) => {
          const pull = await this.read(Number(params[0]));
          return pull ? ok(pull) : notFound;
        },
      },
      { method: 'GET', path: '/pulls/{number}/files', handle: (call) => this.#files(call) },
    ];
  }

  #send(method: string, path: string, login: string, body?: Json): Promise<Reply> {
    return this.#upstream.send(method, `/repos/${this.#site.owner}/${this.#site.repo}${path}`, login, body);
  }

  /** Opens a pull request between two branches; gives its number. */
  async open(seed: PullRequestSeed): Promise<number> {
    const author = seed.author ?? this.#site.owner;
    const { head, base, title } = seed;
    for (const branch of [head, base])
      if ((await this.#git.commitOf(branch)) === undefined)
        throw new Error(`pull request: there is no branch ${branch}`);
    const made = await this.#send('POST', `/pulls`, author, {
      title,
      head,
      base,
      body: seed.body ?? '',
    });
    const number = numberOf(made.json, 'number');
    if (made.status !== 201 || number === undefined)
      throw new Error(`pull request: ${JSON.stringify(made.json)}`);
    this.#records.set(number, { number, head, base, author, fromFork: seed.fromFork ?? false });
    await this.#labels.add(number, seed.labels ?? [], this.#site.owner);
    await this.#refreshRefs(number);
    return number;
  }

  /** `refs/pull/N/head` and `refs/pull/N/merge`, which checkouts of a pull request fetch. */
  async #refreshRefs(number: number): Promise<{ readonly merge: string | undefined }> {
    const record = this.#records.get(number);
    const head = record && (await this.#git.commitOf(record.head));
    const base = record && (await this.#git.commitOf(record.base));
    if (!record || !head || !base) return { merge: undefined };
    const refs = { head: `refs/pull/${number}/head`, merge: `refs/pull/${number}/merge` };
    const [oldHead, oldMerge] = [await this.#git.resolve(refs.head), await this.#git.resolve(refs.merge)];
    if (oldHead !== head) await this.#git.moveRef(refs.head, head, oldHead);
    if (oldMerge !== undefined) {
      const { parents } = await this.#git.readCommit(oldMerge);
      if (parents[0] === base && parents[1] === head) return { merge: oldMerge };
    }
    const tree = await this.#git.mergeTree(base, head);
    if (tree === undefined) return { merge: undefined };
    const merge = await this.#git.writeCommit({
      tree,
      parents: [base, head],
      message: `Merge ${head} into ${base}`,
    });
    await this.#git.moveRef(refs.merge, merge, oldMerge);
    return { merge };
  }

  /** The pull request as GitHub shows it, with the commits of the bare repository. */
  async read(number: number): Promise<JsonObject | undefined> {
    const record = this.#records.get(number);
    if (!record) return undefined;
    const { json = null } = await this.#send('GET', `/pulls/${number}`, this.#site.owner);
    const { merge } = await this.#refreshRefs(number);
    const conversation = asGitHubShows(json, this.#site);
    if (!isObject(conversation)) return undefined;
    const [head, base] = [await this.#git.commitOf(record.head), await this.#git.commitOf(record.base)];
    const headRepo = objectOf(objectOf(conversation, 'head'), 'repo');
    const forkName = `${record.author}/${this.#site.repo}`;
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

  async #create({ body, token }: Call): Promise<Reply> {
    const [head, base, title] = ['head', 'base', 'title'].map((key) => textOf(body, key) ?? '');
    if (!head || !base || !title || !(await this.#git.commitOf(head)) || !(await this.#git.commitOf(base)))
      return unprocessable('Validation Failed: head or base is not a branch');
    const number = await this.open({
      head,
      base,
      title,
      body: textOf(body, 'body') ?? '',
      author: token.login,
    });
    return { status: 201, json: (await this.read(number)) ?? null };
  }

  /** Filtered by `head=owner:branch` and `state`, newest first. */
  async #list(call: Call): Promise<Reply> {
    const { query } = call;
    const wanted = [...this.#records.values()].reverse().filter((record) => {
      const owner = record.fromFork ? record.author : this.#site.owner;
      return query.get('head') === null || query.get('head') === `${owner}:${record.head}`;
    });
    const pulls: JsonObject[] = [];
    for (const { number } of wanted) {
      const pull = await this.read(number);
      const state = query.get('state') ?? 'open';
      if (pull && (state === 'all' || textOf(pull, 'state') === state)) pulls.push(pull);
    }
    return page(call, apiUrl(this.#site, '/pulls'), pulls);
  }

  async #files({ params }: Call): Promise<Reply> {
    const record = this.#records.get(Number(params[0]));
    const head = record && (await this.#git.commitOf(record.head));
    const base = head && record && (await this.#git.mergeBase(record.base, head));
    if (!head || !base) return notFound;
    const changed = await this.#git.comparedFiles(base, head);
    return ok(changed.map((file) => this.#file(file, head)));
  }

  #file({ path: filename, letter, previous, patch }: ComparedFile, head: string): JsonObject {
    const lines = patch?.split('\n') ?? [];
    const additions = lines.filter((line) => line.startsWith('+')).length;
    const deletions = lines.filter((line) => line.startsWith('-')).length;
    return {
      sha: head,
      filename,
      status: STATUS[letter] ?? 'modified',
      additions,
      deletions,
      changes: additions + deletions,
      blob_url: webUrl(this.#site, `/blob/${head}/${encodeURI(filename)}`),
      raw_url: webUrl(this.#site, `/raw/${head}/${encodeURI(filename)}`),
      contents_url: apiUrl(this.#site, `/contents/${encodeURI(filename)}?ref=${head}`),
      ...(patch !== undefined && { patch }),
      ...(previous !== undefined && { previous_filename: previous }),
    };
  }
}

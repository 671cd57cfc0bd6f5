import type { BareRepository } from './bare-repository.ts';
import { UNSIGNED } from './git-routes.ts';
import type { JsonObject } from './json.ts';
import { type Call, notFound, ok, page, type Reply, type Route, unprocessable } from './routes.ts';
import { apiUrl, type Site, webUrl } from './site.ts';

const INLINE_LIMIT = 1024 * 1024;
/** A folder as one object instead of a list. */
const OBJECT_TYPE = 'application/vnd.github.object+json; charset=utf-8';
const FILE_STATUS: Readonly<Record<string, string>> = {
  A: 'added',
  D: 'removed',
  M: 'modified',
  T: 'changed',
};

/** `/contents`, `/commits`, `/compare`, `/branches`: the history as GitHub shows it. */
export class HistoryRoutes {
  readonly #git: BareRepository;
  readonly #site: Site;

  constructor(git: BareRepository, site: Site) {
    this.#git = git;
    this.#site = site;
  }

  async #commitJson(sha: string): Promise<JsonObject> {
    const { tree, parents, message, author } = await this.#git.readCommit(sha);
    return {
      sha,
      node_id: `C_${sha}`,
      url: apiUrl(this.#site, `/commits/${sha}`),
      html_url: webUrl(this.#site, `/commit/${sha}`),
      comments_url: apiUrl(this.#site, `/commits/${sha}/comments`),
      commit: {
        url: apiUrl(this.#site, `/git/commits/${sha}`),
        author: { ...author },
        committer: { ...author },
        message,
        comment_count: 0,
        tree: { sha: tree, url: apiUrl(this.#site, `/git/trees/${tree}`) },
        verification: UNSIGNED,
      },
      author: null,
      committer: null,
      parents: parents.map((parent) => ({
        sha: parent,
        url: apiUrl(this.#site, `/commits/${parent}`),
        html_url: webUrl(this.#site, `/commit/${parent}`),
      })),
    };
  }

  async #filesJson(from: string, to: string): Promise<readonly JsonObject[]> {
    return (await this.#git.changedFiles(from, to)).map(({ path, letter }) => ({
      sha: to,
      filename: path,
      status: FILE_STATUS[letter] ?? 'changed',
      additions: 0,
      deletions: 0,
      changes: 0,
      blob_url: webUrl(this.#site, `/blob/${to}/${encodeURI(path)}`),
      raw_url: webUrl(this.#site, `/raw/${to}/${encodeURI(path)}`),
      contents_url: apiUrl(this.#site, `/contents/${encodeURI(path)}?ref=${to}`),
    }));
  }

  #entryJson(path: string, type: string, sha: string, size: number, ref: string): JsonObject {
    const kind = type === 'tree' ? 'dir' : 'file';
    const escaped = encodeURI(path);
    const url = apiUrl(this.#site, `/contents/${escaped}?ref=${ref}`);
    const git_url = apiUrl(this.#site, `/git/${type}s/${sha}`);
    const html_url = webUrl(this.#site, `/${type}/${ref}/${escaped}`);
    return {
      type: kind,
      size,
      name: path.slice(path.lastIndexOf('/') + 1),
      path,
      sha,
      url,
      git_url,
      html_url,
      download_url: kind === 'file' ? webUrl(this.#site, `/raw/${ref}/${escaped}`) : null,
      _links: { self: url, git: git_url, html: html_url },
    };
  }

  async #contents({ params: [path = ''], query, headers }: Call): Promise<Reply> {
    const ref = query.get('ref') ?? this.#site.defaultBranch;
    const commit = await this.#git.commitOf(ref);
    const sha = commit === undefined ? undefined : await this.#git.resolve(`${commit}:${path}`);
    if (sha === undefined) return notFound;
    if ((await this.#git.typeOf(sha)) === 'tree') {
      const entries = (await this.#git.entries(sha, false)).map((entry) =>
        this.#entryJson(`${path}/${entry.path}`, entry.type, entry.sha, entry.size ?? 0, ref),
      );
      const asObject = headers.get('accept')?.includes('github.object') ?? false;
      return asObject
        ? {
            ...ok({ ...this.#entryJson(path, 'tree', sha, 0, ref), entries }),
            headers: { 'content-type': OBJECT_TYPE },
          }
        : ok(entries);
    }
    const content = await this.#git.read(sha, 'blob');
    const inline = content.length <= INLINE_LIMIT;
    return ok({
      ...this.#entryJson(path, 'blob', sha, content.length, ref),
      encoding: inline ? 'base64' : 'none',
      content: inline ? content.toString('base64') : '',
    });
  }

  async #compare({ params: [basehead = ''] }: Call): Promise<Reply> {
    const [baseName = '', headName = ''] = basehead.split('...');
    const [base, head] = [await this.#git.commitOf(baseName), await this.#git.commitOf(headName)];
    const common = base && head ? await this.#git.mergeBase(base, head) : undefined;
    if (!base || !head || !common) return notFound;
    const [ahead, behind] = [await this.#git.log(head, base), await this.#git.log(base, head)];
    const status =
      base === head
        ? 'identical'
        : behind.length === 0
          ? 'ahead'
          : ahead.length === 0
            ? 'behind'
            : 'diverged';
    const web = webUrl(this.#site, `/compare/${basehead}`);
    return ok({
      url: apiUrl(this.#site, `/compare/${basehead}`),
      html_url: web,
      permalink_url: web,
      diff_url: `${web}.diff`,
      patch_url: `${web}.patch`,
      base_commit: await this.#commitJson(base),
      merge_base_commit: await this.#commitJson(common),
      status,
      ahead_by: ahead.length,
      behind_by: behind.length,
      total_commits: ahead.length,
      commits: await Promise.all([...ahead].reverse().map((item) => this.#commitJson(item))),
      files: await this.#filesJson(common, head),
    });
  }

  async #listCommits(call: Call): Promise<Reply> {
    const tip = await this.#git.commitOf(call.query.get('sha') ?? this.#site.defaultBranch);
    if (tip === undefined) return notFound;
    const commits = await Promise.all((await this.#git.log(tip)).map((item) => this.#commitJson(item)));
    return page(call, apiUrl(this.#site, '/commits'), commits);
  }

  async #readCommit({ params: [ref = ''] }: Call): Promise<Reply> {
    const sha = await this.#git.commitOf(ref);
    return sha === undefined
      ? unprocessable(`No commit found for SHA: ${ref}`)
      : ok({ ...(await this.#commitJson(sha)), stats: { additions: 0, deletions: 0, total: 0 }, files: [] });
  }

  async #branches(call: Call): Promise<Reply> {
    const heads = (await this.#git.refs('refs/heads/')).map(({ ref, sha }) => ({
      name: ref.slice('refs/heads/'.length),
      commit: { sha, url: apiUrl(this.#site, `/commits/${sha}`) },
      protected: false,
    }));
    return page(call, apiUrl(this.#site, '/branches'), heads);
  }

  routes(): readonly Route[] {
    return [
      { method: 'GET', path: '/contents/{path*}', handle: (call) => this.#contents(call) },
      { method: 'GET', path: '/compare/{basehead*}', handle: (call) => this.#compare(call) },
      { method: 'GET', path: '/commits', handle: (call) => this.#listCommits(call) },
      { method: 'GET', path: '/commits/{ref*}', handle: (call) => this.#readCommit(call) },
      { method: 'GET', path: '/branches', handle: (call) => this.#branches(call) },
    ];
  }
}

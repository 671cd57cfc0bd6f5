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
export function historyRoutes(git: BareRepository, site: Site): readonly Route[] {
  const commitJson = async (sha: string): Promise<JsonObject> => {
    const { tree, parents, message, author } = await git.readCommit(sha);
    return {
      sha,
      node_id: `C_${sha}`,
      url: apiUrl(site, `/commits/${sha}`),
      html_url: webUrl(site, `/commit/${sha}`),
      comments_url: apiUrl(site, `/commits/${sha}/comments`),
      commit: {
        url: apiUrl(site, `/git/commits/${sha}`),
        author: { ...author },
        committer: { ...author },
        message,
        comment_count: 0,
        tree: { sha: tree, url: apiUrl(site, `/git/trees/${tree}`) },
        verification: UNSIGNED,
      },
      author: null,
      committer: null,
      parents: parents.map((parent) => ({
        sha: parent,
        url: apiUrl(site, `/commits/${parent}`),
        html_url: webUrl(site, `/commit/${parent}`),
      })),
    };
  };

  const filesJson = async (from: string, to: string): Promise<readonly JsonObject[]> =>
    (await git.changedFiles(from, to)).map(({ path, letter }) => ({
      sha: to,
      filename: path,
      status: FILE_STATUS[letter] ?? 'changed',
      additions: 0,
      deletions: 0,
      changes: 0,
      blob_url: webUrl(site, `/blob/${to}/${encodeURI(path)}`),
      raw_url: webUrl(site, `/raw/${to}/${encodeURI(path)}`),
      contents_url: apiUrl(site, `/contents/${encodeURI(path)}?ref=${to}`),
    }));

  function entryJson(path: string, type: string, sha: string, size: number, ref: string): JsonObject {
    const kind = type === 'tree' ? 'dir' : 'file';
    const escaped = encodeURI(path);
    const url = apiUrl(site, `/contents/${escaped}?ref=${ref}`);
    const git_url = apiUrl(site, `/git/${type}s/${sha}`);
    const html_url = webUrl(site, `/${type}/${ref}/${escaped}`);
    return {
      type: kind,
      size,
      name: path.slice(path.lastIndexOf('/') + 1),
      path,
      sha,
      url,
      git_url,
      html_url,
      download_url: kind === 'file' ? webUrl(site, `/raw/${ref}/${escaped}`) : null,
      _links: { self: url, git: git_url, html: html_url },
    };
  }

  async function contents({ params: [path = ''], query, headers }: Call): Promise<Reply> {
    const ref = query.get('ref') ?? site.defaultBranch;
    const commit = await git.commitOf(ref);
    const sha = commit === undefined ? undefined : await git.resolve(`${commit}:${path}`);
    if (sha === undefined) return notFound;
    if ((await git.typeOf(sha)) === 'tree') {
      const entries = (await git.entries(sha, false)).map((entry) =>
        entryJson(`${path}/${entry.path}`, entry.type, entry.sha, entry.size ?? 0, ref),
      );
      const asObject = headers.get('accept')?.includes('github.object') ?? false;
      return asObject
        ? {
            ...ok({ ...entryJson(path, 'tree', sha, 0, ref), entries }),
            headers: { 'content-type': OBJECT_TYPE },
          }
        : ok(entries);
    }
    const content = await git.read(sha, 'blob');
    const inline = content.length <= INLINE_LIMIT;
    return ok({
      ...entryJson(path, 'blob', sha, content.length, ref),
      encoding: inline ? 'base64' : 'none',
      content: inline ? content.toString('base64') : '',
    });
  }

  async function compare({ params: [basehead = ''] }: Call): Promise<Reply> {
    const [baseName = '', headName = ''] = basehead.split('...');
    const [base, head] = [await git.commitOf(baseName), await git.commitOf(headName)];
    const common = base && head ? await git.mergeBase(base, head) : undefined;
    if (!base || !head || !common) return notFound;
    const [ahead, behind] = [await git.log(head, base), await git.log(base, head)];
    const status =
      base === head
        ? 'identical'
        : behind.length === 0
          ? 'ahead'
          : ahead.length === 0
            ? 'behind'
            : 'diverged';
    const web = webUrl(site, `/compare/${basehead}`);
    return ok({
      url: apiUrl(site, `/compare/${basehead}`),
      html_url: web,
      permalink_url: web,
      diff_url: `${web}.diff`,
      patch_url: `${web}.patch`,
      base_commit: await commitJson(base),
      merge_base_commit: await commitJson(common),
      status,
      ahead_by: ahead.length,
      behind_by: behind.length,
      total_commits: ahead.length,
      commits: await Promise.all([...ahead].reverse().map(commitJson)),
      files: await filesJson(common, head),
    });
  }

  async function listCommits(call: Call): Promise<Reply> {
    const tip = await git.commitOf(call.query.get('sha') ?? site.defaultBranch);
    if (tip === undefined) return notFound;
    const commits = await Promise.all((await git.log(tip)).map(commitJson));
    return page(call, apiUrl(site, '/commits'), commits);
  }

  async function readCommit({ params: [ref = ''] }: Call): Promise<Reply> {
    const sha = await git.commitOf(ref);
    return sha === undefined
      ? unprocessable(`No commit found for SHA: ${ref}`)
      : ok({ ...(await commitJson(sha)), stats: { additions: 0, deletions: 0, total: 0 }, files: [] });
  }

  async function branches(call: Call): Promise<Reply> {
    const heads = (await git.refs('refs/heads/')).map(({ ref, sha }) => ({
      name: ref.slice('refs/heads/'.length),
      commit: { sha, url: apiUrl(site, `/commits/${sha}`) },
      protected: false,
    }));
    return page(call, apiUrl(site, '/branches'), heads);
  }

  return [
    { method: 'GET', path: '/contents/{path*}', handle: contents },
    { method: 'GET', path: '/compare/{basehead*}', handle: compare },
    { method: 'GET', path: '/commits', handle: listCommits },
    { method: 'GET', path: '/commits/{ref*}', handle: readCommit },
    { method: 'GET', path: '/branches', handle: branches },
  ];
}

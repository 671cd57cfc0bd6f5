import { type BareRepository, GitError } from './bare-repository.ts';
import { type JsonObject, objectsOf, textOf } from './json.ts';
import {
  type Call,
  created,
  noContent,
  notFound,
  ok,
  Refusal,
  type Reply,
  type Route,
  refusal,
  unprocessable,
} from './routes.ts';
import { apiUrl, type Site, timestamp, webUrl } from './site.ts';

export const UNSIGNED = {
  verified: false,
  reason: 'unsigned',
  signature: null,
  payload: null,
  verified_at: null,
};
const BLOB_LIMIT = 100 * 1024 * 1024;

/** `/git/…`: blobs, trees, commits, tags and refs of the bare repository. */
export class GitRoutes {
  readonly #git: BareRepository;
  readonly #site: Site;

  constructor(git: BareRepository, site: Site) {
    this.#git = git;
    this.#site = site;
  }

  async #refJson(ref: string, sha: string): Promise<JsonObject> {
    const type = (await this.#git.typeOf(sha)) ?? 'commit';
    return {
      ref,
      node_id: `REF_${sha}`,
      // A ref may hold what an address reads otherwise: `churn#production#1`.
      url: apiUrl(this.#site, `/git/${ref.split('/').map(encodeURIComponent).join('/')}`),
      object: { sha, type, url: apiUrl(this.#site, `/git/${type}s/${sha}`) },
    };
  }

  async #commitJson(sha: string): Promise<JsonObject> {
    const { tree, parents, message, author } = await this.#git.readCommit(sha);
    return {
      sha,
      node_id: `C_${sha}`,
      url: apiUrl(this.#site, `/git/commits/${sha}`),
      html_url: webUrl(this.#site, `/commit/${sha}`),
      author: { ...author },
      committer: { ...author },
      message,
      tree: { sha: tree, url: apiUrl(this.#site, `/git/trees/${tree}`) },
      parents: parents.map((parent) => ({
        sha: parent,
        url: apiUrl(this.#site, `/git/commits/${parent}`),
        html_url: webUrl(this.#site, `/commit/${parent}`),
      })),
      verification: UNSIGNED,
    };
  }

  async #treeJson(sha: string, recursive: boolean): Promise<JsonObject> {
    return {
      sha,
      url: apiUrl(this.#site, `/git/trees/${sha}`),
      tree: (await this.#git.entries(sha, recursive)).map((entry) => ({
        path: entry.path,
        mode: entry.mode,
        type: entry.type,
        sha: entry.sha,
        ...(entry.size === undefined ? {} : { size: entry.size }),
        url: apiUrl(this.#site, `/git/${entry.type}s/${entry.sha}`),
      })),
      truncated: false,
    };
  }

  async #need(sha: string, type: string): Promise<string> {
    if ((await this.#git.typeOf(sha)) === type) return sha;
    throw new Refusal(unprocessable(`${type} ${sha} does not exist`));
  }

  /** An entry of a new tree; inline content becomes a blob, neither content nor sha removes the path. */
  async #treeEntry(entry: JsonObject): Promise<{ path: string; mode: string; sha: string | null }> {
    const content = textOf(entry, 'content');
    const sha =
      content === undefined ? textOf(entry, 'sha') : await this.#git.writeBlob(Buffer.from(content));
    return { path: textOf(entry, 'path') ?? '', mode: textOf(entry, 'mode') ?? '100644', sha: sha ?? null };
  }

  async #createTree({ body }: Call): Promise<Reply> {
    const base = textOf(body, 'base_tree');
    const baseTree = base === undefined ? undefined : await this.#git.resolve(`${base}^{tree}`);
    if (base !== undefined && baseTree === undefined) return notFound;
    const bad = objectsOf(body, 'tree').find((entry) => !isLegalPath(textOf(entry, 'path') ?? ''));
    if (bad) return unprocessable(`tree.path contains a malformed path component: ${textOf(bad, 'path')}`);
    const entries = await Promise.all(objectsOf(body, 'tree').map((entry) => this.#treeEntry(entry)));
    try {
      return created(await this.#treeJson(await this.#git.writeTree(baseTree, entries), false));
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      return unprocessable(`tree.path contains a malformed path component: ${error.message}`);
    }
  }

  async #createCommit({ body }: Call): Promise<Reply> {
    const listed = body['parents'];
    const parents = (Array.isArray(listed) ? listed : []).map(String);
    for (const parent of parents) await this.#need(parent, 'commit');
    const tree = await this.#need(textOf(body, 'tree') ?? '', 'tree');
    const sha = await this.#git.writeCommit({ tree, parents, message: textOf(body, 'message') ?? '' });
    return created(await this.#commitJson(sha));
  }

  async #createRef({ body }: Call): Promise<Reply> {
    const ref = textOf(body, 'ref') ?? '';
    const sha = textOf(body, 'sha') ?? '';
    if (!/^refs\/[^/]+\/./.test(ref) || !(await this.#git.isLegalRef(ref)))
      return unprocessable(`${ref} is not a valid ref name`);
    if ((await this.#git.typeOf(sha)) === undefined) return unprocessable('Object does not exist');
    return (await this.#git.moveRef(ref, sha))
      ? created(await this.#refJson(ref, sha))
      : unprocessable('Reference already exists');
  }

  async #updateRef({ params, body }: Call): Promise<Reply> {
    const ref = `refs/${params[0]}`;
    const sha = textOf(body, 'sha') ?? '';
    const now = await this.#git.resolve(ref);
    if (now === undefined) return unprocessable('Reference does not exist');
    if ((await this.#git.typeOf(sha)) === undefined) return unprocessable('Object does not exist');
    if (body['force'] !== true && !(await this.#git.isAncestor(now, sha)))
      return unprocessable('Update is not a fast forward');
    return (await this.#git.moveRef(ref, sha, now))
      ? ok(await this.#refJson(ref, sha))
      : unprocessable('Update is not a fast forward');
  }

  async #createTag({ body, token }: Call): Promise<Reply> {
    const [tag = '', message = '', object = '', type = 'commit'] = ['tag', 'message', 'object', 'type'].map(
      (key) => textOf(body, key) ?? '',
    );
    const seconds = Math.floor(Date.now() / 1_000);
    const tagger = { name: token.login, email: `${token.login}@users.noreply.github.com`, date: timestamp() };
    const raw = `object ${await this.#need(object, type)}\ntype ${type}\ntag ${tag}\ntagger ${tagger.name} <${tagger.email}> ${seconds} +0000\n\n${message}\n`;
    const sha = await this.#git.writeTag(raw);
    return created({
      node_id: `T_${sha}`,
      sha,
      tag,
      message,
      tagger,
      url: apiUrl(this.#site, `/git/tags/${sha}`),
      object: { sha: object, type, url: apiUrl(this.#site, `/git/${type}s/${object}`) },
      verification: UNSIGNED,
    });
  }

  async #readBlob({ params: [sha = ''] }: Call): Promise<Reply> {
    if ((await this.#git.typeOf(sha)) !== 'blob') return notFound;
    const content = await this.#git.read(sha, 'blob');
    if (content.length > BLOB_LIMIT) return refusal(403, 'This blob is too large');
    const url = apiUrl(this.#site, `/git/blobs/${sha}`);
    return ok({
      sha,
      node_id: `B_${sha}`,
      size: content.length,
      url,
      content: content.toString('base64'),
      encoding: 'base64',
    });
  }

  async #createBlob({ body }: Call): Promise<Reply> {
    const encoding = textOf(body, 'encoding') === 'base64' ? 'base64' : 'utf8';
    const sha = await this.#git.writeBlob(Buffer.from(textOf(body, 'content') ?? '', encoding));
    return created({ sha, url: apiUrl(this.#site, `/git/blobs/${sha}`) });
  }

  async #readRef({ params }: Call): Promise<Reply> {
    const ref = `refs/${params[0]}`;
    const sha = await this.#git.objectOf(ref);
    return sha === undefined ? notFound : ok(await this.#refJson(ref, sha));
  }

  async #matchingRefs({ params }: Call): Promise<Reply> {
    const found = await this.#git.refs(`refs/${params[0]}`);
    return ok(await Promise.all(found.map(({ ref, sha }) => this.#refJson(ref, sha))));
  }

  routes(): readonly Route[] {
    return [
      { method: 'GET', path: '/git/ref/{ref*}', handle: (call) => this.#readRef(call) },
      { method: 'GET', path: '/git/matching-refs/{ref*}', handle: (call) => this.#matchingRefs(call) },
      { method: 'POST', path: '/git/refs', handle: (call) => this.#createRef(call) },
      { method: 'PATCH', path: '/git/refs/{ref*}', handle: (call) => this.#updateRef(call) },
      {
        method: 'DELETE',
        path: '/git/refs/{ref*}',
        handle: async ({ params }) =>
          (await this.#git.deleteRef(`refs/${params[0]}`))
            ? noContent
            : unprocessable('Reference does not exist'),
      },
      { method: 'POST', path: '/git/blobs', handle: (call) => this.#createBlob(call) },
      { method: 'GET', path: '/git/blobs/{sha}', handle: (call) => this.#readBlob(call) },
      { method: 'POST', path: '/git/trees', handle: (call) => this.#createTree(call) },
      {
        method: 'GET',
        path: '/git/trees/{sha}',
        handle: async ({ params: [sha = ''], query }) => {
          const tree = await this.#git.resolve(`${sha}^{tree}`);
          return tree === undefined ? notFound : ok(await this.#treeJson(tree, query.has('recursive')));
        },
      },
      { method: 'POST', path: '/git/commits', handle: (call) => this.#createCommit(call) },
      {
        method: 'GET',
        path: '/git/commits/{sha}',
        handle: async ({ params: [sha = ''] }) =>
          (await this.#git.typeOf(sha)) === 'commit' ? ok(await this.#commitJson(sha)) : notFound,
      },
      { method: 'POST', path: '/git/tags', handle: (call) => this.#createTag(call) },
    ];
  }
}

/** Git's plumbing would store paths that no checkout accepts; GitHub refuses them. */
const isLegalPath = (path: string): boolean =>
  path !== '' && path.split('/').every((part) => !/^(\.|\.\.|\.git|)$/i.test(part));

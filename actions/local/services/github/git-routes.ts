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
export function gitRoutes(git: BareRepository, site: Site): readonly Route[] {
  const refJson = async (ref: string, sha: string): Promise<JsonObject> => {
    const type = (await git.typeOf(sha)) ?? 'commit';
    return {
      ref,
      node_id: `REF_${sha}`,
      url: apiUrl(site, `/git/${ref}`),
      object: { sha, type, url: apiUrl(site, `/git/${type}s/${sha}`) },
    };
  };

  const commitJson = async (sha: string): Promise<JsonObject> => {
    const { tree, parents, message, author } = await git.readCommit(sha);
    return {
      sha,
      node_id: `C_${sha}`,
      url: apiUrl(site, `/git/commits/${sha}`),
      html_url: webUrl(site, `/commit/${sha}`),
      author: { ...author },
      committer: { ...author },
      message,
      tree: { sha: tree, url: apiUrl(site, `/git/trees/${tree}`) },
      parents: parents.map((parent) => ({
        sha: parent,
        url: apiUrl(site, `/git/commits/${parent}`),
        html_url: webUrl(site, `/commit/${parent}`),
      })),
      verification: UNSIGNED,
    };
  };

  const treeJson = async (sha: string, recursive: boolean): Promise<JsonObject> => ({
    sha,
    url: apiUrl(site, `/git/trees/${sha}`),
    tree: (await git.entries(sha, recursive)).map((entry) => ({
      path: entry.path,
      mode: entry.mode,
      type: entry.type,
      sha: entry.sha,
      ...(entry.size === undefined ? {} : { size: entry.size }),
      url: apiUrl(site, `/git/${entry.type}s/${entry.sha}`),
    })),
    truncated: false,
  });

  const need = async (sha: string, type: string): Promise<string> => {
    if ((await git.typeOf(sha)) === type) return sha;
    throw new Refusal(unprocessable(`${type} ${sha} does not exist`));
  };

  async function createTree({ body }: Call): Promise<Reply> {
    const base = textOf(body, 'base_tree');
    const baseTree = base === undefined ? undefined : await git.resolve(`${base}^{tree}`);
    if (base !== undefined && baseTree === undefined) return notFound;
    const bad = objectsOf(body, 'tree').find((entry) => !isLegalPath(textOf(entry, 'path') ?? ''));
    if (bad) return unprocessable(`tree.path contains a malformed path component: ${textOf(bad, 'path')}`);
    const entries = [];
    for (const entry of objectsOf(body, 'tree')) {
      const content = textOf(entry, 'content');
      const sha =
        content === undefined ? (textOf(entry, 'sha') ?? null) : await git.writeBlob(Buffer.from(content));
      entries.push({ path: textOf(entry, 'path') ?? '', mode: textOf(entry, 'mode') ?? '100644', sha });
    }
    try {
      return created(await treeJson(await git.writeTree(baseTree, entries), false));
    } catch (error) {
      if (!(error instanceof GitError)) throw error;
      return unprocessable(`tree.path contains a malformed path component: ${error.message}`);
    }
  }

  async function createCommit({ body }: Call): Promise<Reply> {
    const listed = body['parents'];
    const parents = (Array.isArray(listed) ? listed : []).map(String);
    for (const parent of parents) await need(parent, 'commit');
    const tree = await need(textOf(body, 'tree') ?? '', 'tree');
    const sha = await git.writeCommit({ tree, parents, message: textOf(body, 'message') ?? '' });
    return created(await commitJson(sha));
  }

  async function createRef({ body }: Call): Promise<Reply> {
    const ref = textOf(body, 'ref') ?? '';
    const sha = textOf(body, 'sha') ?? '';
    if (!/^refs\/[^/]+\/./.test(ref) || !(await git.isLegalRef(ref)))
      return unprocessable(`${ref} is not a valid ref name`);
    if ((await git.typeOf(sha)) === undefined) return unprocessable('Object does not exist');
    return (await git.moveRef(ref, sha))
      ? created(await refJson(ref, sha))
      : unprocessable('Reference already exists');
  }

  async function updateRef({ params, body }: Call): Promise<Reply> {
    const ref = `refs/${params[0]}`;
    const sha = textOf(body, 'sha') ?? '';
    const now = await git.resolve(ref);
    if (now === undefined) return unprocessable('Reference does not exist');
    if ((await git.typeOf(sha)) === undefined) return unprocessable('Object does not exist');
    if (body['force'] !== true && !(await git.isAncestor(now, sha)))
      return unprocessable('Update is not a fast forward');
    return (await git.moveRef(ref, sha, now))
      ? ok(await refJson(ref, sha))
      : unprocessable('Update is not a fast forward');
  }

  async function createTag({ body, token }: Call): Promise<Reply> {
    const [tag = '', message = '', object = '', type = 'commit'] = ['tag', 'message', 'object', 'type'].map(
      (key) => textOf(body, key) ?? '',
    );
    const seconds = Math.floor(Date.now() / 1_000);
    const tagger = { name: token.login, email: `${token.login}@users.noreply.github.com`, date: timestamp() };
    const raw = `object ${await need(object, type)}\ntype ${type}\ntag ${tag}\ntagger ${tagger.name} <${tagger.email}> ${seconds} +0000\n\n${message}\n`;
    const sha = await git.writeTag(raw);
    return created({
      node_id: `T_${sha}`,
      sha,
      tag,
      message,
      tagger,
      url: apiUrl(site, `/git/tags/${sha}`),
      object: { sha: object, type, url: apiUrl(site, `/git/${type}s/${object}`) },
      verification: UNSIGNED,
    });
  }

  async function readBlob({ params: [sha = ''] }: Call): Promise<Reply> {
    if ((await git.typeOf(sha)) !== 'blob') return notFound;
    const content = await git.read(sha, 'blob');
    if (content.length > BLOB_LIMIT) return refusal(403, 'This blob is too large');
    const url = apiUrl(site, `/git/blobs/${sha}`);
    return ok({
      sha,
      node_id: `B_${sha}`,
      size: content.length,
      url,
      content: content.toString('base64'),
      encoding: 'base64',
    });
  }

  async function createBlob({ body }: Call): Promise<Reply> {
    const encoding = textOf(body, 'encoding') === 'base64' ? 'base64' : 'utf8';
    const sha = await git.writeBlob(Buffer.from(textOf(body, 'content') ?? '', encoding));
    return created({ sha, url: apiUrl(site, `/git/blobs/${sha}`) });
  }

  async function readRef({ params }: Call): Promise<Reply> {
    const ref = `refs/${params[0]}`;
    const [found] = (await git.refs(ref)).filter((one) => one.ref === ref);
    return found ? ok(await refJson(ref, found.sha)) : notFound;
  }

  async function matchingRefs({ params }: Call): Promise<Reply> {
    const found = await git.refs(`refs/${params[0]}`);
    return ok(await Promise.all(found.map(({ ref, sha }) => refJson(ref, sha))));
  }

  return [
    { method: 'GET', path: '/git/ref/{ref*}', handle: readRef },
    { method: 'GET', path: '/git/matching-refs/{ref*}', handle: matchingRefs },
    { method: 'POST', path: '/git/refs', handle: createRef },
    { method: 'PATCH', path: '/git/refs/{ref*}', handle: updateRef },
    {
      method: 'DELETE',
      path: '/git/refs/{ref*}',
      handle: async ({ params }) =>
        (await git.deleteRef(`refs/${params[0]}`)) ? noContent : unprocessable('Reference does not exist'),
    },
    { method: 'POST', path: '/git/blobs', handle: createBlob },
    { method: 'GET', path: '/git/blobs/{sha}', handle: readBlob },
    { method: 'POST', path: '/git/trees', handle: createTree },
    {
      method: 'GET',
      path: '/git/trees/{sha}',
      handle: async ({ params: [sha = ''], query }) => {
        const tree = await git.resolve(`${sha}^{tree}`);
        return tree === undefined ? notFound : ok(await treeJson(tree, query.has('recursive')));
      },
    },
    { method: 'POST', path: '/git/commits', handle: createCommit },
    {
      method: 'GET',
      path: '/git/commits/{sha}',
      handle: async ({ params: [sha = ''] }) =>
        (await git.typeOf(sha)) === 'commit' ? ok(await commitJson(sha)) : notFound,
    },
    { method: 'POST', path: '/git/tags', handle: createTag },
  ];
}

/** Git's plumbing would store paths that no checkout accepts; GitHub refuses them. */
const isLegalPath = (path: string): boolean =>
  path !== '' && path.split('/').every((part) => !/^(\.|\.\.|\.git|)$/i.test(part));

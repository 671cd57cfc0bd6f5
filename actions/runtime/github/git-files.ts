import { ActionError } from '../../lib/errors.ts';
import type { Answer } from './answer.ts';
import type { RepositoryApi } from './api.ts';
import { blobName } from './blob-name.ts';
import type { GitData } from './git-data.ts';

const GIT = '/repos/{owner}/{repo}/git';

/** Files of commits, as GitHub hands them out. */
export function createGitFiles(api: RepositoryApi): Pick<GitData, 'listFiles' | 'readFile' | 'readBlob'> {
  async function readBlob(blob: string, path: string): Promise<Uint8Array> {
    const content = await api.get(`GET ${GIT}/blobs/{file_sha}`, { file_sha: blob }, (answer) =>
      answer.text('content'),
    );
    return checked(content, blob, path);
  }

  return {
    readBlob,

    async listFiles(commit, paths) {
      const isWanted = (file: string) => paths.some((path) => file === path || file.startsWith(`${path}/`));
      return new Map((await listTree(api, commit)).filter(([file]) => isWanted(file)));
    },

    async readFile(commit, path) {
      const route = 'GET /repos/{owner}/{repo}/contents/{path}';
      // This media type gives a folder as an object too, instead of a list.
      const headers = { accept: 'application/vnd.github.object+json' };
      const file = await api.find(route, { path, ref: commit, headers }, readContent);
      if (file === undefined) return undefined;
      return file.content === undefined ? readBlob(file.sha, path) : checked(file.content, file.sha, path);
    },
  };
}

/** All files of a tree with their blobs: in one answer, unless GitHub cuts it; then folder by folder. */
async function listTree(api: RepositoryApi, tree: string): Promise<readonly (readonly [string, string])[]> {
  const route = `GET ${GIT}/trees/{tree_sha}`;
  const whole = await api.get(route, { tree_sha: tree, recursive: '1' }, readTree);
  if (!whole.truncated) return blobsOf(whole.entries);
  const { entries } = await api.get(route, { tree_sha: tree }, readTree);
  const files = [...blobsOf(entries)];
  for (const folder of entries.filter(({ type }) => type === 'tree'))
    for (const [path, sha] of await listTree(api, folder.sha)) files.push([`${folder.path}/${path}`, sha]);
  return files;
}

interface Entry {
  readonly path: string;
  readonly type: string;
  readonly sha: string;
}

const readTree = (answer: Answer): { readonly truncated: boolean; readonly entries: readonly Entry[] } => ({
  truncated: answer.boolean('truncated'),
  entries: answer
    .list('tree')
    .map((entry) => ({ path: entry.text('path'), type: entry.text('type'), sha: entry.text('sha') })),
});

const blobsOf = (entries: readonly Entry[]) =>
  entries.filter(({ type }) => type === 'blob').map(({ path, sha }) => [path, sha] as const);

/** GitHub inlines files up to 1 MB and names the blob of larger ones. */
function readContent(answer: Answer): { readonly sha: string; readonly content: string | undefined } {
  if (answer.text('type') !== 'file')
    throw new ActionError(
      'invalid-file',
      `${answer.text('path')}: is not a file but a ${answer.text('type')}`,
    );
  const inline = answer.optionalText('encoding') === 'base64' && answer.has('content');
  return { sha: answer.text('sha'), content: inline ? answer.text('content') : undefined };
}

/** Decodes a blob and compares it with its own name, which tells a truncated answer from a whole one. */
function checked(base64: string, sha: string, path: string): Uint8Array {
  const bytes = Buffer.from(base64, 'base64');
  const name = blobName(bytes);
  if (name !== sha)
    throw new ActionError(
      'digest-mismatch',
      `${path}: came as blob ${name}, GitHub promised ${sha}. Run the job again.`,
    );
  return new Uint8Array(bytes);
}

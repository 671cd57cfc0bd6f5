import { ActionError } from '../../actions/lib/errors.ts';
import type { GitData } from '../../actions/runtime/github/git-data.ts';
import { MOVED } from '../../actions/runtime/github/publish-commit.ts';
import type { BareRepository } from './memory-repository.ts';

const FILE = '100644';

/**
 * What the actions know of git, straight on a repository in memory: no request and no process, so that thousands of
 * histories can be tried. The client of GitHub's API, which it stands for, is held against the same repository by the
 * tests of the fault table.
 */
export function gitOn(repository: BareRepository): GitData {
  const branchTip = (branch: string) => repository.resolve(`refs/heads/${branch}`);

  const readFile = async (commit: string, path: string): Promise<Uint8Array | undefined> => {
    const blob = await repository.resolve(`${commit}:${path}`);
    return blob === undefined ? undefined : new Uint8Array(await repository.read(blob, 'blob'));
  };

  return {
    branchTip,
    readFile,
    hasTag: async (name) => (await repository.resolve(`refs/tags/${name}`)) !== undefined,
    readBlob: async (blob) => new Uint8Array(await repository.read(blob, 'blob')),
    contains: (commit, ancestor) => repository.isAncestor(ancestor, commit),

    async commitOf(ref) {
      const commit = await repository.commitOf(ref);
      if (commit === undefined) throw new ActionError('not-found', `there is no commit ${ref}`);
      return commit;
    },

    async listFiles(commit, paths) {
      const files = await repository.entries(await repository.treeOf(commit), true);
      const isWanted = (file: string) => paths.some((path) => file === path || file.startsWith(`${path}/`));
      return new Map(
        files
          .filter(({ path, type }) => type === 'blob' && isWanted(path))
          .map(({ path, sha }) => [path, sha]),
      );
    },

    async commit({ parent, files, message }) {
      const changes = [];
      for (const { path, content } of files)
        changes.push({ path, mode: FILE, sha: await repository.writeBlob(Buffer.from(content)) });
      const tree = await repository.writeTree(parent && (await repository.treeOf(parent)), changes);
      return repository.writeCommit({ tree, message, parents: parent === undefined ? [] : [parent] });
    },

    async publish(branch, commit) {
      const { parents } = await repository.readCommit(commit);
      if (await repository.moveRef(`refs/heads/${branch}`, commit, parents[0]))
        return { kind: 'done', value: { commit } };
      const tip = await branchTip(branch);
      return tip !== undefined && (await repository.isAncestor(commit, tip))
        ? { kind: 'done', value: { commit } }
        : { kind: 'refused', status: MOVED, message: `${branch} has moved to ${tip ?? 'nothing'}` };
    },

    async mergeBase(base, head) {
      const found = await repository.mergeBase(base, head);
      if (found === undefined)
        throw new ActionError('not-found', `${base} and ${head} have nothing in common`);
      return found;
    },

    async commitsBefore(commit, limit) {
      const shas = await repository.log(commit, undefined, limit);
      return Promise.all(
        shas.map(async (sha) => ({ sha, parents: (await repository.readCommit(sha)).parents })),
      );
    },
  };
}

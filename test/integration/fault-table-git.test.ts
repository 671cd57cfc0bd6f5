import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BareRepository as Git } from '../../actions/local/services/github/bare-repository.ts';
import { BareRepository as Memory } from '../support/memory-repository.ts';

/** What a repository says of itself after a few commits, with nothing in it that depends on the time. */
async function story(repository: Git | Memory) {
  const first = await repository.commitFiles('registry', { 'a.txt': 'a', 'b/c.txt': 'c', 'b.d': 'd' }, 'One');
  const tree = await repository.writeTree(await repository.treeOf(first), [
    { path: 'b/deep/e.txt', mode: '100644', sha: await repository.writeBlob(Buffer.from('e')) },
    { path: 'b/c.txt', mode: '100644', sha: null },
    { path: 'a.txt', mode: '100755', sha: await repository.writeBlob(Buffer.from('A')) },
  ]);
  const second = await repository.writeCommit({ tree, parents: [first], message: 'Two' });
  const ref = 'refs/heads/registry';
  const moves = [
    await repository.moveRef(ref, second),
    await repository.moveRef(ref, second, second),
    await repository.moveRef(ref, second, first),
    await repository.moveRef('refs/heads/new', first),
    await repository.moveRef('refs/heads/new', first),
  ];
  const commit = await repository.readCommit(second);
  const numbered = (sha: string | undefined) => (sha === first ? 1 : sha === second ? 2 : sha);
  const names = [
    ref,
    `${ref}^{commit}`,
    `${ref}^{tree}`,
    `${ref}:b`,
    `${second}:b/deep/e.txt`,
    `${second}:b/c.txt`,
    'refs/heads/none',
    tree,
    `${tree}^{tree}`,
    `${tree}^{commit}`,
  ];
  return {
    moves,
    entries: [await repository.entries(tree, true), await repository.entries(tree, false)],
    commit: [commit.tree, commit.parents.map(numbered), commit.message, commit.author.name],
    resolved: await Promise.all(names.map(async (name) => numbered(await repository.resolve(name)))),
    commits: [numbered(await repository.commitOf('registry')), numbered(await repository.commitOf('none'))],
    types: [await repository.typeOf(tree), await repository.typeOf(first), await repository.typeOf('0')],
    content: (await repository.read((await repository.resolve(`${ref}:b.d`)) ?? '', 'blob')).toString(),
    ancestors: [await repository.isAncestor(first, second), await repository.isAncestor(second, first)],
    base: numbered(await repository.mergeBase(first, second)),
    log: [(await repository.log(second)).map(numbered), (await repository.log(second, first)).map(numbered)],
    changed: await repository.changedFiles(first, second),
    refs: (await repository.refs('refs/heads/new')).map(({ sha, type }) => [numbered(sha), type]),
    object: numbered(await repository.objectOf(ref)),
    legal: await Promise.all(
      ['refs/heads/a', 'refs/heads/a..b', 'refs/heads/'].map((name) => repository.isLegalRef(name)),
    ),
    deleted: [await repository.deleteRef('refs/heads/new'), await repository.resolve('refs/heads/new')],
  };
}

test('the git in memory, which the fault table runs on, says what git says', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'git-'));
  try {
    const git = await story(await Git.open(join(folder, 'remote.git'), 'main'));
    expect(await story(await Memory.open('', 'main'))).toEqual(git);
    expect(git.resolved[2]).toMatch(/^[0-9a-f]{40}$/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

// What actions/checkout does on GitHub, from the bare repository in the state folder.
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { variable } from './variable.ts';

const remote = variable('MLOPS_LOCAL_REMOTE');
const inPlace = variable('MLOPS_LOCAL_IN_PLACE');
const repository = variable('INPUT_REPOSITORY');
const folder = resolve(variable('GITHUB_WORKSPACE'), variable('INPUT_PATH'));

const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'advice.detachedHead=false', ...args], { cwd: folder, encoding: 'utf8' }).trim();

/** The commit, branch or tag to fetch, and the local branch to put it on, if it is one. */
function target(): { readonly fetch: string; readonly branch: string } {
  const ref = variable('INPUT_REF');
  if (ref === '') {
    const branch = /^refs\/heads\/(.+)$/.exec(variable('GITHUB_REF'))?.[1] ?? '';
    return { fetch: variable('GITHUB_SHA'), branch };
  }
  const name = ref.replace(/^refs\/(heads|tags)\//, '');
  const known = execFileSync('git', ['--git-dir', remote, 'for-each-ref', '--format=%(refname)'], {
    encoding: 'utf8',
  });
  const refs = new Set(known.split('\n'));
  if (refs.has(`refs/heads/${name}`)) return { fetch: `refs/heads/${name}`, branch: name };
  return { fetch: refs.has(`refs/tags/${name}`) ? `refs/tags/${name}` : ref, branch: '' };
}

function checkOut(): string {
  const { fetch, branch } = target();
  const depth = Number(variable('INPUT_FETCH-DEPTH'));
  mkdirSync(folder, { recursive: true });
  git('init', '--quiet');
  if (!git('remote').split('\n').includes('origin'))
    git('remote', 'add', 'origin', pathToFileURL(remote).href);
  const tags = variable('INPUT_FETCH-TAGS') === 'true' || depth === 0 ? '--tags' : '--no-tags';
  const everything = depth === 0 ? ['+refs/heads/*:refs/remotes/origin/*'] : [];
  git('fetch', '--quiet', tags, ...(depth > 0 ? [`--depth=${depth}`] : []), 'origin', ...everything, fetch);
  const commit = depth === 0 ? git('ls-remote', 'origin', fetch).split('\t')[0] || fetch : 'FETCH_HEAD';
  const where = branch === '' ? ['--detach', commit] : ['-B', branch, commit];
  git('checkout', '--quiet', '--force', ...where);
  return git('log', '-1', '--format=%H %s');
}

if (repository !== '' && repository !== variable('GITHUB_REPOSITORY')) {
  process.stdout.write(
    `::error::the local runner can only check out ${variable('GITHUB_REPOSITORY')}, not ${repository}\n`,
  );
  process.exitCode = 1;
} else if (inPlace !== '') {
  process.stdout.write(`Stand-in for actions/checkout: working in ${inPlace} as it is\n`);
} else {
  const head = checkOut();
  process.stdout.write(`Stand-in for actions/checkout: cloned from ${remote}\nHEAD is ${head}\n`);
  const ref = variable('INPUT_REF') || variable('GITHUB_REF');
  appendFileSync(variable('GITHUB_OUTPUT'), `ref=${ref}\ncommit=${head.slice(0, 40)}\n`);
}

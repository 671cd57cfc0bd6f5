import { join, relative, sep } from 'node:path';
import { ActionError } from '../lib/errors.ts';
import { fileFromGit } from './git-location.ts';
import { isGlob } from './glob.ts';
import type { Runtime } from './runtime.ts';

/**
 * A place a document can come from, the same grammar for every input of all five actions:
 * `path-or-glob` · `artifact:<name>` · `artifact:<name>@run:<id>` · `artifact:<name>@branch:<branch>` ·
 * `release:<tag|latest>/<asset>` · `git:<ref>:<path>`.
 */
export type Location =
  | { readonly kind: 'path'; readonly pattern: string }
  | ArtifactLocation
  | { readonly kind: 'release'; readonly tag: string; readonly asset: string }
  | { readonly kind: 'git'; readonly ref: string; readonly path: string };

export interface ArtifactLocation {
  readonly kind: 'artifact';
  readonly name: string;
  readonly from:
    | { readonly kind: 'this-run' }
    | { readonly kind: 'run'; readonly run: number }
    | { readonly kind: 'branch'; readonly branch: string };
}

/** A file that a location led to: readable through `runtime.files` under `path`. */
export interface LocatedFile {
  /** The location as the user wrote it. */
  readonly location: string;
  /** Name inside the location, for messages: `reports/metrics.json`. */
  readonly name: string;
  readonly path: string;
}

/** Runs that are looked through for one that has the artifact. */
const RUNS_SEARCHED = 20;

/**
 * The location a text names.
 *
 * @throws ActionError invalid-input with the form that was expected
 */
export function parseLocation(text: string): Location {
  const location = text.trim();
  for (const [scheme, read, form] of SCHEMES) {
    if (!location.startsWith(`${scheme}:`)) continue;
    const found = read(location.slice(scheme.length + 1));
    if (found) return found;
    throw new ActionError('invalid-input', `${JSON.stringify(text)}: expected ${form}`);
  }
  if (location === '')
    throw new ActionError(
      'invalid-input',
      'an empty location: expected a path, artifact:…, release:… or git:…',
    );
  return { kind: 'path', pattern: location };
}

const SCHEMES: readonly (readonly [string, (rest: string) => Location | undefined, string])[] = [
  ['artifact', readArtifact, 'artifact:<name>, artifact:<name>@run:<id> or artifact:<name>@branch:<branch>'],
  ['release', readRelease, 'release:<tag>/<asset> or release:latest/<asset>'],
  ['git', readGit, 'git:<ref>:<path>'],
];

function readArtifact(rest: string): Location | undefined {
  const match = /^([^@":<>|*?\r\n\\/]+)(?:@(?:run:(\d{1,15})|branch:(\S+)))?$/.exec(rest);
  if (!match?.[1]) return undefined;
  const [, name, run, branch] = match;
  if (run !== undefined) return { kind: 'artifact', name, from: { kind: 'run', run: Number(run) } };
  if (branch !== undefined) return { kind: 'artifact', name, from: { kind: 'branch', branch } };
  return { kind: 'artifact', name, from: { kind: 'this-run' } };
}

function readRelease(rest: string): Location | undefined {
  // Tags may hold slashes, names of assets may not.
  const match = /^(\S+)\/([^/\s][^/]*)$/.exec(rest);
  return match?.[1] && match[2] ? { kind: 'release', tag: match[1], asset: match[2] } : undefined;
}

function readGit(rest: string): Location | undefined {
  const match = /^([^\s:-][^\s:]*):(\S.*)$/.exec(rest);
  return match?.[1] && match[2]
    ? { kind: 'git', ref: match[1], path: match[2].replace(/^\.\//, '') }
    : undefined;
}

/**
 * The files a location leads to, sorted by name; fetched into the temporary folder where they are not local.
 *
 * @throws ActionError not-found when there is none, and what the way there may throw
 */
export async function locate(runtime: Runtime, text: string): Promise<readonly LocatedFile[]> {
  const location = parseLocation(text);
  switch (location.kind) {
    case 'path':
      return localFiles(runtime, text, location.pattern);
    case 'artifact':
      return artifactFiles(runtime, text, location);
    case 'release':
      return [await releaseAsset(runtime, text, location)];
    case 'git':
      return [{ location: text, name: location.path, path: await fileFromGit(runtime, location) }];
    default:
      return location satisfies never;
  }
}

/** The one file a location leads to. @throws ActionError invalid-input when there are several */
export async function locateOne(runtime: Runtime, text: string): Promise<LocatedFile> {
  const [file, ...more] = await locate(runtime, text);
  if (file && more.length === 0) return file;
  const names = [file, ...more].slice(0, 5).map((found) => found?.name);
  throw new ActionError(
    'invalid-input',
    `${text}: expected one file, found ${more.length + 1}: ${names.join(', ')}${more.length > 4 ? ', …' : ''}`,
  );
}

/** The file with this name among those a location led to, in whatever folder of it: `metrics.json`. */
export const fileNamed = (files: readonly LocatedFile[], name: string): LocatedFile | undefined =>
  files.find((file) => file.name === name) ?? files.find((file) => file.name.endsWith(`/${name}`));

async function localFiles(
  runtime: Runtime,
  location: string,
  pattern: string,
): Promise<readonly LocatedFile[]> {
  const paths = await runtime.files.glob(pattern);
  if (paths.length === 0)
    throw new ActionError(
      'not-found',
      `${location}: no such file${isGlob(pattern) ? '; no name matches the pattern' : ' or folder, or nothing in it'}`,
    );
  return paths.map((path) => ({ location, name: path, path }));
}

async function artifactFiles(
  runtime: Runtime,
  text: string,
  location: ArtifactLocation,
): Promise<readonly LocatedFile[]> {
  const artifacts = await runtime.artifacts();
  if (location.from.kind === 'this-run' && !artifacts.available)
    return handedOverLocally(runtime, text, location.name);
  const origin =
    location.from.kind === 'branch'
      ? await newestRun(runtime, location.name, location.from.branch)
      : location.from;
  const folder = await artifacts.download(location.name, origin);
  const files = await filesBelow(runtime, text, folder);
  if (files.length === 0) throw new ActionError('not-found', `${text}: the artifact is empty`);
  return files;
}

/** What a folder of ours holds, named from there. */
export async function filesBelow(
  runtime: Runtime,
  location: string,
  folder: string,
): Promise<readonly LocatedFile[]> {
  const root = await runtime.files.resolve(folder);
  return Promise.all(
    (await runtime.files.glob(folder)).map(async (path) => ({
      location,
      name: relative(root, await runtime.files.resolve(path))
        .split(sep)
        .join('/'),
      path,
    })),
  );
}

/** Without an artifact service, actions of one job find each other's files where `output-dir` puts them by default. */
async function handedOverLocally(
  runtime: Runtime,
  text: string,
  name: string,
): Promise<readonly LocatedFile[]> {
  const folder = `mlops/${name}`;
  const paths = await runtime.files.glob(folder);
  if (paths.length === 0)
    throw new ActionError(
      'not-found',
      `${text}: there is no artifact service here, and the folder ${folder} holds no files either`,
    );
  return paths.map((path) => ({ location: text, name: path.slice(folder.length + 1), path }));
}

/**
 * The newest successful run of a branch that has the artifact. Runs of pull requests do not count: a fork may name
 * its branch like ours, and then its artifacts would pass for those of the branch.
 */
async function newestRun(
  runtime: Runtime,
  name: string,
  branch: string,
): Promise<{ readonly kind: 'run'; readonly run: number }> {
  const { runs } = await runtime.github();
  const found = await runs.list({ branch, limit: RUNS_SEARCHED });
  const trusted = found.filter(
    (run) => !run.event.startsWith('pull_request') && run.id !== runtime.context.source.run,
  );
  for (const run of trusted)
    if ((await runs.artifacts(run.id, name)).length > 0) return { kind: 'run', run: run.id };
  throw new ActionError(
    'not-found',
    `artifact:${name}@branch:${branch}: none of the newest ${trusted.length} successful runs of ${branch} (runs of pull requests aside) has the artifact "${name}"`,
  );
}

async function releaseAsset(
  runtime: Runtime,
  location: string,
  { tag, asset: name }: { readonly tag: string; readonly asset: string },
): Promise<LocatedFile> {
  const { releases } = await runtime.github();
  const release = await releases.get(tag);
  const asset = release.assets.find((candidate) => candidate.name === name);
  if (!asset) {
    const names = release.assets.map((candidate) => candidate.name).join(', ') || 'none';
    throw new ActionError(
      'not-found',
      `${location}: the release ${release.tag} has no asset "${name}"; it has: ${names}`,
    );
  }
  const path = join(await runtime.files.temporaryFolder('release'), name);
  await runtime.files.write(path, await releases.download(asset));
  return { location, name, path };
}

import { createReadStream } from 'node:fs';
import { readdir, rename, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Artifact, ArtifactClient, FindOptions } from '@actions/artifact';
import { ActionError, errorMessage } from '../lib/errors.ts';
import type { ArtifactAccess } from './artifact-client.ts';
import type { ArtifactOrigin } from './artifacts.ts';
import { fileDigest } from './file-digest.ts';
import type { Runtime } from './runtime.ts';
import { unzip } from './unzip.ts';

const TRIES = 3;
const FIRST_WAIT_MS = 1_000;

/**
 * Downloads through GitHub's client, which unpacks without limits, accepts an empty answer and only flags a wrong
 * digest. So it is asked for the archive as it is; digest, size and every entry are checked here before anything
 * else sees them.
 *
 * @returns the absolute path of a fresh folder with the artifact's files
 * @throws ActionError not-found, digest-mismatch, limit-exceeded, invalid-file, github-denied, github-unavailable
 */
export async function downloadArtifact(
  runtime: Runtime,
  access: ArtifactAccess,
  name: string,
  origin: ArtifactOrigin,
): Promise<string> {
  const find = findOptions(runtime, access, name, origin);
  const { DefaultArtifactClient } = await import('@actions/artifact');
  const client = new DefaultArtifactClient();
  const artifact = await lookUp(client, name, origin, find);
  const archive = await fetchArchive(runtime, client, artifact, find);
  const target = await runtime.files.temporaryFolder('artifact');
  // An artifact of a single file that was not packed comes under its own name.
  if (basename(archive) === artifact.name) await rename(archive, join(target, artifact.name));
  else await unzip(archive, target, `the artifact "${name}"`);
  return target;
}

function findOptions(
  { context }: Runtime,
  access: ArtifactAccess,
  name: string,
  origin: ArtifactOrigin,
): FindOptions {
  const here = origin.kind === 'this-run' || origin.run === context.source.run;
  if (here && access.available) return {};
  if (origin.kind === 'this-run')
    throw new ActionError('not-found', `the artifact "${name}": there is no artifact service here`);
  if (access.token === '' || context.owner === '')
    throw new ActionError(
      'github-denied',
      `the artifact "${name}" of run ${origin.run} is read through GitHub's API: that needs the input github-token with the permission actions: read, inside a GitHub workflow`,
    );
  return {
    findBy: {
      token: access.token,
      workflowRunId: origin.run,
      repositoryOwner: context.owner,
      repositoryName: context.repo,
    },
  };
}

async function lookUp(
  client: ArtifactClient,
  name: string,
  origin: ArtifactOrigin,
  find: FindOptions,
): Promise<Artifact> {
  try {
    return (await client.getArtifact(name, find)).artifact;
  } catch (cause) {
    const run = origin.kind === 'run' ? `run ${origin.run}` : 'this run';
    if (cause instanceof Error && cause.name === 'ArtifactNotFoundError')
      throw new ActionError('not-found', `there is no artifact "${name}" in ${run}, or it has expired`, {
        cause,
      });
    throw new ActionError(
      'github-unavailable',
      `the artifact "${name}" of ${run} could not be looked up: ${errorMessage(cause)}`,
      { cause },
    );
  }
}

/** The archive as a file whose digest is the one the service recorded. A fresh folder for each try: never half an answer. */
async function fetchArchive(
  runtime: Runtime,
  client: ArtifactClient,
  artifact: Artifact,
  find: FindOptions,
): Promise<string> {
  const what = `the artifact "${artifact.name}"`;
  for (let tries = 1; ; tries++) {
    const path = await runtime.files.temporaryFolder('archive');
    try {
      await client.downloadArtifact(artifact.id, { ...find, path, skipDecompress: true });
      return await checkedArchive(path, what, artifact.digest);
    } catch (error) {
      if (tries >= TRIES) throw downloadError(what, error);
      runtime.log.info(`The download of ${what} failed (${errorMessage(error)}); trying again.`);
      await runtime.clock.sleep(FIRST_WAIT_MS * 2 ** tries);
    }
  }
}

async function checkedArchive(folder: string, what: string, expected: string | undefined): Promise<string> {
  const [name, ...more] = await readdir(folder);
  if (name === undefined || more.length > 0)
    throw new ActionError('invalid-file', `${what}: the service gave no archive`);
  const file = join(folder, name);
  if ((await stat(file)).size === 0)
    throw new ActionError('invalid-file', `${what}: the service gave no bytes`);
  const found = await fileDigest(createReadStream(file));
  if (expected === undefined || expected === found) return file;
  throw new ActionError(
    'digest-mismatch',
    `${what}: the bytes are not those that were stored: expected ${expected}, found ${found}`,
  );
}

const downloadError = (what: string, cause: unknown): ActionError =>
  cause instanceof ActionError
    ? cause
    : new ActionError('github-unavailable', `${what} could not be downloaded: ${errorMessage(cause)}`, {
        cause,
      });

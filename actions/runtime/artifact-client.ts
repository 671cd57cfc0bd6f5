import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifact, ArtifactClient, FindOptions } from '@actions/artifact';
import type { Digest } from '../lib/digest.ts';
import { isDigest } from '../lib/digest.ts';
import { ActionError, errorMessage } from '../lib/errors.ts';
import type { ArtifactOrigin, Artifacts, Upload, UploadRequest } from './artifacts.ts';
import { credentialFile } from './credential-files.ts';
import type { Runtime } from './runtime.ts';
import { unzip } from './unzip.ts';

const TRIES = 4;
const FIRST_WAIT_MS = 1_000;
/** Faults of the connection, which the client does not try again itself. */
const CONNECTION_FAULT =
  /ECONNRESET|ECONNREFUSED|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|EPIPE|socket hang up/;
const NAME = /^[^":<>|*?\r\n\\/]{1,256}$/;

/** What the artifact service of this run needs besides the runtime. */
export interface ArtifactAccess {
  /** Whether there is an artifact service for this run (`ACTIONS_RESULTS_URL`). */
  readonly available: boolean;
  /** Token for artifacts of other runs; empty if there is none. */
  readonly token: string;
}

/** GitHub's artifacts through its own client, with the client's gaps closed: see `upload` and `download`. */
export function actionsArtifacts(runtime: Runtime, access: ArtifactAccess): Artifacts {
  let noticed = false;
  return {
    available: access.available,
    async upload(request) {
      checkRequest(request);
      if (access.available) return upload(runtime, request);
      const reason = 'there is no artifact service here; the files are in the output folder';
      if (!noticed) runtime.log.notice(`Nothing is uploaded: ${reason}.`);
      noticed = true;
      return { kind: 'skipped', reason };
    },
    download: (name, origin) => download(runtime, access, name, origin),
  };
}

function checkRequest({ name, files, retentionDays }: UploadRequest): void {
  if (!NAME.test(name))
    throw new ActionError(
      'invalid-input',
      `artifact-name: ${JSON.stringify(name)} is not the name of an artifact: " : < > | * ? \\ / and line breaks are not allowed`,
    );
  const credential = files.map(credentialFile).find((reason) => reason !== undefined);
  if (credential) throw new ActionError('invalid-input', `the artifact "${name}" would hold ${credential}`);
  if (
    retentionDays !== undefined &&
    (!Number.isInteger(retentionDays) || retentionDays < 1 || retentionDays > 90)
  )
    throw new ActionError('invalid-input', `retention-days: expected 1 to 90, found ${retentionDays}`);
}

/**
 * The client gives up at the first lost connection, and when the service made the artifact but its answer was lost
 * the client's own second try is refused because the name is taken. So connection faults are tried again here, and
 * a name that is taken after a fault is looked up: if the artifact is finished, it is ours.
 */
async function upload(runtime: Runtime, request: UploadRequest): Promise<Upload> {
  const client = await newClient();
  const root = await runtime.files.resolve(request.root);
  const files = await Promise.all(
    request.files.map((file) => runtime.files.resolve(join(request.root, file))),
  );
  const options = request.retentionDays === undefined ? {} : { retentionDays: request.retentionDays };
  let faults = 0;
  for (;;) {
    try {
      const { id, digest, size } = await client.uploadArtifact(request.name, files, root, options);
      if (id === undefined || digest === undefined || size === undefined)
        throw new ActionError(
          'github-unavailable',
          `the artifact service did not say what it stored of "${request.name}"`,
        );
      return { kind: 'uploaded', id, digest: `sha256:${digest}`, sizeBytes: size };
    } catch (error) {
      if (isTaken(error)) return ownAfterFault(client, request.name, error);
      if (!CONNECTION_FAULT.test(errorMessage(error)) || ++faults >= TRIES)
        throw uploadError(request.name, error);
      runtime.log.info(`The upload of "${request.name}" was cut off (${errorMessage(error)}); trying again.`);
      await runtime.clock.sleep(FIRST_WAIT_MS * 2 ** faults);
    }
  }
}

const isTaken = (error: unknown): boolean => /\b409\b|already exists/i.test(errorMessage(error));

async function ownAfterFault(client: ArtifactClient, name: string, error: unknown): Promise<Upload> {
  const found = await client.getArtifact(name).catch(() => undefined);
  const digest = found?.artifact.digest;
  if (found && digest !== undefined && isDigest(digest))
    return { kind: 'uploaded', id: found.artifact.id, digest, sizeBytes: found.artifact.size };
  throw uploadError(name, error);
}

const uploadError = (name: string, cause: unknown): ActionError =>
  cause instanceof ActionError
    ? cause
    : new ActionError(
        'github-unavailable',
        isTaken(cause)
          ? `the artifact "${name}" exists already in this run; give each job or matrix leg its own artifact-name`
          : `the artifact "${name}" could not be uploaded: ${errorMessage(cause)}`,
        { cause },
      );

/**
 * The client unpacks without limits, accepts an empty answer and only flags a wrong digest. So it is asked for the
 * archive as it is; digest, size and every entry are checked here before anything else sees them.
 */
async function download(
  runtime: Runtime,
  access: ArtifactAccess,
  name: string,
  origin: ArtifactOrigin,
): Promise<string> {
  const find = findOptions(runtime, access, name, origin);
  const client = await newClient();
  const artifact = await lookUp(client, name, origin, find);
  const archive = await fetchArchive(runtime, client, artifact, find);
  const target = await runtime.files.temporaryFolder('artifact');
  await unzip(archive, target, `the artifact "${name}"`);
  return target;
}

function findOptions(
  runtime: Runtime,
  access: ArtifactAccess,
  name: string,
  origin: ArtifactOrigin,
): FindOptions {
  const { context } = runtime;
  if (origin.kind === 'this-run') {
    if (access.available) return {};
    throw new ActionError('not-found', `the artifact "${name}": there is no artifact service here`);
  }
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
    const missing = cause instanceof Error && cause.name === 'ArtifactNotFoundError';
    throw new ActionError(
      missing ? 'not-found' : 'github-unavailable',
      missing
        ? `there is no artifact "${name}" in ${run}, or it has expired`
        : `the artifact "${name}" of ${run} could not be looked up: ${errorMessage(cause)}`,
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
  const expected = artifact.digest;
  for (let tries = 1; ; tries++) {
    const path = await runtime.files.temporaryFolder('archive');
    try {
      await client.downloadArtifact(artifact.id, { ...find, path, skipDecompress: true });
      const file = await onlyFile(path, what);
      if (expected === undefined || expected === (await digestOf(file))) return file;
      throw new ActionError(
        'digest-mismatch',
        `${what}: its bytes are not those that were stored (expected ${expected})`,
      );
    } catch (error) {
      if (tries >= TRIES)
        throw error instanceof ActionError
          ? error
          : new ActionError('github-unavailable', `${what} could not be downloaded: ${errorMessage(error)}`, {
              cause: error,
            });
      runtime.log.info(`The download of ${what} failed (${errorMessage(error)}); trying again.`);
      await runtime.clock.sleep(FIRST_WAIT_MS * 2 ** tries);
    }
  }
}

async function onlyFile(folder: string, what: string): Promise<string> {
  const [name, ...more] = await readdir(folder);
  if (name === undefined || more.length > 0)
    throw new ActionError('invalid-file', `${what}: the service gave no archive`);
  const file = join(folder, name);
  if ((await stat(file)).size === 0)
    throw new ActionError('invalid-file', `${what}: the service gave an empty archive`);
  return file;
}

async function digestOf(file: string): Promise<Digest> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return `sha256:${hash.digest('hex')}`;
}

async function newClient(): Promise<ArtifactClient> {
  // Half of the bundle's code: loaded only by steps that hand something over.
  const { DefaultArtifactClient } = await import('@actions/artifact');
  return new DefaultArtifactClient();
}

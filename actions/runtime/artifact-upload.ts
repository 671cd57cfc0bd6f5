import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { UploadArtifactResponse } from '@actions/artifact';
import { isDigest } from '../lib/digest.ts';
import { ActionError, errorMessage } from '../lib/errors.ts';
import type { ArtifactAccess } from './artifact-client.ts';
import { downloadArtifact } from './artifact-download.ts';
import type { Upload, UploadRequest } from './artifacts.ts';
import { fileDigest } from './file-digest.ts';
import type { Runtime } from './runtime.ts';

const TRIES = 4;
const FIRST_WAIT_MS = 1_000;
/** Faults of the connection, which the client does not try again itself. */
const CONNECTION_FAULT =
  /ECONNRESET|ECONNREFUSED|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|EPIPE|socket hang up/;

/**
 * Uploads through GitHub's client, which gives up at the first lost connection, and which is refused by a name that
 * it has taken itself when the answer to its first try was lost. So connection faults are tried again here, and
 * when the name is taken by an artifact with exactly these files, that is the upload.
 *
 * @throws whatever the client throws; see `uploadError`
 */
export async function uploadArtifact(
  runtime: Runtime,
  access: ArtifactAccess,
  request: UploadRequest,
): Promise<Upload> {
  // Half of the bundle's code: loaded only by steps that hand something over.
  const { DefaultArtifactClient } = await import('@actions/artifact');
  const client = new DefaultArtifactClient();
  const root = await runtime.files.resolve(request.root);
  const files = await Promise.all(
    request.files.map((file) => runtime.files.resolve(join(request.root, file))),
  );
  const options = request.retentionDays === undefined ? {} : { retentionDays: request.retentionDays };
  for (let tries = 1; ; tries++) {
    try {
      return uploaded(request.name, await client.uploadArtifact(request.name, files, root, options));
    } catch (error) {
      const earlier = isTaken(error) ? await ownEarlierUpload(runtime, access, request) : undefined;
      if (earlier) return earlier;
      if (tries >= TRIES || !CONNECTION_FAULT.test(errorMessage(error))) throw error;
      runtime.log.info(`The upload of "${request.name}" was cut off (${errorMessage(error)}); trying again.`);
      await runtime.clock.sleep(FIRST_WAIT_MS * 2 ** tries);
    }
  }
}

function uploaded(name: string, { id, digest, size }: UploadArtifactResponse): Upload {
  if (id !== undefined && digest !== undefined && size !== undefined)
    return { kind: 'uploaded', id, digest: `sha256:${digest}`, sizeBytes: size };
  throw new ActionError('github-unavailable', `the artifact service did not say what it stored of "${name}"`);
}

/** Whether there is no service that the client could talk to. */
export const isEnterpriseServer = (error: unknown): boolean =>
  error instanceof Error && error.name === 'GHESNotSupportedError';

const isTaken = (error: unknown): boolean => /\b409\b|already exists/i.test(errorMessage(error));

/** The artifact of this run that has the name, when it holds the same files with the same bytes. */
async function ownEarlierUpload(
  runtime: Runtime,
  access: ArtifactAccess,
  request: UploadRequest,
): Promise<Upload | undefined> {
  try {
    const { DefaultArtifactClient } = await import('@actions/artifact');
    const { artifact } = await new DefaultArtifactClient().getArtifact(request.name);
    const folder = await downloadArtifact(runtime, access, request.name, { kind: 'this-run' });
    const stored = await runtime.files.glob(`${folder}/**`);
    const same = await Promise.all(
      request.files.map(async (file) => {
        const [mine, theirs] = [join(request.root, file), join(folder, file)];
        return (
          (await runtime.files.exists(theirs)) &&
          (await fileDigest(createReadStream(await runtime.files.resolve(mine)))) ===
            (await fileDigest(createReadStream(await runtime.files.resolve(theirs))))
        );
      }),
    );
    if (stored.length !== same.length || same.includes(false) || !isDigest(artifact.digest ?? ''))
      return undefined;
    return {
      kind: 'uploaded',
      id: artifact.id,
      digest: artifact.digest as `sha256:${string}`,
      sizeBytes: artifact.size,
    };
  } catch (error) {
    runtime.log.debug(
      `the artifact "${request.name}" that is there already could not be compared: ${errorMessage(error)}`,
    );
    return undefined;
  }
}

/** The failure of an upload in words that say what to do. */
export const uploadError = (name: string, cause: unknown): ActionError =>
  cause instanceof ActionError
    ? cause
    : new ActionError(
        'github-unavailable',
        isTaken(cause)
          ? `the artifact "${name}" exists already in this run, with other files; give each job or matrix leg its own artifact-name`
          : `the artifact "${name}" could not be uploaded: ${errorMessage(cause)}`,
        { cause },
      );

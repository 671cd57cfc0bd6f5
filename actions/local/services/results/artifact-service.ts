import type { ArtifactIndex, StoredArtifact } from './artifact-index.ts';
import type { BlobStore } from './blob-store.ts';
import { TwirpError, type TwirpRequest, type TwirpService } from './twirp.ts';

const ZIP = 'application/zip';
const DUPLICATE = 'an artifact with this name already exists on the workflow run';

interface Upload {
  readonly blob: string;
  readonly contentType: string;
  readonly expires: string | undefined;
}

/** The run a request speaks of, which must be the run its token was issued for. */
function runOf(request: TwirpRequest): string {
  const run = request.required('workflow_run_backend_id');
  if (run === request.scope.run) return run;
  throw new TwirpError(403, 'permission_denied', `the token is for run ${request.scope.run}, not ${run}`);
}

/** `github.actions.results.api.v1.ArtifactService`, as `@actions/artifact` speaks it. */
export function artifactService(index: ArtifactIndex, blobs: BlobStore, now: () => number): TwirpService {
  const uploads = new Map<string, Upload>();
  const uploadKey = (run: string, name: string) => JSON.stringify([run, name]);
  const find = (request: TwirpRequest): StoredArtifact => {
    const artifact = index.find(runOf(request), request.required('name'));
    if (artifact) return artifact;
    throw new TwirpError(404, 'not_found', `no artifact "${request.required('name')}" in this run`);
  };

  return {
    async CreateArtifact(request) {
      const run = runOf(request);
      const name = request.required('name');
      if (uploads.has(uploadKey(run, name)) || index.find(run, name))
        throw new TwirpError(409, 'already_exists', DUPLICATE);
      // Version 7 may send one plain file (skipArchive); before that everything was a zip.
      const contentType = request.int32('version') >= 7 ? (request.optional('mime_type') ?? ZIP) : ZIP;
      const blob = `artifacts/${run}/${name}${contentType === ZIP ? '.zip' : ''}`;
      uploads.set(uploadKey(run, name), { blob, contentType, expires: request.optional('expires_at') });
      return { ok: true, signed_upload_url: await blobs.uploadUrl(blob) };
    },

    async FinalizeArtifact(request) {
      const run = runOf(request);
      const name = request.required('name');
      const upload = uploads.get(uploadKey(run, name));
      if (!upload) throw new TwirpError(404, 'not_found', `no upload of "${name}" to finalize`);
      const sizeBytes = await blobs.size(upload.blob);
      if (String(sizeBytes) !== request.required('size'))
        throw new TwirpError(
          400,
          'invalid_argument',
          `size ${request.required('size')}, but the blob has ${sizeBytes ?? 'no'} bytes`,
        );
      uploads.delete(uploadKey(run, name));
      const created = new Date(now()).toISOString();
      const artifact = index.add({
        ...upload,
        run,
        job: request.required('workflow_job_run_backend_id'),
        name,
        sizeBytes: Number(sizeBytes),
        digest: request.required('hash'),
        created,
      });
      return { ok: true, artifact_id: String(artifact.id) };
    },

    async ListArtifacts(request) {
      const name = request.optional('name_filter');
      const id = request.optional('id_filter');
      const found = index
        .ofRun(runOf(request))
        .filter((artifact) => name === undefined || artifact.name === name)
        .filter((artifact) => id === undefined || String(artifact.id) === id);
      return { artifacts: found.map(describeArtifact) };
    },

    async GetSignedArtifactURL(request) {
      return { signed_url: await artifactUrl(blobs, find(request)) };
    },

    async DeleteArtifact(request) {
      const artifact = find(request);
      index.remove(artifact.id);
      await blobs.delete(artifact.blob);
      return { ok: true, artifact_id: String(artifact.id) };
    },
  };
}

/** A signed address of an artifact's bytes. */
export const artifactUrl = (blobs: BlobStore, artifact: StoredArtifact): Promise<string> =>
  blobs.downloadUrl(artifact.blob, {
    contentType: artifact.contentType,
    fileName: artifact.blob.slice(artifact.blob.lastIndexOf('/') + 1),
  });

const describeArtifact = (artifact: StoredArtifact) => ({
  workflow_run_backend_id: artifact.run,
  workflow_job_run_backend_id: artifact.job,
  database_id: String(artifact.id),
  name: artifact.name,
  size: String(artifact.sizeBytes),
  created_at: artifact.created,
  digest: artifact.digest,
});

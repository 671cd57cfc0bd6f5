import { ActionError } from '../lib/errors.ts';
import { downloadArtifact } from './artifact-download.ts';
import { isEnterpriseServer, uploadArtifact, uploadError } from './artifact-upload.ts';
import type { Artifacts, Upload, UploadRequest } from './artifacts.ts';
import { credentialFile } from './credential-files.ts';
import type { Runtime } from './runtime.ts';

/** What the artifact service offers this step. */
export interface ArtifactAccess {
  /** Whether there is an artifact service for this run (`ACTIONS_RESULTS_URL`). */
  readonly available: boolean;
  /** Token for artifacts of other runs; empty if there is none. */
  readonly token: string;
}

const NAME = /^[^":<>|*?\r\n\\/]{1,256}$/;

/** GitHub's artifacts through its own client, with the client's gaps closed: see `uploadArtifact` and `downloadArtifact`. */
export function actionsArtifacts(runtime: Runtime, access: ArtifactAccess): Artifacts {
  let noticed = false;
  const skip = (reason: string): Upload => {
    if (!noticed) runtime.log.notice(`Nothing is uploaded: ${reason}. The files are in the output folder.`);
    noticed = true;
    return { kind: 'skipped', reason };
  };
  return {
    available: access.available,
    async upload(request) {
      checkRequest(request);
      if (!access.available) return skip('there is no artifact service here');
      try {
        return await uploadArtifact(runtime, access, request);
      } catch (error) {
        if (isEnterpriseServer(error))
          return skip('GitHub Enterprise Server has no artifact service of this version');
        throw uploadError(request.name, error);
      }
    },
    download: (name, origin) => downloadArtifact(runtime, access, name, origin),
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

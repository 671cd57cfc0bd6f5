import type { Digest } from '../../lib/digest.ts';
import type { Clock } from '../runtime.ts';
import type { Answer } from './answer.ts';
import type { RepositoryApi } from './api.ts';
import type { WriteResult } from './github.ts';
import { readBack } from './read-back.ts';

/** What runs where, as the organisation's list of linked artifacts shows it. */
export interface ArtifactRecord {
  readonly name: string;
  readonly digest: Digest;
  readonly version: string;
  readonly environment: string;
  /** Names the deployment within its environment: a later record of the same name replaces this one. */
  readonly deployment: string;
  /** Repository without its owner. */
  readonly repository: string;
}

export interface ArtifactRecords {
  /** States a record; stating it again changes nothing. Only organisations have them, and `artifact-metadata: write`. */
  set(record: ArtifactRecord): Promise<WriteResult<{ readonly id: number }>>;
}

const WRITE = 'POST /orgs/{org}/artifacts/metadata/deployment-record';
const READ = 'GET /orgs/{org}/artifacts/{subject_digest}/metadata/deployment-records';

const readRecord = (answer: Answer) => ({
  id: answer.optionalInteger('id') ?? 0,
  environment: answer.optionalText('logical_environment') ?? '',
  deployment: answer.optionalText('deployment_name') ?? '',
  digest: answer.optionalText('digest') ?? '',
});

const readRecords = (answer: Answer) =>
  answer.has('deployment_records') ? answer.list('deployment_records').map(readRecord) : [];

export const createArtifactRecords = (api: RepositoryApi, clock: Clock, org: string): ArtifactRecords => ({
  async set({ name, digest, version, environment, deployment, repository }) {
    const ours = (records: readonly ReturnType<typeof readRecord>[]) =>
      records.find(
        (record) =>
          record.digest === digest && record.environment === environment && record.deployment === deployment,
      );
    const body = {
      name,
      digest,
      version,
      status: 'deployed',
      logical_environment: environment,
      deployment_name: deployment,
      github_repository: repository,
    };
    const sent = await api.write(WRITE, { org }, body, (answer) => ({
      id: ours(readRecords(answer))?.id ?? 0,
    }));
    return readBack(sent, clock, async () => {
      const found = ours((await api.find(READ, { org, subject_digest: digest }, readRecords)) ?? []);
      return found && { id: found.id };
    });
  },
});

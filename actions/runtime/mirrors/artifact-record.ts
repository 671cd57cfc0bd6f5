import { isDigest } from '../../lib/digest.ts';
import type { Runtime } from '../runtime.ts';
import { type Deliver, payloadOf } from './delivery.ts';

/**
 * Shows the digest of what serves among the organisation's linked artifacts. The deployment is named by the model, so
 * that the record of a new version takes the place of the one before it.
 */
export const artifactRecordMirror =
  (runtime: Runtime): Deliver =>
  async (entry) => {
    const digest = payloadOf(entry, 'digest');
    if (!isDigest(digest)) return { kind: 'failed', reason: `${entry.key} has no digest` };
    const model = payloadOf(entry, 'model');
    const { artifactRecords } = await runtime.github();
    const result = await artifactRecords.set({
      name: model,
      digest,
      version: entry.version,
      environment: entry.env,
      deployment: model,
      repository: runtime.context.repo,
    });
    if (result.kind === 'done') return { kind: 'done', reference: `deployment record ${result.value.id}` };
    if (result.kind === 'refused' && result.status === 404)
      return {
        kind: 'failed',
        reason: `${runtime.context.owner} has no deployment records: only organisations have them. Set artifact-records: false.`,
      };
    const denied = result.kind === 'refused' && (result.status === 401 || result.status === 403);
    return {
      kind: 'failed',
      reason: denied
        ? `${result.message} Deployment records need \`permissions: artifact-metadata: write\`.`
        : result.message,
    };
  };

import type { Source } from '../lib/documents/envelope.ts';
import { ActionError, errorMessage } from '../lib/errors.ts';
import type { EvidenceOrigin } from '../lib/registry/evidence.ts';
import type { LoadedEvidence } from './evidence.ts';
import type { Runtime } from './runtime.ts';

const branchRef = (branch: string): string => (branch === '' ? '' : `refs/heads/${branch}`);

type Origin = EvidenceOrigin | null | undefined;

/** What GitHub knows of a run: `null` for nothing; `undefined` where it cannot be asked, which is told. */
async function originOf(runtime: Runtime, { run, ref }: Source): Promise<Origin> {
  try {
    const { headRepository, path, headBranch, headSha } = await (await runtime.github()).runs.get(run);
    return {
      repository: headRepository,
      workflow: path.split('@')[0] ?? '',
      // GitHub names the branch or the tag alone: which of both it is, is the document's word.
      ref: ref === `refs/tags/${headBranch}` ? ref : branchRef(headBranch),
      commit: headSha,
    };
  } catch (error) {
    if (error instanceof ActionError && error.code === 'not-found') return null;
    runtime.log.warning(
      `run ${run} cannot be read, so that where evidence of it comes from is only its own word: ${errorMessage(error)}`,
    );
    return undefined;
  }
}

/** This run, as the runner describes it, which needs no question to GitHub. */
function ownOrigin({ context: { source } }: Runtime): EvidenceOrigin {
  const { repository, workflow, ref, commit } = source;
  return { repository, workflow: workflow.split('@')[0] ?? '', ref, commit };
}

/** Evidence with what GitHub says of the runs that made it: one question for each other run. */
export async function withOrigins(
  runtime: Runtime,
  evidence: readonly LoadedEvidence[],
): Promise<readonly LoadedEvidence[]> {
  const { run: ownRun } = runtime.context.source;
  const origins = new Map<number, Origin>();
  if (ownRun > 0) origins.set(ownRun, ownOrigin(runtime));
  for (const { document } of evidence) {
    const { run } = document.source;
    if (run > 0 && ownRun > 0 && !origins.has(run))
      origins.set(run, await originOf(runtime, document.source));
  }
  return evidence.map((one) => {
    const origin = origins.get(one.document.source.run);
    return origin === undefined ? one : { ...one, origin };
  });
}

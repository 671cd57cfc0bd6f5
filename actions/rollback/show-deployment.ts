import { entryOf, environmentOf } from '../lib/registry/state.ts';
import { DeploymentMirror } from '../runtime/deployment-mirror.ts';
import { type CaseFile, record } from './case-file.ts';
import type { Walk } from './walk-back.ts';

/** The deployment that was the environment's, and that of a promotion which was cut off before it could record its own. */
async function retireOthers(
  { ledger, inputs: { environment } }: CaseFile,
  deployment: DeploymentMirror,
  { from, to, before }: { readonly from: string; readonly to: string; readonly before: number | undefined },
): Promise<void> {
  const description = `rolled back to ${to}`;
  await deployment.retire(before, description);
  const { rollout } = environmentOf(ledger.state, environment);
  const recorded = ledger.events.some(
    (event) => event.type === 'deployment.created' && event.env === environment && event.version === from,
  );
  if (rollout?.version === from && !recorded)
    await deployment.retireTask({ task: `mlops:promote:${rollout.id}`, environment }, description);
}

/**
 * Shows the rollback in GitHub Deployments, and that what served before does not serve any more.
 *
 * @param before - id of the deployment that was the environment's
 * @returns the id of ours, `null` when there is none
 */
export async function showDeployment(
  file: CaseFile,
  { from, to, fence, switched }: Walk,
  before: number | undefined,
): Promise<number | null> {
  const { inputs, runtime, ledger, open } = file;
  const target = entryOf(ledger.state.versions, to);
  const ok = switched.outcome === 'good';
  const deployment = new DeploymentMirror(runtime, {
    enabled: inputs.deployments === 'create',
    environmentUrl: '',
  });
  await deployment.ensure({
    task: `mlops:rollback:${open.operation.run}:${from}`,
    sha: target?.commit || runtime.context.source.commit,
    environment: inputs.environment,
    production: /^prod(uction)?$/.test(inputs.environment),
    description: `${inputs.modelName} ${to}, back from ${from}`,
    payload: {
      model: inputs.modelName,
      version: to,
      digest: target?.digest ?? '',
      uri: target?.uri ?? '',
      ...(fence === undefined ? {} : { fence }),
      ...(file.ledgerState === 'sound'
        ? { ledgerSeq: ledger.state.head.seq, ledgerHead: ledger.state.head.hash }
        : {}),
    },
  });
  const failure = switched.outcome === 'sick' ? 'failure' : 'error';
  await deployment.say(
    ok ? 'success' : failure,
    ok ? `rolled back from ${from}` : `the rollback failed: ${switched.outcome}`,
  );
  if (ok) await retireOthers(file, deployment, { from, to, before });
  const { id } = deployment;
  if (id !== undefined && ok)
    await record(file, () => [
      {
        type: 'deployment.created',
        env: inputs.environment,
        version: to,
        data: { deployment: id },
        step: String(id),
      },
    ]);
  return id ?? null;
}

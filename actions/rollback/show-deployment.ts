import { type DeploymentTarget, deploymentEntry, type FinalState } from '../lib/registry/deployment-entry.ts';
import type { OutboxEntry } from '../lib/registry/events.ts';
import { isProductionName } from '../lib/registry/production.ts';
import { entryOf, environmentOf } from '../lib/registry/state.ts';
import { deploymentOf, rollbackTask, rolloutTask } from '../lib/registry/stray-deployments.ts';
import { DeploymentMirror } from '../runtime/deployment-mirror.ts';
import { type CaseFile, record } from './case-file.ts';
import { tellNew } from './mirrors.ts';
import type { Walk } from './walk-back.ts';

/** Whether the environment is production: as the newest deployment of ours to it says, else by its name. */
async function isProduction({ inputs, runtime }: CaseFile): Promise<boolean> {
  const { environment } = inputs;
  try {
    const { deployments } = await runtime.github();
    const [newest] = await deployments.payloads(environment);
    return newest?.production ?? isProductionName(environment);
  } catch {
    return isProductionName(environment);
  }
}

/** Finds or makes the deployment that shows this rollback. */
async function makeDeployment(file: CaseFile, { from, to, fence }: Walk): Promise<DeploymentMirror> {
  const { inputs, runtime, ledger, ledgerState, open } = file;
  const target = entryOf(ledger.state.versions, to);
  const deployment = new DeploymentMirror(runtime, {
    enabled: inputs.deployments === 'create',
    environmentUrl: '',
  });
  await deployment.ensure({
    task: rollbackTask(open.operation.run, inputs.modelName, from),
    sha: target?.commit || runtime.context.source.commit,
    environment: inputs.environment,
    production: await isProduction(file),
    description: `${inputs.modelName} ${to}, back from ${from}`,
    payload: {
      model: inputs.modelName,
      version: to,
      digest: target?.digest ?? '',
      uri: target?.uri ?? '',
      ...(fence === undefined ? {} : { fence }),
      ...(ledgerState === 'sound'
        ? { ledgerSeq: ledger.state.head.seq, ledgerHead: ledger.state.head.hash }
        : {}),
    },
  });
  return deployment;
}

/** The deployment of what was rolled back, and that of a promotion which was cut off before it could record its own. */
async function replacedDeployments(
  { ledger, runtime, inputs: { environment } }: CaseFile,
  from: string,
): Promise<readonly number[]> {
  const recorded = deploymentOf(ledger.events, environment, from);
  const { rollout } = environmentOf(ledger.state, environment);
  if (recorded !== undefined) return [recorded];
  if (rollout?.version !== from) return [];
  try {
    const { deployments } = await runtime.github();
    const found = await deployments.find({ task: rolloutTask(rollout.id), environment });
    return found === undefined ? [] : [found.id];
  } catch {
    // Whoever completes the next change here finds what was left.
    return [];
  }
}

/**
 * Shows the rollback in GitHub Deployments, and that what served before does not serve any more. What GitHub does not take
 * waits in the outbox.
 *
 * @returns the id of ours, `null` when there is none
 */
export async function showDeployment(file: CaseFile, walk: Walk): Promise<number | null> {
  const { inputs, ledger } = file;
  if (inputs.deployments === 'off') return null;
  const { environment: env } = inputs;
  const { from, to, fence = 0, switched } = walk;
  const ok = switched.outcome === 'good';
  const after = environmentOf(ledger.state, env).deployment?.id;
  const replaced = ok ? await replacedDeployments(file, from) : [];
  const deployment = await makeDeployment(file, walk);
  const { id } = deployment;
  const ours = deployment.target({ after, fence });
  const ended = (target: DeploymentTarget, state: FinalState, description: string): OutboxEntry =>
    deploymentEntry(target, { env, version: to, state, description, environmentUrl: '' });
  const failure = switched.outcome === 'sick' ? 'failure' : 'error';
  const entries = [
    ...(ours === undefined
      ? []
      : [
          ended(
            ours,
            ok ? 'success' : failure,
            ok ? `rolled back from ${from}` : `the rollback failed: ${switched.outcome}`,
          ),
        ]),
    ...replaced
      .filter((other) => other !== id)
      .map((other) => ended({ kind: 'made', id: other }, 'inactive', `rolled back to ${to}`)),
  ];
  const told = await tellNew(file, entries, `deployment ${from} ${to} ${fence}`);
  // Where the ledger cannot be written, what is done already is no use to whoever takes the events over.
  const drafts =
    file.ledgerState === 'sound' || told.some(({ type }) => type === 'mirror.failed') ? told : [];
  const created =
    id === undefined || !ok
      ? []
      : [
          {
            type: 'deployment.created' as const,
            env,
            version: to,
            data: { deployment: id },
            step: String(id),
          },
        ];
  if (created.length + drafts.length > 0) await record(file, () => [...created, ...drafts]);
  return id ?? null;
}

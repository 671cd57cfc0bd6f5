import type { Draft } from '../lib/registry/events.ts';
import { promotionEntries } from '../lib/registry/outbox.ts';
import { entryOf, environmentOf } from '../lib/registry/state.ts';
import type { DeploymentState } from '../runtime/github/deployments.ts';
import { deploymentEntry } from '../runtime/mirrors/deployment.ts';
import { incidentEntry } from '../runtime/mirrors/incident-close.ts';
import { draft, type RolloutRun } from './rollout-run.ts';

/**
 * What is to follow the end of a rollout outside of the ledger, recorded in the same commit as the end itself, so that
 * a crash after it loses none of it.
 */
export function closing(run: RolloutRun, state: DeploymentState, description: string): readonly Draft[] {
  const { environment: env, environmentUrl, candidate, mirror } = run;
  const { version } = candidate;
  const ours = mirror.id;
  const ending =
    ours === undefined ? [] : [deploymentEntry(ours, { env, version, state, description, environmentUrl })];
  const entries = [...ending, ...(state === 'success' ? succession(run) : [])];
  return entries.length === 0 ? [] : [draft(run, 'mirror.queued', { entries }, `${state}/${run.fence}`)];
}

/** What tells others that the version serves now, and the one before no longer. */
function succession(run: RolloutRun) {
  const { environment: env, candidate, fence, known } = run;
  const { version } = candidate;
  const { state } = known;
  const before = deploymentBefore(run);
  const commit = entryOf(state.versions, version)?.commit ?? '';
  const { incidents } = environmentOf(state, env);
  return [
    ...(before === undefined || before === run.mirror.id
      ? []
      : [
          deploymentEntry(before, {
            env,
            version,
            state: 'inactive',
            description: `superseded by ${version}`,
            environmentUrl: '',
          }),
        ]),
    ...promotionEntries(
      {
        model: state.model,
        environment: env,
        fence,
        head: state.head.hash,
        to: { ...candidate, commit },
      },
      run.mirrors,
    ),
    ...incidents.map(({ issue }) => incidentEntry(issue, { model: state.model, env, version })),
  ];
}

/** The deployment of the version that served before: GitHub itself retires none of production. */
function deploymentBefore({ known, environment, previous }: RolloutRun): number | undefined {
  if (previous === undefined) return undefined;
  const created = known.events.findLast(
    (event) =>
      event.type === 'deployment.created' && event.env === environment && event.version === previous.version,
  );
  return created?.type === 'deployment.created' ? created.data.deployment : undefined;
}

import { deploymentEntry, type FinalState } from '../lib/registry/deployment-entry.ts';
import type { Draft } from '../lib/registry/events.ts';
import { promotionEntries } from '../lib/registry/outbox.ts';
import { entryOf, environmentOf } from '../lib/registry/state.ts';
import { deploymentOf } from '../lib/registry/stray-deployments.ts';
import { incidentEntry } from '../runtime/mirrors/incident-close.ts';
import { draft, type RolloutRun } from './rollout-run.ts';

/**
 * What is to follow the end of a rollout outside of the ledger, recorded in the same commit as the end itself, so that
 * a crash after it loses none of it.
 */
export function closing(run: RolloutRun, state: FinalState, description: string): readonly Draft[] {
  const { environment: env, environmentUrl, candidate, mirror } = run;
  const { version } = candidate;
  const after = environmentOf(run.known.state, env).deployment?.id;
  const ours = mirror.target({ after, fence: run.fence });
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
  // GitHub itself retires none of production.
  const before = run.previous && deploymentOf(known.events, env, run.previous.version);
  const commit = entryOf(state.versions, version)?.commit ?? '';
  const { incidents } = environmentOf(state, env);
  return [
    ...(before === undefined || before === run.mirror.id
      ? []
      : [
          deploymentEntry(
            { kind: 'made', id: before },
            { env, version, state: 'inactive', description: `superseded by ${version}`, environmentUrl: '' },
          ),
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

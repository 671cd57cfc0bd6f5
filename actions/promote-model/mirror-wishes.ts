import type { MirrorWishes } from '../lib/registry/events.ts';
import type { Inputs } from './inputs.ts';

/** Whom the inputs alone ask to tell: what a new rollout is begun with. */
export const ownWishes = (inputs: Inputs): MirrorWishes => ({
  deployments: inputs.deployments === 'create',
  environmentUrl: inputs.environmentUrl,
  release: inputs.release,
  artifactRecords: inputs.artifactRecords,
  gtoTags: inputs.gtoTags,
  mlflowAlias: inputs.mlflow.trackingUri === '' ? '' : inputs.mlflow.alias,
  notifyOn: inputs.notify.url === '' ? [] : [...inputs.notify.on],
  notifyFormat: inputs.notify.format,
});

/**
 * Whom to tell of a rollout: whom it was begun with, but for what this step's inputs say.
 *
 * @param recorded - `undefined` for a rollout of an older version, or none
 */
export function mirrorWishes(inputs: Inputs, recorded: MirrorWishes | undefined): MirrorWishes {
  const own = ownWishes(inputs);
  if (recorded === undefined) return own;
  const { given, mlflow, notify } = inputs;
  const pick = <K extends keyof MirrorWishes>(key: K, input: string): MirrorWishes[K] =>
    given.has(input) ? own[key] : recorded[key];
  const mlflowWanted = recorded.mlflowAlias !== '';
  const notifyWanted = recorded.notifyOn.length > 0;
  return {
    deployments: pick('deployments', 'deployments'),
    environmentUrl: pick('environmentUrl', 'environment-url'),
    release: pick('release', 'release'),
    artifactRecords: pick('artifactRecords', 'artifact-records'),
    gtoTags: pick('gtoTags', 'gto-tags'),
    // Wanted then or now; an address alone does not change under which name.
    mlflowAlias: !mlflowWanted
      ? own.mlflowAlias
      : given.has('mlflow-alias')
        ? mlflow.alias
        : recorded.mlflowAlias,
    notifyOn: !notifyWanted ? own.notifyOn : given.has('notify-on') ? [...notify.on] : recorded.notifyOn,
    notifyFormat: pick('notifyFormat', 'notify-format'),
  };
}

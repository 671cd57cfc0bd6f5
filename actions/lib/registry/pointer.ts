import { entryOf, environmentOf, type LedgerState, openRollout } from './state.ts';

/** A version with where its bytes lie. */
const served = (state: LedgerState, version: string | null) => {
  const known = entryOf(state.versions, version ?? '');
  return version === null || known === undefined ? null : { version, digest: known.digest, uri: known.uri };
};

/**
 * `env/<environment>.json`: the little that serving or a GitOps tool reads. `stable` has all traffic that `canary`
 * has not; `warm` should stay ready to serve until then; `fence` grows with every change of hands; `head` is the hash of the last event.
 */
export function environmentPointer(state: LedgerState, name: string) {
  const environment = environmentOf(state, name);
  const rollout = openRollout(environment);
  const canary = rollout !== undefined && rollout.weight > 0 ? served(state, rollout.version) : null;
  const warm = served(state, environment.warm?.version ?? null);
  return {
    model: state.model,
    environment: name,
    stable: served(state, environment.current),
    canary: canary === null ? null : { ...canary, weight: rollout?.weight ?? 0 },
    warm: warm === null ? null : { ...warm, until: environment.warm?.until ?? '' },
    fence: environment.fence,
    head: state.head.hash,
  };
}

import { isDigest } from '../digest.ts';
import type { Ledger } from './ledger.ts';
import { versionProblem } from './names.ts';
import { emptyState, environmentOf, type LedgerState, type VersionState } from './state.ts';

/** A deployment of ours as GitHub still knows it. */
export interface KnownDeployment {
  readonly id: number;
  /** Whether its version had all traffic: `inactive` is also what was aborted, overtaken or made twice. */
  readonly succeeded: boolean;
  readonly payload: Readonly<Record<string, unknown>>;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function versionOf({ payload }: KnownDeployment, model: string) {
  const { version, digest, uri } = payload;
  if (payload['model'] !== model || typeof digest !== 'string' || !isDigest(digest)) return undefined;
  if (versionProblem('version', text(version)) !== undefined) return undefined;
  return { version: text(version), digest, uri: text(uri) };
}

const fenceOf = ({ payload: { fence } }: KnownDeployment): number =>
  typeof fence === 'number' && Number.isSafeInteger(fence) && fence > 0 ? fence : 0;

/**
 * What GitHub's deployments prove of a model when its ledger is gone: which versions served, under which digests. A
 * place of last resort to roll back from; nothing is ever promoted on it.
 *
 * @param deployments - newest first
 */
function ledgerFromDeployments(
  model: string,
  environment: string,
  deployments: readonly KnownDeployment[],
): { readonly state: LedgerState } {
  const known = deployments.flatMap((deployment) => {
    const version = versionOf(deployment, model);
    return version === undefined ? [] : [{ ...version, served: deployment.succeeded, id: deployment.id }];
  });
  const empty = emptyState(model);
  const versions = new Map<string, VersionState>();
  for (const { version, digest, uri, served, id } of known.toReversed())
    versions.set(version, {
      digest,
      uri,
      commit: '',
      registered: '',
      dataDigest: null,
      metrics: {},
      intervals: {},
      signature: null,
      cause: '',
      approvers: [],
      evidence: {},
      // Ids grow with time, and the order of verification is all that is asked of it.
      verified: served ? { [environment]: `deployment ${String(id).padStart(20, '0')}` } : {},
    });
  const state = {
    ...empty,
    versions: Object.fromEntries(versions),
    environments: {
      [environment]: {
        ...environmentOf(empty, environment),
        current: known[0]?.version ?? null,
        served: known.filter(({ served }) => served).map(({ version }) => ({ version, since: '' })),
      },
    },
  };
  return { state };
}

const isAfter = ({ payload: { ledgerSeq: seq } }: KnownDeployment, { state: { head } }: Ledger): boolean =>
  head.seq === 0 || (typeof seq === 'number' && seq > head.seq);

/**
 * The ledger with what deployments have seen of the model since its last event, which it does not know or has lost:
 * versions, which of them serves, and a fence at least as high, as receivers refuse lower ones.
 *
 * @param deployments - newest first
 */
export function withSeen(ledger: Ledger, name: string, deployments: readonly KnownDeployment[]): Ledger {
  const { state } = ledger;
  const environment = environmentOf(state, name);
  const fence = Math.max(environment.fence, ...deployments.map(fenceOf));
  const lost = ledgerFromDeployments(
    state.model,
    name,
    deployments.filter((one) => isAfter(one, ledger)),
  ).state;
  const { current, served } = environmentOf(lost, name);
  const seen =
    current === null
      ? environment
      : { ...environment, current, rollout: null, served: [...served, ...environment.served] };
  const versions = new Map(Object.entries(lost.versions));
  for (const [version, known] of Object.entries(state.versions)) {
    const verified = { ...known.verified, ...versions.get(version)?.verified };
    versions.set(version, { ...known, verified });
  }
  return {
    ...ledger,
    state: {
      ...state,
      versions: Object.fromEntries(versions),
      environments: { ...state.environments, [name]: { ...seen, fence } },
    },
  };
}

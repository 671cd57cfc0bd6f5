import { isDigest } from '../digest.ts';
import type { Ledger } from './ledger.ts';
import { versionProblem } from './names.ts';
import { emptyState, environmentOf, type VersionState } from './state.ts';

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
 * The ledger with a fence at least as high as deployments have seen: receivers refuse lower ones, and a ledger that
 * lost events has forgotten how high it was.
 */
export function withSeenFence(ledger: Ledger, name: string, deployments: readonly KnownDeployment[]): Ledger {
  const environment = environmentOf(ledger.state, name);
  const fence = Math.max(environment.fence, ...deployments.map(fenceOf));
  const environments = { ...ledger.state.environments, [name]: { ...environment, fence } };
  return { ...ledger, state: { ...ledger.state, environments } };
}

/**
 * What GitHub's deployments prove of a model when its ledger is gone: which versions served, under which digests. A
 * place of last resort to roll back from; nothing is ever promoted on it.
 *
 * @param deployments - newest first
 */
export function ledgerFromDeployments(
  model: string,
  environment: string,
  deployments: readonly KnownDeployment[],
): Ledger {
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
  return { state, events: [] };
}

import { atPointer } from '../../../lib/rollout/read-number.ts';
import { listAt, numberAt, textAt } from './kubernetes.ts';
import type { RevisionModels } from './traffic-record.ts';

/** A share of traffic as KServe reports it. */
export interface RevisionShare {
  readonly revision: string;
  readonly percent: number;
}

/** What an InferenceService says of its predictor. */
export interface ServiceState {
  readonly resourceVersion: string;
  /** Key of the predictor that holds `storageUri`: `model`, or the name of a framework in the old schema. */
  readonly part: string;
  readonly uri: string;
  readonly canary: number | undefined;
  /** Revisions by name: the newest, the newest that can serve, the newest that had all traffic. */
  readonly created: string | undefined;
  readonly ready: string | undefined;
  readonly rolledOut: string | undefined;
  /** Whether the status speaks of an older state of the specification. */
  readonly stale: boolean;
  readonly shares: readonly RevisionShare[];
}

const PREDICTOR = '/spec/predictor';
const STATUS = '/status/components/predictor';

/** Reads an InferenceService; a text says what it lacks. */
export function serviceState(service: unknown): ServiceState | string {
  const resourceVersion = textAt(service, '/metadata/resourceVersion');
  if (resourceVersion === undefined) return 'it has no resourceVersion';
  const part = partWithUri(service);
  if (part === undefined)
    return 'its predictor has no storageUri, as one with containers of its own; switch its traffic with driver: command';
  const observed = numberAt(service, '/status/observedGeneration');
  const ready = textAt(service, `${STATUS}/latestReadyRevision`);
  const shares = listAt(service, `${STATUS}/traffic`).map((entry) => ({
    // Knative names the revision behind `latestRevision` too; where it does not, it is the newest ready one.
    revision: textAt(entry, '/revisionName') ?? ready ?? '',
    percent: numberAt(entry, '/percent') ?? 0,
  }));
  return {
    resourceVersion,
    part,
    uri: textAt(service, `${PREDICTOR}/${part}/storageUri`) ?? '',
    canary: numberAt(service, `${PREDICTOR}/canaryTrafficPercent`),
    created: textAt(service, `${STATUS}/latestCreatedRevision`),
    ready,
    rolledOut: textAt(service, `${STATUS}/latestRolledoutRevision`),
    stale: observed !== undefined && observed < (numberAt(service, '/metadata/generation') ?? 0),
    shares,
  };
}

function partWithUri(service: unknown): string | undefined {
  const predictor = atPointer(service, PREDICTOR);
  if (predictor.kind === 'missing' || typeof predictor.value !== 'object' || predictor.value === null)
    return undefined;
  const parts = Object.keys(predictor.value).filter(
    (key) => /^[A-Za-z0-9]+$/.test(key) && textAt(predictor.value, `/${key}/storageUri`) !== undefined,
  );
  return parts.includes('model') ? 'model' : parts[0];
}

/**
 * The models of revisions, with that of the newest one. A revision that is known keeps its model: right after a change
 * of the model, the newest revision is still one of the model before.
 */
export function withNewest({ created, uri, stale }: ServiceState, known: RevisionModels): RevisionModels {
  return created === undefined || stale || known.has(created) ? known : new Map([...known, [created, uri]]);
}

/** The share of a model's revisions, in percent; a text says why it cannot be told. */
export function shareOf(state: ServiceState, known: RevisionModels, uri: string): number | string {
  const { shares } = state;
  if (state.stale) return 'KServe has not acted on the newest change yet';
  if (shares.length === 0)
    return 'the status of the InferenceService names no traffic, which KServe splits in its serverless mode only';
  const sum = shares.reduce((total, { percent }) => total + percent, 0);
  if (sum !== 100 || shares.some(({ percent }) => percent < 0))
    return `the shares in the status are ${sum} % in all`;
  const models = withNewest(state, known);
  const own = shares.filter(({ revision }) => models.get(revision) === uri);
  return own.reduce((total, { percent }) => total + percent, 0);
}

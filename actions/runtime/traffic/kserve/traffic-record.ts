import { ActionError } from '../../../lib/errors.ts';
import { parseJsonStrict } from '../../../lib/schema/json.ts';
import { type Answer, type Kubernetes, textAt } from './kubernetes.ts';

/** Which model revisions serve: uris by the name of the revision. */
export type RevisionModels = ReadonlyMap<string, string>;

/** What must be known about a service besides itself. */
export interface TrafficRecord {
  /** Highest fence seen. */
  readonly fence: number;
  /** Revisions that were seen while the service named their model; a revision never serves another one. */
  readonly models: RevisionModels;
  /** Of the ConfigMap; `undefined` before there is one. */
  readonly resourceVersion: string | undefined;
}

export type FoundRecord =
  | { readonly kind: 'record'; readonly record: TrafficRecord }
  | Extract<Answer, { kind: 'again' | 'failed' }>;

const NONE: TrafficRecord = { fence: 0, models: new Map(), resourceVersion: undefined };
/** Revisions that are remembered; KServe can go back to the two newest only. */
const REMEMBERED = 20;

/**
 * A ConfigMap beside the service that keeps the fence. Not an annotation of the service itself: KServe hands annotations
 * on to the revisions, so that a new fence would start new pods (kserve/kserve#3710).
 */
export function trafficRecord(api: Kubernetes, namespace: string, name: string) {
  const folder = `/api/v1/namespaces/${namespace}/configmaps`;
  const path = `${folder}/${name}-mlops-actions`;
  return {
    async read(): Promise<FoundRecord> {
      const answer = await api.get(path);
      if (answer.kind === 'absent') return { kind: 'record', record: NONE };
      return answer.kind === 'object' ? recordIn(answer.object, `${name}-mlops-actions`) : answer;
    },
    /** Replaces the record that was read, and no other. */
    async write(record: TrafficRecord): Promise<Answer> {
      const { fence, models, resourceVersion } = record;
      const newest = [...models].slice(-REMEMBERED);
      const data = { fence: String(fence), models: JSON.stringify(Object.fromEntries(newest)) };
      if (resourceVersion !== undefined) return api.patch(path, { metadata: { resourceVersion }, data });
      const metadata = { name: `${name}-mlops-actions`, namespace };
      return api.create(folder, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data });
    },
  };
}

/** A record that cannot be read is never taken for none: then any fence would do. */
function recordIn(object: unknown, name: string): FoundRecord {
  const fence = textAt(object, '/data/fence');
  const resourceVersion = textAt(object, '/metadata/resourceVersion');
  if (fence === undefined || !/^\d{1,15}$/.test(fence) || resourceVersion === undefined)
    return {
      kind: 'failed',
      message: `the ConfigMap ${name} holds no fence; mend data.fence, or delete the ConfigMap to begin anew`,
    };
  return { kind: 'record', record: { fence: Number(fence), models: modelsIn(object), resourceVersion } };
}

/** Models that cannot be read are only forgotten: a revision of an unknown model has no share that counts. */
function modelsIn(object: unknown): RevisionModels {
  const models = new Map<string, string>();
  try {
    const { value } = parseJsonStrict(textAt(object, '/data/models') ?? '{}', 'data.models');
    for (const [revision, uri] of Object.entries(Object(value)))
      if (typeof uri === 'string') models.set(revision, uri);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
  }
  return models;
}

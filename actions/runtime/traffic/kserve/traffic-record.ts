import { type Answer, type Kubernetes, textAt } from './kubernetes.ts';

/** A revision and the model it serves. */
export interface StableRevision {
  readonly revision: string;
  readonly uri: string;
}

/** What must be known about a service besides itself. */
export interface TrafficRecord {
  /** Highest fence seen. */
  readonly fence: number;
  /** The revision that had all traffic before the newest change of the model. */
  readonly stable: StableRevision | undefined;
  /** Of the ConfigMap; `undefined` before there is one. */
  readonly resourceVersion: string | undefined;
}

export type FoundRecord =
  | { readonly kind: 'record'; readonly record: TrafficRecord }
  | Extract<Answer, { kind: 'again' | 'failed' }>;

const NONE: TrafficRecord = { fence: 0, stable: undefined, resourceVersion: undefined };

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
      const { fence, stable, resourceVersion } = record;
      const data = {
        fence: String(fence),
        ...(stable && { 'stable-revision': stable.revision, 'stable-uri': stable.uri }),
      };
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
  const revision = textAt(object, '/data/stable-revision');
  const stable = revision && { revision, uri: textAt(object, '/data/stable-uri') ?? '' };
  return { kind: 'record', record: { fence: Number(fence), stable: stable || undefined, resourceVersion } };
}

import type { KubernetesObject } from './kubernetes.ts';

export type Objects = Map<string, KubernetesObject>;

interface Timing {
  readonly lagReads: number;
  readonly readyReads: number;
  readonly broken: ReadonlySet<string>;
  readonly observes: boolean;
}

interface Revision {
  readonly name: string;
  readonly template: string;
  readonly uri: string;
  age: number;
  ready: boolean;
}

/** What the controllers know of one object. */
interface Followed {
  lag: number;
  readonly revisions: Revision[];
  rolledOut: string;
  previous: string;
  age: number;
}

/** Parts of KServe's objects, as far as its controllers look at them. */
interface Predictor {
  readonly canaryTrafficPercent?: number;
  readonly [part: string]: unknown;
}

const uriOf = (predictor: Predictor): string =>
  Object.values(predictor)
    .map((part) =>
      typeof part === 'object' && part !== null && 'storageUri' in part ? String(part.storageUri) : '',
    )
    .find((uri) => uri !== '') ?? '';

/**
 * KServe's controllers in small. They act some reads after a change, so that a test meets every state on the way: a
 * status that is old, a revision that is not ready, and traffic that Knative resolves to the newest *ready* revision.
 */
export function followServices(objects: Objects, timing: Timing) {
  const followed = new Map<string, Followed>();
  const of = (path: string): Followed => {
    const known = followed.get(path) ?? { lag: 0, revisions: [], rolledOut: '', previous: '', age: 0 };
    followed.set(path, known);
    return known;
  };
  return {
    changed(path: string): void {
      if (/inferenceservices\//.test(path)) of(path).lag = timing.lagReads;
    },
    read(): void {
      for (const [path, object] of objects) {
        if (!/inferenceservices\//.test(path)) continue;
        const known = of(path);
        known.lag -= 1;
        if (known.lag >= 0) continue;
        const status = path.includes('/llminferenceservices/')
          ? groupStatus(objects, object, known, timing)
          : serviceStatus(object, known, timing);
        const observed = timing.observes ? { observedGeneration: object.metadata.generation } : {};
        objects.set(path, { ...object, status: { ...observed, ...status } });
      }
    },
  };
}

function serviceStatus({ metadata, spec }: KubernetesObject, known: Followed, timing: Timing) {
  const { predictor } = spec as { predictor: Predictor };
  const { canaryTrafficPercent: canary, ...rest } = predictor;
  // Annotations are handed on to the revisions: one that changes makes a new revision.
  const template = JSON.stringify([rest, metadata.annotations ?? {}]);
  const { revisions } = known;
  if (revisions.at(-1)?.template !== template)
    revisions.push({
      name: `${metadata.name}-predictor-${String(revisions.length + 1).padStart(5, '0')}`,
      template,
      uri: uriOf(predictor),
      age: 0,
      ready: false,
    });
  const created = revisions.at(-1);
  if (created !== undefined) {
    created.age += 1;
    created.ready ||= created.age > timing.readyReads && !timing.broken.has(created.uri);
  }
  const ready = revisions.findLast((revision) => revision.ready)?.name ?? '';
  const back = known.rolledOut === ready && ready === created?.name ? known.previous : known.rolledOut;
  const split = canary !== undefined && canary < 100 && back !== '';
  const traffic = [
    { latestRevision: true, revisionName: ready, percent: split ? canary : 100 },
    ...(split ? [{ latestRevision: false, revisionName: back, percent: 100 - canary, tag: 'prev' }] : []),
  ];
  if (!split && canary === undefined && ready !== '' && known.rolledOut !== ready) {
    known.previous = known.rolledOut;
    known.rolledOut = ready;
  }
  return {
    components: {
      predictor: {
        latestCreatedRevision: created?.name,
        latestReadyRevision: ready,
        latestRolledoutRevision: known.rolledOut,
        previousRolledoutRevision: known.previous,
        traffic: ready === '' ? [] : traffic,
      },
    },
  };
}

function groupStatus(objects: Objects, object: KubernetesObject, known: Followed, timing: Timing) {
  const stopped = (one: KubernetesObject): boolean =>
    one.metadata.annotations?.['serving.kserve.io/stop'] === 'true';
  known.age = stopped(object) ? 0 : known.age + 1;
  const { router } = object['spec'] as { router: { route: { group: string } } };
  const members = [...objects.values()]
    .map((one) => ({
      one,
      route: (one['spec'] as { router?: { route?: { group: string; weight?: number } } })?.router?.route,
    }))
    .filter(({ route }) => route?.group === router.route.group)
    .map(({ one, route }) => ({
      name: one.metadata.name,
      weight: route?.weight ?? 0,
      ...(stopped(one) ? { stopped: true } : {}),
    }));
  const ready = known.age > timing.readyReads ? 'True' : 'False';
  return {
    conditions: [{ type: 'Ready', status: ready }],
    router: { group: { name: router.route.group, members } },
  };
}

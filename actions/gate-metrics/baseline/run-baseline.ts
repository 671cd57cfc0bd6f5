import type { BaselineOrigin, GateDocument } from '../../lib/documents/gate.ts';
import { ActionError } from '../../lib/errors.ts';
import { loadDocument } from '../../runtime/documents.ts';
import type { ArtifactState, WorkflowRun } from '../../runtime/github/runs.ts';
import { fileNamed, locate, parseLocation } from '../../runtime/locations.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { loadCandidate } from '../load-metrics.ts';
import { MAX_ANCESTORS } from './commit-line.ts';
import { type Baseline, baselineOf, type LoadedNumbers } from './found-baseline.ts';
import { gateNumbers } from './gate-view.ts';
import { ifFound, type Place, type Search } from './search.ts';

/** Runs whose artifacts are looked at; each costs a request for every name. */
const MAX_RUNS = 8;
/** Artifacts that are downloaded at most, where the first ones cannot be used. */
const MAX_DOWNLOADS = 3;
/** Runs of the branch that are searched for its commits. */
const RUNS_LISTED = 300;
const RUNS_OF_A_COMMIT = 10;
const DEFAULT_ARTIFACT = 'evaluate-model';

/**
 * Events whose runs are about the branch itself. A fork may name its branch like ours, and a run that a pull request
 * or another workflow started may hold what the fork made: none of these counts.
 */
const TRUSTED_EVENTS: ReadonlySet<string> = new Set([
  'push',
  'schedule',
  'workflow_dispatch',
  'repository_dispatch',
]);

/** A run and how far its commit is away. */
interface Candidate {
  readonly run: WorkflowRun;
  readonly origin: BaselineOrigin;
  readonly distance: number | undefined;
}

/** The artifacts of the runs that this run's commit descends from, or of the newest one of the branch. */
export const runArtifacts: Place = {
  name: 'runs of the workflow',
  async look(search) {
    const { situation } = search;
    if (situation.kind === 'clone') {
      search.note('runs of the workflow', 'outside a workflow there is no run to take it from');
      return undefined;
    }
    const line = await search.line();
    const where = `runs of ${workflowOf(search) ?? 'any workflow'} on ${situation.branch}`;
    if (line === undefined) return newestOn(search, situation.branch, 'previous-run');
    const [nearest] = line.commits;
    if (nearest === undefined) {
      search.note(where, 'there is no commit before this one');
      return undefined;
    }
    const origin = (distance: number): BaselineOrigin =>
      situation.kind === 'pushed' ? 'previous-run' : distance === 0 ? 'merge-base' : 'ancestor';
    const at = ({ headSha }: WorkflowRun): number => line.commits.indexOf(headSha);
    const candidateOf = (run: WorkflowRun): Candidate => {
      const distance = at(run) + line.distance;
      return { run, distance, origin: origin(distance) };
    };
    const looked = new Looked(search);
    const exact = await trustedRuns(search, situation.branch, RUNS_OF_A_COMMIT, nearest);
    const found = await looked.first(exact.filter(({ headSha }) => headSha === nearest).map(candidateOf));
    if (found !== undefined) return found;
    const listed = await trustedRuns(search, situation.branch, RUNS_LISTED);
    const nearby = listed
      .filter((run) => at(run) > 0)
      .sort((a, b) => at(a) - at(b) || b.id - a.id)
      .map(candidateOf);
    if (exact.length + nearby.length === 0)
      search.note(
        where,
        `no successful run at ${nearest.slice(0, 7)} or the ${MAX_ANCESTORS} commits before it`,
      );
    return looked.first(nearby);
  },
};

/** The newest run of a branch that has the artifact. */
export const branchRuns = (branch: string): Place => ({
  name: `runs on ${branch}`,
  look: (search) => newestOn(search, branch, 'given'),
});

async function newestOn(
  search: Search,
  branch: string,
  origin: BaselineOrigin,
): Promise<Baseline | undefined> {
  const runs = await trustedRuns(search, branch, MAX_RUNS * 2);
  if (runs.length === 0)
    search.note(
      `runs of ${workflowOf(search) ?? 'any workflow'} on ${branch}`,
      'no successful run but this one',
    );
  return new Looked(search).first(runs.map((run) => ({ run, origin, distance: undefined })));
}

/** Successful runs of the workflow, newest first, that are about the branch itself; this one left out. */
async function trustedRuns(
  search: Search,
  branch: string,
  limit: number,
  headSha?: string,
): Promise<readonly WorkflowRun[]> {
  const { runs } = await search.runtime.github();
  const workflow = workflowOf(search);
  const listed = await ifFound(
    runs.list({
      branch,
      limit,
      ...(workflow !== undefined && { workflow }),
      ...(headSha !== undefined && { headSha }),
    }),
  );
  if (listed === undefined)
    throw new ActionError(
      'not-found',
      `there is no workflow ${workflow ?? ''} yet that has run, or the token may not see it (permissions: actions: read)`,
    );
  const self = search.runtime.context.source.run;
  return listed.filter(({ id, event }) => id !== self && TRUSTED_EVENTS.has(event));
}

function workflowOf({ inputs, runtime }: Search): string | undefined {
  return inputs.baselineWorkflow ?? (runtime.context.source.workflow.split('@')[0] || undefined);
}

/** An artifact that may hold numbers, and how it is read. */
interface Source {
  readonly name: string;
  load(run: number): Promise<LoadedNumbers>;
}

/** Looks at the artifacts of runs, within the limits of one search. */
class Looked {
  readonly #search: Search;
  readonly #sources: readonly Source[];
  #runs = 0;
  #downloads = 0;

  constructor(search: Search) {
    this.#search = search;
    this.#sources = sourcesOf(search);
  }

  /** The first of the runs that has metrics. */
  async first(candidates: readonly Candidate[]): Promise<Baseline | undefined> {
    for (const candidate of candidates) {
      if (this.#runs === MAX_RUNS || this.#downloads === MAX_DOWNLOADS) {
        this.#search.note('older runs', `left out after ${this.#runs} runs and ${this.#downloads} downloads`);
        return undefined;
      }
      this.#runs += 1;
      const found = await this.#at(candidate);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async #at({ run, origin, distance }: Candidate): Promise<Baseline | undefined> {
    const { runs } = await this.#search.runtime.github();
    const place = `run ${run.id} at ${run.headSha.slice(0, 7)}`;
    const states = new Map<string, ArtifactState>();
    for (const { name, load } of this.#sources) {
      const state = await runs.artifactState(run.id, name);
      states.set(name, state);
      if (state !== 'there' || this.#downloads === MAX_DOWNLOADS) continue;
      this.#downloads += 1;
      const numbers = await this.#search.attemptOne(place, () => load(run.id));
      if (numbers !== undefined)
        return baselineOf(numbers, {
          origin,
          commit: run.headSha,
          run: run.id,
          ...(distance !== undefined && { distance }),
        });
    }
    const missing = missingText(states);
    if (missing !== '') this.#search.note(place, missing);
    return undefined;
  }
}

/** The artifacts the candidate's metrics come from, as the other run calls them too, then the gate's own. */
function sourcesOf({ runtime, inputs }: Search): readonly Source[] {
  const { format, expectInputs, artifactName } = inputs;
  const named = inputs.metrics.flatMap((text) => {
    const location = parseLocation(text);
    return location.kind === 'artifact' ? [location.name] : [];
  });
  const [first = DEFAULT_ARTIFACT, ...more] = [...new Set(named)];
  const evaluation: Source = {
    name: first,
    async load(run) {
      const locations = [first, ...more].map((name) => `artifact:${name}@run:${run}`);
      return { view: (await loadCandidate(runtime, locations, { format, expectInputs })).view };
    },
  };
  const gate: Source = {
    name: artifactName,
    load: (run) => gateArtifact(runtime, `artifact:${artifactName}@run:${run}`),
  };
  return first === artifactName ? [gate] : [evaluation, gate];
}

/** Why a run's artifacts give nothing: `its artifact evaluate-model has expired`. */
function missingText(states: ReadonlyMap<string, ArtifactState>): string {
  const named = (state: ArtifactState): string =>
    [...states].flatMap(([name, is]) => (is === state ? [name] : [])).join(' and ');
  if (named('expired') !== '') return `its artifact ${named('expired')} has expired`;
  return named('none') === '' || named('there') !== '' ? '' : `it has no artifact ${named('none')}`;
}

/** The numbers that a gate of another run judged, from its own artifact: they are there whoever made the metrics. */
async function gateArtifact(runtime: Runtime, location: string): Promise<LoadedNumbers> {
  const file = fileNamed(await locate(runtime, location), 'gate.json');
  if (file === undefined) throw new ActionError('not-found', `${location}: it holds no gate.json`);
  const { document, digest } = await loadDocument<GateDocument>(runtime, 'gate', file);
  return gateNumbers(document, location, digest);
}

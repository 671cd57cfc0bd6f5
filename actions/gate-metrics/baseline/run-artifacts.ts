import type { BaselineOrigin, GateDocument } from '../../lib/documents/gate.ts';
import { ActionError } from '../../lib/errors.ts';
import { loadDocument } from '../../runtime/documents.ts';
import type { ArtifactState, WorkflowRun } from '../../runtime/github/runs.ts';
import { fileNamed, locate, parseLocation } from '../../runtime/locations.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { loadCandidate } from '../metrics/load-metrics.ts';
import { type Baseline, baselineOf, type LoadedNumbers } from './found-baseline.ts';
import { gateNumbers } from './gate-view.ts';
import type { Search } from './search.ts';

/** Runs whose artifacts are looked at; each costs a request for every name. */
export const MAX_RUNS = 8;
/** Artifacts that are downloaded at most, where the first ones cannot be used. */
const MAX_DOWNLOADS = 3;
const DEFAULT_ARTIFACT = 'evaluate-model';

/** A run and how far its commit is away. */
export interface Candidate {
  readonly run: WorkflowRun;
  readonly origin: BaselineOrigin;
  readonly distance: number | undefined;
}

/** An artifact that may hold numbers, and how it is read. */
interface Source {
  readonly name: string;
  load(run: number): Promise<LoadedNumbers>;
}

/** Looks at the artifacts of runs, within the limits of one search. */
export class RunArtifacts {
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

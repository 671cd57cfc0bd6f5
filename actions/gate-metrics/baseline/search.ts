import type { BaselineAttempt } from '../../lib/documents/gate.ts';
import { ActionError, isSurvivable } from '../../lib/errors.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { type CommitLine, commitLine } from './commit-line.ts';
import type { Baseline, FoundBaseline } from './found-baseline.ts';
import { type Situation, situationOf } from './situation.ts';

/** What a search may use of the inputs of the step. */
export interface BaselineInputs {
  readonly baseline: string;
  /** Workflow file whose runs count; this one when `undefined`. */
  readonly baselineWorkflow: string | undefined;
  /** Where the candidate's metrics come from, and how they are read. */
  readonly metrics: readonly string[];
  readonly format: string;
  readonly expectInputs: number | undefined;
  /** Name of the gate's own artifact. */
  readonly artifactName: string;
  readonly history: string | undefined;
  readonly commentKey: string;
}

/** A place where a baseline may be. It notes what it finds instead, and throws only where it cannot tell. */
export interface Place {
  readonly name: string;
  look(search: Search): Promise<Baseline | undefined>;
}

/**
 * A walk over places. `strict`, for a place that the user named: what cannot be asked or read is an error. Else it is
 * a warning, and the next place is asked.
 */
export class Search {
  readonly runtime: Runtime;
  readonly inputs: BaselineInputs;
  readonly situation: Situation;
  /** The name the policy gives the model, for the registry. */
  readonly model: string | undefined;
  readonly #strict: boolean;
  readonly #attempts: BaselineAttempt[] = [];
  #incomplete = false;
  #line: Promise<CommitLine | undefined> | undefined;

  constructor(
    runtime: Runtime,
    inputs: BaselineInputs,
    options: { readonly model: string | undefined; readonly strict: boolean },
  ) {
    this.runtime = runtime;
    this.inputs = inputs;
    this.situation = situationOf(runtime.context);
    this.model = options.model;
    this.#strict = options.strict;
  }

  /** The first baseline that one of the places has. */
  async over(places: readonly Place[]): Promise<FoundBaseline> {
    let baseline: Baseline | undefined;
    for (const place of places) {
      baseline ??= await this.attempt(place.name, () => place.look(this));
      if (baseline !== undefined) break;
    }
    return { baseline, attempts: this.#attempts, incomplete: this.#incomplete };
  }

  /** Notes what was found at a place instead of a baseline. */
  note(place: string, found: string): void {
    this.#attempts.push({ place, found });
  }

  /** The commits that a baseline may come from; asked for once. */
  line(): Promise<CommitLine | undefined> {
    this.#line ??= commitLine(this.runtime, this.situation);
    return this.#line;
  }

  /**
   * Work that may find a baseline. What is not there is noted.
   *
   * @throws ActionError of any other code where the search is strict
   */
  async attempt<T>(place: string, work: () => Promise<T | undefined>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!isSurvivable(error)) throw error;
      if (error.code !== 'not-found') {
        if (this.#strict) throw error;
        this.#incomplete = true;
        this.runtime.log.warning(`baseline: ${place}: ${error.message}`);
      }
      this.note(place, error.message);
      return undefined;
    }
  }

  /** The same for one thing of many at a place: when GitHub does not answer, asking for the next one is in vain. */
  async attemptOne<T>(thing: string, work: () => Promise<T | undefined>): Promise<T | undefined> {
    const outcome = await this.attempt(thing, async () => {
      try {
        return { value: await work() };
      } catch (error) {
        if (error instanceof ActionError && /^github-/.test(error.code)) return { error };
        throw error;
      }
    });
    if (outcome?.error !== undefined) throw outcome.error;
    return outcome?.value;
  }
}

/** What GitHub has, `undefined` where it says 404. */
export async function ifFound<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ActionError && error.code === 'not-found') return undefined;
    throw error;
  }
}

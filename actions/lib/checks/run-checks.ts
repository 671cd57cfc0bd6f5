import type { BatchSetup, ColumnBatch, FileView, Place } from '../columns/column-batch.ts';
import type { AggregateWork, Discoveries, Discovery, Json, PlannedCheck, RowsCounter } from './check.ts';

/** What one check knows of the rows that were read: plain JSON that merges. */
export type CheckState =
  | {
      readonly kind: 'rows';
      /** `null` when there was nothing to count. */
      readonly counted: { readonly count: number; readonly of: number } | null;
      /** Findings counted; the first of them in the order of files and lines are kept. */
      readonly findings: number;
      readonly kept: readonly KeptDiscovery[];
    }
  | { readonly kind: 'aggregate'; readonly state: Json | null }
  /** It decides on what others gather. */
  | { readonly kind: 'later' };

/** A discovery, and the file it is in by its number. */
export interface KeptDiscovery {
  readonly file: number;
  readonly discovery: Discovery;
}

/** What all checks know of a part of the data, in the order of the plans. */
export type RunState = readonly CheckState[];

/** How many findings of each check are kept. */
export interface KeepOptions {
  readonly maxFindings: number;
}

/** A check at work. */
interface Running {
  readonly kept: KeptDiscoveries;
  readonly counter?: RowsCounter;
  readonly aggregate?: ReturnType<AggregateWork['start']>;
}

/** Feeds the batches of one thread to planned checks. */
export class ThreadRun {
  readonly #running: readonly Running[];

  constructor(plans: readonly PlannedCheck[], setup: BatchSetup, options: KeepOptions) {
    this.#running = plans.map(({ work }) => {
      const kept = new KeptDiscoveries(options.maxFindings);
      if (work.kind === 'rows') return { kept, counter: work.start(setup, kept) };
      return work.kind === 'aggregate' ? { kept, aggregate: work.start(setup) } : { kept };
    });
  }

  openFile(file: FileView): void {
    for (const { kept, counter } of this.#running) {
      kept.file = file.index;
      counter?.openFile?.(file);
    }
  }

  batch(batch: ColumnBatch): void {
    for (const { kept, counter, aggregate } of this.#running) {
      kept.file = batch.file.index;
      counter?.batch?.(batch);
      aggregate?.batch(batch);
    }
  }

  closeFile(file: FileView): void {
    for (const { counter } of this.#running) counter?.closeFile?.(file);
  }

  state(): RunState {
    return this.#running.map(({ kept, counter, aggregate }): CheckState => {
      if (counter !== undefined)
        return { kind: 'rows', counted: counter.counted() ?? null, findings: kept.counted, kept: kept.first };
      return aggregate === undefined ? { kind: 'later' } : { kind: 'aggregate', state: aggregate.state() };
    });
  }
}

class KeptDiscoveries implements Discoveries {
  readonly first: KeptDiscovery[] = [];
  readonly #most: number;
  file = 0;
  counted = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get wanted(): boolean {
    return this.first.length < this.#most;
  }

  add(describe: () => Discovery): void {
    this.counted += 1;
    if (this.wanted) this.first.push({ file: this.file, discovery: describe() });
  }

  count(findings: number): void {
    this.counted += findings;
  }
}

/** Turns a place in a block of a file into one in the file. */
export type ResolvePlace = (file: number, place: Place) => Place;

/** What merging needs besides the states. */
export interface MergeOptions extends KeepOptions {
  /** For the parts of one file that threads read in blocks; absent where no place is in a block. */
  readonly resolve?: ResolvePlace;
}

/**
 * Joins what parts of the data know: threads, files, splits, shards, in any order and grouping. Each part keeps its
 * first findings in the order of files and lines, so that the first of all are among them.
 */
export function mergeRuns(
  plans: readonly PlannedCheck[],
  parts: readonly RunState[],
  options: MergeOptions,
): RunState {
  return plans.map((plan, at) => {
    const states = parts.flatMap((part) => part[at] ?? []);
    if (plan.work.kind === 'rows') return mergeRows(states, options);
    if (plan.work.kind === 'aggregate') return mergeAggregates(plan.work, states);
    return { kind: 'later' };
  });
}

function mergeRows(states: readonly CheckState[], { maxFindings, resolve }: MergeOptions): CheckState {
  const parts = states.filter((state) => state.kind === 'rows');
  const counts = parts.flatMap(({ counted }) => counted ?? []);
  const kept = parts.flatMap((part) => part.kept).map((one) => (resolve ? resolved(one, resolve) : one));
  return {
    kind: 'rows',
    counted:
      counts.length === 0
        ? null
        : {
            count: counts.reduce((sum, { count }) => sum + count, 0),
            of: counts.reduce((sum, { of }) => sum + of, 0),
          },
    findings: parts.reduce((sum, { findings }) => sum + findings, 0),
    kept: kept.sort(byPlace).slice(0, maxFindings),
  };
}

const resolved = ({ file, discovery }: KeptDiscovery, resolve: ResolvePlace): KeptDiscovery => ({
  file,
  discovery: {
    ...discovery,
    ...(discovery.place !== undefined && { place: resolve(file, discovery.place) }),
  },
});

/** Files by number, then lines or rows; findings about a whole file come first. Equal ones stay in their order. */
function byPlace(a: KeptDiscovery, b: KeptDiscovery): number {
  const [p, q] = [a.discovery.place ?? {}, b.discovery.place ?? {}];
  return (
    a.file - b.file ||
    (p.block ?? 0) - (q.block ?? 0) ||
    (p.line ?? p.row ?? 0) - (q.line ?? q.row ?? 0) ||
    (p.column ?? 0) - (q.column ?? 0)
  );
}

function mergeAggregates(work: AggregateWork, states: readonly CheckState[]): CheckState {
  const parts = states.flatMap((state) =>
    state.kind === 'aggregate' && state.state !== null ? [state.state] : [],
  );
  const [first, ...others] = parts;
  if (first === undefined) return { kind: 'aggregate', state: null };
  return { kind: 'aggregate', state: others.reduce<Json>((sum, part) => work.merge(sum, part), first) };
}

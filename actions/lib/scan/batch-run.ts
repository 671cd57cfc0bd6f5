import { planRules } from '../checks/plan-rules.ts';
import { type RunState, ThreadRun } from '../checks/run-checks.ts';
import type { BatchSetup, ColumnBatch, FileView } from '../columns/column-batch.ts';
import type { BatchConsumer } from '../columns/table-scan.ts';
import type { LineEnds } from '../columns/text-survey.ts';
import type { FileTally } from './part.ts';
import type { ScanJob } from './scan-job.ts';

interface Tally {
  rows: number;
  malformed: number;
  readonly lineEnds: LineEnds;
  readonly notes: string[];
}

/** Runs the checks of a job on the batches of one thread, and keeps count of each file. */
export class BatchRun implements BatchConsumer {
  readonly #checks: ThreadRun;
  readonly #tallies = new Map<number, Tally>();

  constructor(job: ScanJob, setup: BatchSetup) {
    this.#checks = new ThreadRun(planRules(job.rules, job.spec), setup, job);
  }

  openFile(file: FileView): void {
    this.#checks.openFile(file);
    const lineEnds = { lineFeeds: 0, pairs: 0, bareReturns: 0 };
    this.#tallies.set(file.index, { rows: 0, malformed: 0, lineEnds, notes: [] });
  }

  batch(batch: ColumnBatch): void {
    const tally = this.#tallies.get(batch.file.index);
    if (tally !== undefined) {
      const counts = batch.malformedCounts;
      tally.rows += batch.rows;
      tally.malformed += counts['extra-cell'] + counts['missing-cell'];
    }
    this.#checks.batch(batch);
  }

  closeFile(file: FileView, lineEnds?: LineEnds, notes: readonly string[] = []): void {
    this.#checks.closeFile(file);
    const tally = this.#tallies.get(file.index);
    if (tally === undefined) return;
    tally.notes.push(...notes);
    if (lineEnds !== undefined) Object.assign(tally.lineEnds, lineEnds);
  }

  state(): RunState {
    return this.#checks.state();
  }

  tallies(): readonly FileTally[] {
    return [...this.#tallies].map(([file, { rows, malformed, lineEnds, notes }]) => ({
      file,
      rows,
      malformed,
      ...lineEnds,
      notes,
    }));
  }
}

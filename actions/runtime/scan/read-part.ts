import type { Rule, TableSpec } from '../../lib/checks/check.ts';
import { planRules } from '../../lib/checks/plan-rules.ts';
import { mergeRuns, type RunState } from '../../lib/checks/run-checks.ts';
import type { KeySpec } from '../../lib/columns/key-index.ts';
import type { FilePlan, ReadOptions } from '../../lib/scan/file-plan.ts';
import type { FileTally } from '../../lib/scan/part.ts';
import type { ColumnType } from '../../lib/tabular/column-type.ts';
import type { LocatedFile } from '../locations.ts';
import type { PlannedPart } from './plan-parts.ts';
import type { ThreadOptions } from './run-threads.ts';
import { type Scanned, type ScanRequest, scanTable } from './scan-table.ts';
import { mergeColumns, type ReadPart } from './table-parts.ts';

/** A table, in the parts that its files come in. */
export interface TableRequest {
  readonly spec: TableSpec;
  readonly rules: readonly Rule[];
  readonly keys: readonly KeySpec[];
  readonly parts: readonly { readonly split: string | undefined; readonly files: readonly LocatedFile[] }[];
  readonly read: ReadOptions;
  readonly maxFindings: number;
  readonly profile: boolean;
  /** Keep what is known of each file for later runs. */
  readonly cache?: boolean;
}

/** Reads files together, all their columns of these types or wider ones. */
export async function readPart(
  { spec, rules, keys, read, maxFindings, profile }: TableRequest,
  { split, files }: PlannedPart,
  types: ReadonlyMap<string, ColumnType>,
  options: ThreadOptions,
): Promise<ReadPart> {
  const plans = files.map(({ plan }) => plan);
  // Files keep their numbers: positions of rows hold them.
  const request: ScanRequest = {
    files: plans,
    spec,
    rules,
    keys,
    nullTexts: read.nullTexts,
    maxFindings,
    profile,
    types,
  };
  const scanned = await scanTable(request, options);
  const merged = mergeColumns(
    scanned.parts.map(({ rows, columns }, at) => ({ name: `thread ${at + 1}`, rows, columns })),
  );
  return {
    split,
    ...merged,
    files: files.map(({ digest }, at) => {
      const plan = scanned.job.files[at] ?? plans[at];
      if (plan === undefined) throw new RangeError(`no file ${at}`);
      return { plan, digest, tally: tallyOf(scanned, plan) };
    }),
    checks: mergeChecks(scanned, { spec, rules, maxFindings }),
    scanned,
  };
}

/** Reads a part for its rows alone. */
export async function scanAgain(
  request: TableRequest,
  part: PlannedPart,
  types: ReadonlyMap<string, ColumnType>,
  options: ThreadOptions,
): Promise<Scanned> {
  const bare = await readPart({ ...request, rules: [], keys: [], profile: false }, part, types, options);
  if (bare.scanned === undefined) throw new Error('a part that was read has no scan');
  return bare.scanned;
}

/** What the checks know of all threads' parts, with lines counted from the beginning of the file. */
export function mergeChecks(
  { parts, progress }: Scanned,
  { spec, rules, maxFindings }: Pick<TableRequest, 'spec' | 'rules' | 'maxFindings'>,
): RunState {
  return mergeRuns(
    planRules(rules, spec),
    parts.map(({ checks }) => checks),
    {
      maxFindings,
      resolve(file, { block, ...place }) {
        if (block === undefined || place.line === undefined) return place;
        return { ...place, line: place.line + progress.linesBefore(file, block) };
      },
    },
  );
}

function tallyOf({ parts }: Scanned, { index }: FilePlan): FileTally {
  const tallies = parts.flatMap(({ files }) => files.filter(({ file }) => file === index));
  const sum = (of: (tally: FileTally) => number): number =>
    tallies.reduce((total, tally) => total + of(tally), 0);
  return {
    file: index,
    rows: sum(({ rows }) => rows),
    malformed: sum(({ malformed }) => malformed),
    lineFeeds: sum(({ lineFeeds }) => lineFeeds),
    pairs: sum(({ pairs }) => pairs),
    bareReturns: sum(({ bareReturns }) => bareReturns),
    notes: [...new Set(tallies.flatMap(({ notes }) => notes))],
  };
}

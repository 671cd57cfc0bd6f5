import type { LocateRequest } from '../../lib/checks/finish-run.ts';
import { planRules } from '../../lib/checks/plan-rules.ts';
import { type CheckState, mergeRuns, type RunState } from '../../lib/checks/run-checks.ts';
import { runThreads, type ThreadOptions } from './run-threads.ts';
import type { ReadPart, ReadTable } from './table-parts.ts';

const NOTHING: CheckState = { kind: 'rows', counted: null, findings: 0, kept: [] };

/**
 * Goes through the rows once more for rules that name the ones behind failed checks.
 *
 * @returns what was found, in the order of the requests
 */
export async function locateRows(
  table: ReadTable,
  requests: readonly LocateRequest[],
  maxFindings: number,
  options: ThreadOptions,
): Promise<RunState> {
  const states: RunState[] = [];
  for (const part of table.parts) states.push(await locateIn(part, table, requests, maxFindings, options));
  const plans = planRules(
    requests.map(({ rule }) => rule),
    table.spec,
  );
  return mergeRuns(plans, states, { maxFindings });
}

async function locateIn(
  { scanned: known, again, split }: ReadPart,
  { spec }: ReadTable,
  requests: readonly LocateRequest[],
  maxFindings: number,
  options: ThreadOptions,
): Promise<RunState> {
  const wanted = requests.flatMap((request, at) =>
    request.split === undefined || request.split === split ? [{ rule: request.rule, at }] : [],
  );
  if (wanted.length === 0) return requests.map(() => NOTHING);
  const scanned = known ?? (await again?.());
  if (scanned === undefined) return requests.map(() => NOTHING);
  const rules = wanted.map(({ rule }) => rule);
  const job = { ...scanned.job, rules, keys: [], profileCapacity: 0, maxFindings };
  const end = await runThreads(job, options);
  if (end.kind !== 'done') throw new Error('a second pass over the same data met other types than the first');
  const found = mergeRuns(
    planRules(rules, spec),
    end.parts.map(({ checks }) => checks),
    {
      maxFindings,
      resolve(file, { block, ...place }) {
        if (block === undefined || place.line === undefined) return place;
        return { ...place, line: place.line + end.progress.linesBefore(file, block) };
      },
    },
  );
  const states: CheckState[] = requests.map(() => NOTHING);
  for (const [index, { at }] of wanted.entries()) states[at] = found[index] ?? NOTHING;
  return states;
}

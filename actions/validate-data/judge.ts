import type { Evidence, TableEvidence } from '../lib/checks/check.ts';
import { type ChecksOutcome, finishRun, withLocated, withoutLocated } from '../lib/checks/finish-run.ts';
import { planRules } from '../lib/checks/plan-rules.ts';
import { mergeRuns } from '../lib/checks/run-checks.ts';
import type { CheckResult, Finding } from '../lib/documents/validation.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { keySource } from '../runtime/scan/key-source.ts';
import { locateRows } from '../runtime/scan/locate-rows.ts';
import type { ThreadOptions } from '../runtime/scan/run-threads.ts';
import { evidenceOf, type ReadTable } from '../runtime/scan/table-parts.ts';

/** What came of the checks of all tables. */
export interface Judged {
  readonly checks: readonly CheckResult[];
  readonly findings: readonly Finding[];
  /** The main table, with all values. */
  readonly main: TableEvidence;
  /** Columns of the main table whose values must not be shown. */
  readonly redacted: ReadonlySet<string>;
}

/** What the judges know besides the tables. */
export interface JudgeOptions {
  readonly maxFindings: number;
  readonly baseline: TableEvidence | undefined;
  readonly threads: ThreadOptions;
}

/** Has the checks of every table decide; those that failed on numbers name the rows behind them by a second pass. */
export async function judge(
  runtime: Runtime,
  tables: readonly [ReadTable, ...ReadTable[]],
  options: JudgeOptions,
): Promise<Judged> {
  const evidence = new Map(tables.map((table) => [table.spec.name, evidenceOf(table.parts)]));
  const outcomes: ChecksOutcome[] = [];
  for (const [at, table] of tables.entries()) {
    const baseline = at === 0 ? options.baseline : undefined;
    const known = knownOf(table, evidence, baseline, runtime.clock.now());
    outcomes.push(await judgeTable(table, tables, known, options));
  }
  const [first] = outcomes;
  const nameOf = (at: number): string | undefined => (tables.length > 1 ? tables[at]?.spec.name : undefined);
  return {
    checks: outcomes.flatMap(({ checks }, at) => named(checks, nameOf(at))),
    findings: outcomes.flatMap(({ findings }, at) => named(findings.flat(), nameOf(at))),
    main: evidence.get(tables[0].spec.name) ?? evidenceOf(tables[0].parts),
    redacted: first?.redacted ?? new Set(),
  };
}

function knownOf(
  table: ReadTable,
  evidence: ReadonlyMap<string, TableEvidence>,
  baseline: TableEvidence | undefined,
  now: number,
): Evidence {
  const names = new Set(table.parts.flatMap(({ split }) => split ?? []));
  const splits = new Map(
    [...names].map((name) => [name, evidenceOf(table.parts.filter(({ split }) => split === name))] as const),
  );
  const own = evidence.get(table.spec.name) ?? evidenceOf(table.parts);
  return { table: own, splits, tables: evidence, baseline, now };
}

async function judgeTable(
  table: ReadTable,
  tables: readonly ReadTable[],
  evidence: Evidence,
  { maxFindings, threads }: JudgeOptions,
): Promise<ChecksOutcome> {
  const { spec, rules, parts } = table;
  const classified = new Set(spec.columns.filter((column) => column.classified).map(({ name }) => name));
  const plans = planRules(rules, spec);
  const state = joinedChecks(table, maxFindings);
  const keys = keySource(threads.kernels, table, tables);
  const outcome = await finishRun(plans, state, { maxFindings, evidence, classified, keys });
  if (outcome.locate.length === 0 || parts.length === 0) return outcome;
  if (!parts.some(({ scanned, again }) => scanned ?? again))
    return withoutLocated(outcome, 'other jobs read the data, so the rows cannot be named here');
  return withLocated(outcome, await locateRows(table, outcome.locate, maxFindings, threads));
}

const joinedChecks = ({ spec, rules, parts }: ReadTable, maxFindings: number) =>
  mergeRuns(
    planRules(rules, spec),
    parts.map(({ checks }) => checks),
    { maxFindings },
  );

const named = <T extends CheckResult | Finding>(
  results: readonly T[],
  table: string | undefined,
): readonly T[] => (table === undefined ? results : results.map((result) => ({ ...result, table })));

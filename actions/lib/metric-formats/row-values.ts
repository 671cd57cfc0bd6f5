import type { ScoredRow } from '../documents/metrics.ts';

/** What another tool found for one test case. */
export interface CaseResult {
  /** Names the case in every run of the same tests; equal ones of a file are told apart by their order. */
  readonly id: string;
  /** Whether the case went well; `undefined` where the tool does not say. */
  readonly outcome: 'passed' | 'failed' | 'error' | undefined;
  /** The values of metrics of this case, by the names of the metrics. */
  readonly values: Readonly<Record<string, number>>;
  /** Names of the slices it belongs to, `task=colours`. */
  readonly slices: readonly string[];
}

/** The cases as rows that two runs can be paired by: what was asked for is that a case passes. */
export function rowsOfCases(cases: readonly CaseResult[]): readonly ScoredRow[] {
  const seen = new Map<string, number>();
  return cases.map(({ id, outcome, values, slices }) => {
    const count = (seen.get(id) ?? 0) + 1;
    seen.set(id, count);
    const finite = Object.entries(values).filter(([, value]) => Number.isFinite(value));
    return {
      id: count === 1 ? id : `${id}#${count}`,
      y: outcome === undefined ? '' : 'passed',
      p: outcome ?? '',
      ...(slices.length > 0 && { k: slices }),
      m: Object.fromEntries(finite),
    };
  });
}

/** The mean of a metric over the cases that have it, and how many those are. */
export function meanOf(
  cases: readonly CaseResult[],
  name: string,
): { readonly mean: number; readonly n: number } {
  const values = cases.flatMap((each) => {
    const value = each.values[name];
    return value === undefined ? [] : [value];
  });
  return { mean: values.reduce((sum, value) => sum + value, 0) / values.length, n: values.length };
}

/** Names of the metrics that any case has a value of, in the order they first appear. */
export const valueNames = (cases: readonly CaseResult[]): readonly string[] => [
  ...new Set(cases.flatMap(({ values }) => Object.keys(values))),
];

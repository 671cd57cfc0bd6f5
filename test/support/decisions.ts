import { sha256 } from '../../actions/lib/digest.ts';
import type { MetricsDocument, ScoredRow } from '../../actions/lib/documents/metrics.ts';
import { type Decision, type DecisionRequest, decide } from '../../actions/lib/policy/decide.ts';
import type { HistoryPoint } from '../../actions/lib/policy/history.ts';
import { parseInlineGate } from '../../actions/lib/policy/inline-gate.ts';
import type { JudgedGate } from '../../actions/lib/policy/judgement.ts';
import type { MetricEntry, MetricsView } from '../../actions/lib/policy/metrics-view.ts';
import { parsePolicy } from '../../actions/lib/policy/parse-policy.ts';
import type { Gate, Policy } from '../../actions/lib/policy/policy.ts';
import type { Verdict } from '../../actions/lib/verdict.ts';
import { gateResult } from './gate-documents.ts';
import { metricsOf, simulatedRows, viewOf } from './metrics-evidence.ts';

/** When every decision of these tests is made. */
export const NOW = Date.parse('2026-01-15T12:00:00Z');

export const view = (rows: readonly ScoredRow[], change: Partial<MetricsDocument> = {}): MetricsView =>
  viewOf(metricsOf(rows, change), rows);

/** Rows of one test set: a good model, one that is as good, and one that is worse. */
export const goodRows = simulatedRows({ n: 1500, wrong: 0.1, model: 11 });
export const twinRows = simulatedRows({ n: 1500, wrong: 0.1, model: 12 });
export const badRows = simulatedRows({ n: 1500, wrong: 0.2, model: 13 });
export const GOOD = view(goodRows);
export const TWIN = view(twinRows);
export const BAD = view(badRows);

/** A number of a file of another tool; NaN stands for one without a value. */
export const entry = (name: string, value: number, facts: Partial<MetricEntry> = {}): MetricEntry => ({
  name,
  slice: undefined,
  value: Number.isFinite(value) ? value : null,
  problem: Number.isFinite(value) ? undefined : `it is ${value}`,
  direction: undefined,
  kind: undefined,
  unit: undefined,
  n: undefined,
  ci: undefined,
  params: {},
  ...facts,
});

/** Numbers of another tool, which say nothing of rows, data or time. */
export const numbers = (entries: readonly MetricEntry[] | Readonly<Record<string, number>>): MetricsView => {
  const list = Array.isArray(entries)
    ? (entries as readonly MetricEntry[])
    : Object.entries(entries).map(([name, value]) => entry(name, value));
  return {
    location: 'm.json',
    digest: sha256(JSON.stringify(list)),
    entries: list,
    document: undefined,
    rows: undefined,
    rowsDigest: undefined,
  };
};

export const withDocument = (from: MetricsView, change: Partial<MetricsDocument>): MetricsView =>
  from.document ? viewOf({ ...from.document, ...change }, from.rows) : from;

/** The same numbers about other test data. */
export const onOtherData = (from: MetricsView): MetricsView =>
  from.document
    ? {
        ...from,
        document: { ...from.document, dataset: { ...from.document.dataset, digest: sha256('other') } },
      }
    : from;

/** Decides by a policy: the good model against its twin, unless a test says otherwise. */
export const decideOn = (policy: Policy, change: Partial<DecisionRequest> = {}): Decision =>
  decide({
    policy,
    candidate: GOOD,
    baseline: TWIN,
    baselines: new Map(),
    history: undefined,
    waivers: [],
    onNoBaseline: 'warn',
    now: NOW,
    resampling: { resamples: 400, seed: 12345 },
    ...change,
  });

/** Decides by a policy file of which only what matters is written: the list of gates and what stands before it. */
export const decideBy = (gates: string, change: Partial<DecisionRequest> = {}, head = ''): Decision =>
  decideOn(parsePolicy(`version: 1\n${head}gates:\n${gates}\n`, 'gates.yml'), change);

/** A gate as parsed, with what a test changes about it. */
export const gateOf = (change: Partial<Gate> = {}): Gate => ({
  ...parseInlineGate('f1 >= 0.5'),
  id: 'g',
  ...change,
});

/** A gate that was judged: its verdict by severity, and whether it holds before that. */
export const judgedGate = (
  stands: Verdict,
  change: { readonly gate?: Partial<Gate>; readonly id?: string; readonly loss?: number } = {},
): JudgedGate => {
  const gate = gateOf(change.gate);
  const caps: Readonly<Record<Gate['severity'], Verdict>> = { error: stands, warning: 'warn', info: 'pass' };
  const verdict = stands === 'pass' ? 'pass' : caps[gate.severity];
  const status = ({ pass: 'pass', fail: 'fail' } as const)[stands as 'pass'] ?? 'inconclusive';
  return {
    gate,
    stands,
    loss: change.loss,
    result: gateResult({
      id: change.id ?? gate.id,
      severity: gate.severity,
      outcome: gate.outcome,
      status,
      verdict,
      reason: 'because',
    }),
  };
};

/** A judged commit of a history, the newest having the highest number. */
export const historyPoint = (
  number: number,
  metrics: HistoryPoint['metrics'],
  change: Partial<HistoryPoint> = {},
): HistoryPoint => ({
  commit: number.toString(16).padStart(40, '0'),
  created: new Date(NOW - (100 - number) * 3_600_000).toISOString(),
  run: number,
  verdict: 'pass',
  metrics,
  ...change,
});

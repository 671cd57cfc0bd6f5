import { parseInlineGate } from '../lib/policy/inline-gate.ts';
import type { Gate } from '../lib/policy/policy.ts';
import { LineError } from '../lib/policy/scanner.ts';
import { FAIL_ON, type Verdict } from '../lib/verdict.ts';
import { readRetention } from '../runtime/hand-over.ts';
import { type InputReader, readAll } from '../runtime/inputs.ts';
import type { InputSource } from '../runtime/runtime.ts';

export type Inputs = ReturnType<typeof readInputs>;

/** A gate and the line it was written as. */
export interface InlineGate {
  readonly text: string;
  readonly gate: Gate;
}

const ON_NO_BASELINE: readonly Verdict[] = ['fail', 'inconclusive', 'warn', 'pass'];

/** The inputs of a step. @throws ActionError invalid-input with every problem */
export const readInputs = (source: InputSource) =>
  readAll(source, (read) => ({
    mode: read.choice('mode', ['gate', 'report'] as const, 'gate'),
    metrics: readMetrics(read),
    format: read.text('format', 'auto'),
    expectInputs: expectedFiles(read),
    policy: read.text('policy', '.mlops/gates.yml'),
    policyRef: read.text('policy-ref', 'base'),
    gates: readGates(read),
    baseline: read.text('baseline', 'auto'),
    baselineWorkflow: read.optional('baseline-workflow'),
    onNoBaseline: read.choice('on-no-baseline', ON_NO_BASELINE, 'warn'),
    waiverLabels: read.boolean('waiver-labels', true),
    comment: read.choice('comment', ['always', 'on-change', 'on-failure', 'never'] as const, 'always'),
    commentKey: read.text('comment-key', ''),
    // Blank means no check run, so the default of action.yml is not repeated here.
    checkName: read.text('check-name', ''),
    statusName: read.optional('status-name'),
    history: historyBranch(read),
    badge: read.optional('badge'),
    outputDir: read.text('output-dir', 'mlops/gate-metrics'),
    upload: read.boolean('upload', true),
    artifactName: read.text('artifact-name', 'gate-metrics'),
    retentionDays: readRetention(read),
    summary: read.boolean('summary', true),
    failOn: read.choice('fail-on', FAIL_ON, 'fail'),
  }));

/** Where evaluate-model of the same job leaves its documents. */
const DEFAULT_METRICS = 'mlops/evaluate-model';

function readMetrics(read: InputReader): readonly string[] {
  const locations = read.lines('metrics');
  return locations.length === 0 ? [DEFAULT_METRICS] : locations;
}

const expectedFiles = (read: InputReader): number | undefined =>
  read.optional('expect-inputs') === undefined
    ? undefined
    : read.integer('expect-inputs', { fallback: 1, min: 1, max: 10_000 });

/** The branch that keeps the history; `undefined` when it is off. */
function historyBranch(read: InputReader): string | undefined {
  const text = read.text('history', 'off');
  if (text === 'off') return undefined;
  const branch = /^branch:(\S+)$/.exec(text)?.[1];
  if (branch === undefined) read.problem(`history: expected off or branch:<name>, found "${text}"`);
  return branch;
}

function readGates(read: InputReader): readonly InlineGate[] {
  const seen = new Set<string>();
  return read.lines('gates').flatMap((text) => {
    try {
      const gate = parseInlineGate(text);
      if (seen.has(gate.id)) read.problem(`gates: "${gate.id}" is given twice`);
      seen.add(gate.id);
      return [{ text, gate }];
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      read.problem(`gates: "${text}", column ${error.column}: ${error.message}`);
      return [];
    }
  });
}

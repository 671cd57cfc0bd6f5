import { InlineGateError, parseInlineGate } from '../lib/policy/inline-gate.ts';
import type { Gate } from '../lib/policy/policy.ts';
import { FAIL_ON, type Verdict } from '../lib/verdict.ts';
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
    metrics: read.text('metrics', 'mlops/evaluate-model'),
    policy: read.text('policy', '.mlops/gates.yml'),
    policyRef: read.text('policy-ref', 'base'),
    gates: readGates(read),
    baseline: noneAs(read.text('baseline', 'none')),
    onNoBaseline: read.choice('on-no-baseline', ON_NO_BASELINE, 'warn'),
    comment: read.choice('comment', ['always', 'on-failure', 'never'] as const, 'always'),
    commentKey: read.text('comment-key', ''),
    // Blank means no check run, so the default of action.yml is not repeated here.
    checkName: read.text('check-name', ''),
    outputDir: read.text('output-dir', 'mlops/gate-metrics'),
    upload: read.boolean('upload', true),
    artifactName: read.text('artifact-name', 'gate-metrics'),
    retentionDays: retention(read),
    summary: read.boolean('summary', true),
    failOn: read.choice('fail-on', FAIL_ON, 'fail'),
  }));

const noneAs = (location: string): string | undefined => (location === 'none' ? undefined : location);

const retention = (read: InputReader): number | undefined =>
  read.optional('retention-days') === undefined
    ? undefined
    : read.integer('retention-days', { fallback: 90, min: 1, max: 400 });

function readGates(read: InputReader): readonly InlineGate[] {
  const seen = new Set<string>();
  return read.lines('gates').flatMap((text) => {
    try {
      const gate = parseInlineGate(text);
      if (seen.has(gate.id)) read.problem(`gates: "${gate.id}" is given twice`);
      seen.add(gate.id);
      return [{ text, gate }];
    } catch (error) {
      if (!(error instanceof InlineGateError)) throw error;
      read.problem(`gates: "${text}", column ${error.column}: ${error.message}`);
      return [];
    }
  });
}

import type { Severity } from '../lib/documents/validation.ts';
import type { TableFormat } from '../lib/tabular/table.ts';
import { FAIL_ON } from '../lib/verdict.ts';
import { type InputReader, readAll } from '../runtime/inputs.ts';
import type { InputSource } from '../runtime/runtime.ts';

export type Inputs = ReturnType<typeof readInputs>;

const FORMATS: readonly (TableFormat | 'auto')[] = ['auto', 'csv', 'tsv', 'json', 'jsonl', 'parquet'];
const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];

/** The inputs of a step. @throws ActionError invalid-input with every problem */
export const readInputs = (source: InputSource) =>
  readAll(source, (read) => ({
    data: read.required('data'),
    contract: read.optional('contract'),
    rowSchema: read.optional('row-schema'),
    schemaObject: read.optional('schema-object'),
    format: read.choice('format', FORMATS, 'auto'),
    delimiter: delimiter(read),
    nullValues: read.list('null-values'),
    reference: read.optional('reference'),
    drift: {
      threshold: read.number('drift-threshold', { fallback: 0.1, min: 0, max: 100 }),
      alpha: read.number('drift-alpha', { fallback: 0.01, min: 0, max: 1 }),
      minSample: read.integer('drift-min-sample', { fallback: 30, min: 2, max: 1e9 }),
    },
    driftSeverity: read.choice('drift-severity', SEVERITIES, 'warning'),
    maxFindings: read.integer('max-findings', { fallback: 100, min: 1, max: 10_000 }),
    outputDir: read.text('output-dir', 'mlops/validate-data'),
    upload: read.boolean('upload', true),
    artifactName: read.text('artifact-name', 'validate-data'),
    retentionDays:
      read.optional('retention-days') === undefined
        ? undefined
        : read.integer('retention-days', { fallback: 90, min: 1, max: 400 }),
    summary: read.boolean('summary', true),
    failOn: read.choice('fail-on', FAIL_ON, 'fail'),
  }));

/** Blank characters do not survive YAML and shells well, so the tab has names. */
function delimiter(read: InputReader): string | undefined {
  const given = read.optional('delimiter');
  if (given === undefined) return undefined;
  if (given === 'tab' || given === '\\t') return '\t';
  if (given.length !== 1 || /["\r\n]/.test(given))
    read.problem(`delimiter: expected one character or "tab", found ${JSON.stringify(given)}`);
  return given;
}

import type { Severity } from '../lib/documents/validation.ts';
import type { CompatName } from '../lib/drift/compat/preset.ts';
import type { MeasureName } from '../lib/drift/measure.ts';
import type { Encoding } from '../lib/scan/file-plan.ts';
import type { TableFormat } from '../lib/tabular/table.ts';
import { FAIL_ON } from '../lib/verdict.ts';
import { readRetention } from '../runtime/hand-over.ts';
import { type InputReader, readAll } from '../runtime/inputs.ts';
import type { InputSource } from '../runtime/runtime.ts';

export type Inputs = ReturnType<typeof readInputs>;

/** What the step does with the data. */
export type Mode = 'validate' | 'profile' | 'merge' | 'suggest' | 'convert';

const MODES: readonly Mode[] = ['validate', 'profile', 'merge', 'suggest', 'convert'];
const FORMATS: readonly (TableFormat | 'auto')[] = [
  'auto',
  'csv',
  'tsv',
  'json',
  'jsonl',
  'parquet',
  'arrow',
];
const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];
const ENCODINGS: readonly (Encoding | 'auto')[] = [
  'auto',
  'utf-8',
  'utf-16le',
  'utf-16be',
  'latin1',
  'windows-1252',
];

/** The measures of the drift catalog, which is too large to be loaded for reading inputs; the compiler compares. */
const METHODS: readonly MeasureName[] = [
  'wasserstein',
  'jensenShannon',
  'psi',
  'ks',
  'andersonDarling',
  'chiSquare',
  'cramersV',
  'hellinger',
  'lInfinity',
  'kullbackLeibler',
  'twoProportions',
];
const COMPAT: readonly CompatName[] = ['evidently', 'tfdv', 'deepchecks', 'whylogs'];

/** A part of a matrix of jobs: the i-th of n. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** The inputs of a step. @throws ActionError invalid-input with every problem */
export const readInputs = (source: InputSource) =>
  readAll(source, (read) => ({
    mode: read.choice('mode', MODES, 'validate'),
    data: read.optional('data'),
    contract: read.optional('contract'),
    rowSchema: read.optional('row-schema'),
    schemaObject: schemaObject(read),
    format: read.choice('format', FORMATS, 'auto'),
    delimiter: character(read, 'delimiter'),
    quote: character(read, 'quote'),
    quotes: read.choice('quotes', ['strict', 'relaxed'], 'strict'),
    header: read.boolean('header', true),
    encoding: read.choice('encoding', ENCODINGS, 'auto'),
    nullValues: read.list('null-values'),
    reference: read.optional('reference'),
    drift: {
      ...optionalChoice(read, 'drift-method', METHODS, 'method'),
      ...optionalChoice(read, 'drift-compat', COMPAT, 'compat'),
      ...optionalNumber(read, 'drift-threshold', 'threshold'),
      ...optionalNumber(read, 'drift-alpha', 'alpha'),
      ...optionalNumber(read, 'drift-min-sample', 'minSample'),
    },
    driftSeverity: read.choice('drift-severity', SEVERITIES, 'warning'),
    baseline: read.optional('baseline'),
    onlyNew: read.boolean('only-new', false),
    shard: shard(read),
    parts: read.list('parts'),
    cache: read.boolean('cache', false),
    threads: read.integer('threads', { fallback: 0, min: 0, max: 64 }),
    maxFindings: read.integer('max-findings', { fallback: 10_000, min: 1, max: 1_000_000 }),
    outputDir: read.text('output-dir', 'mlops/validate-data'),
    upload: read.boolean('upload', true),
    artifactName: read.text('artifact-name', 'validate-data'),
    retentionDays: readRetention(read),
    summary: read.boolean('summary', true),
    failOn: read.choice('fail-on', FAIL_ON, 'fail'),
  }));

/** Mode suggest names the table it describes so; all other modes look the table up. */
function schemaObject(read: InputReader): string | undefined {
  const given = read.optional('schema-object');
  if (given !== undefined && read.optional('contract') === undefined && read.optional('mode') !== 'suggest')
    read.problem(
      `schema-object: names the table ${JSON.stringify(given)} of a contract, but there is no contract; give contract, or leave schema-object out`,
    );
  return given;
}

/** Blank characters do not survive YAML and shells well, so the tab has names, and so has "none". */
function character(read: InputReader, name: 'delimiter' | 'quote'): string | undefined {
  const given = read.optional(name);
  if (given === undefined) return undefined;
  if (name === 'quote' && given === 'none') return '';
  if (given === 'tab' || given === '\\t') return '\t';
  const allowed = name === 'delimiter' ? /^[^"\r\n]$/ : /^[^\s\w]$/;
  if (!allowed.test(given) || given.charCodeAt(0) > 126)
    read.problem(
      `${name}: expected one ASCII character${name === 'delimiter' ? ' or "tab"' : ' or "none"'}, found ${JSON.stringify(given)}`,
    );
  return given;
}

function shard(read: InputReader): Shard | undefined {
  const given = read.optional('shard');
  if (given === undefined) return undefined;
  const match = /^(\d{1,4})\/(\d{1,4})$/.exec(given);
  const [index, of] = [Number(match?.[1]), Number(match?.[2])];
  if (index >= 1 && index <= of) return { index, of };
  read.problem(`shard: expected i/n with i from 1 to n, such as 2/4, found ${JSON.stringify(given)}`);
  return undefined;
}

function optionalChoice<T extends string, K extends string>(
  read: InputReader,
  name: string,
  choices: readonly T[],
  key: K,
): Partial<Record<K, T>> {
  const [first] = choices;
  if (read.optional(name) === undefined || first === undefined) return {};
  const found: Partial<Record<K, T>> = {};
  found[key] = read.choice(name, choices, first);
  return found;
}

function optionalNumber<K extends 'threshold' | 'alpha' | 'minSample'>(
  read: InputReader,
  name: string,
  key: K,
): Partial<Record<K, number>> {
  if (read.optional(name) === undefined) return {};
  const limits = { threshold: [0, 1e6], alpha: [0, 1], minSample: [2, 1e9] } as const;
  const [min, max] = limits[key];
  const found: Partial<Record<K, number>> = {};
  found[key] = read.number(name, { fallback: min, min, max });
  return found;
}

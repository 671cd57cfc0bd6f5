import type { ValuePath } from '../schema/parsed-text.ts';
import { parseCondition } from './condition.ts';
import { type CompareBlock, countsSamples, readCompare, SAMPLES_KEY } from './parse-compare.ts';
import type { Providers } from './parse-providers.ts';
import { readSource, type SourceBlock } from './parse-source.ts';
import { type Note, readDuration } from './read-block.ts';
import type { AnalysisSpec, MetricSource, MetricSpec, OnNoData } from './rollout.ts';

const INTERVAL: readonly [number, number] = [100, 30 * 86_400_000];
const DEFAULT_INTERVAL_MS = 30_000;
/** Fewer requests show next to nothing about a rate. */
const DEFAULT_MIN_SAMPLES = 100;

/** One of `analysis:`, as the schema describes it. */
export interface AnalysisBlock {
  readonly interval?: string;
  readonly count?: number;
  readonly metrics: readonly MetricBlock[];
}

interface MetricBlock extends SourceBlock {
  readonly name: string;
  readonly 'fail-if'?: string;
  readonly 'pass-if'?: string;
  readonly compare?: CompareBlock;
  readonly severity?: MetricSpec['severity'];
  readonly 'min-samples'?: number;
  readonly 'max-bake'?: string;
  readonly 'failure-limit'?: number;
  readonly 'consecutive-error-limit'?: number;
  readonly 'inconclusive-limit'?: number;
  readonly 'consecutive-success'?: number;
  readonly 'on-no-data'?: OnNoData;
}

/** Reads one of `analysis:`. */
export function readAnalysis(
  name: string,
  block: AnalysisBlock,
  providers: Providers,
  note: Note,
): AnalysisSpec {
  const names = new Set<string>();
  const metrics = block.metrics.flatMap((metric, index) => {
    const path = ['analysis', name, 'metrics', index];
    if (names.has(metric.name)) note([...path, 'name'], `${JSON.stringify(metric.name)} is there twice`);
    names.add(metric.name);
    const source = readSource(metric, path, providers, note);
    return source === undefined ? [] : readMetric(metric, source, path, note);
  });
  const intervalMs =
    readDuration(['analysis', name, 'interval'], block.interval, note, INTERVAL) ?? DEFAULT_INTERVAL_MS;
  return { name, intervalMs, count: block.count, metrics };
}

function readMetric(block: MetricBlock, source: MetricSource, path: ValuePath, note: Note): MetricSpec {
  const condition = (key: 'fail-if' | 'pass-if') => {
    const text = block[key];
    const read = text === undefined ? undefined : parseCondition(text);
    if (text !== undefined && read === undefined)
      note([...path, key], `expected a comparison such as "result > 0.05", found ${JSON.stringify(text)}`);
    return read;
  };
  const compare = block.compare && readCompare(block.compare, source, [...path, 'compare'], note);
  const minSamples = block['min-samples'] ?? (compare?.test === 'two-proportion' ? DEFAULT_MIN_SAMPLES : 0);
  noteJudgement(block, source, path, note);
  return {
    name: block.name,
    source,
    failIf: condition('fail-if'),
    passIf: condition('pass-if'),
    compare,
    severity: block.severity ?? 'error',
    minSamples,
    maxBakeMs: readDuration([...path, 'max-bake'], block['max-bake'], note),
    failureLimit: block['failure-limit'] ?? 0,
    consecutiveErrorLimit: block['consecutive-error-limit'] ?? 4,
    inconclusiveLimit: block['inconclusive-limit'] ?? 0,
    consecutiveSuccess: block['consecutive-success'] ?? 1,
    onNoData: block['on-no-data'] ?? 'inconclusive',
  };
}

function noteJudgement(block: MetricBlock, source: MetricSource, path: ValuePath, note: Note): void {
  const keys = (['fail-if', 'pass-if', 'compare'] as const).filter((key) => block[key] !== undefined);
  const byVerdict = source.type === 'artifact' && source.pointer === undefined;
  if (byVerdict)
    for (const key of keys)
      note([...path, key], "the document's own verdict decides; give a pointer to judge a number in it");
  else if (keys.length === 0)
    note(path, 'expected fail-if, pass-if or compare, else nothing says what is good and what is bad');
  if (block['min-samples'] !== undefined && !countsSamples(source))
    note(
      [...path, 'min-samples'],
      SAMPLES_KEY[source.type] === undefined
        ? `a metric of type ${source.type} does not count samples; remove this`
        : `how many samples there are is not said: give ${SAMPLES_KEY[source.type]}`,
    );
  const waits =
    block['on-no-data'] === 'wait' || (block['consecutive-success'] ?? 1) > 1 || countsSamples(source);
  if (block['max-bake'] !== undefined && !waits)
    note(
      [...path, 'max-bake'],
      'nothing is waited for: this goes with min-samples, on-no-data: wait or consecutive-success',
    );
}

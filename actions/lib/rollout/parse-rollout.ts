import { durationText } from '../duration.ts';
import { ActionError } from '../errors.ts';
import { didYouMean } from '../nearest-name.ts';
import { checkAgainstSchema } from '../schema/check-against-schema.ts';
import { compileSchema } from '../schema/compile-schema.ts';
import { type ParsedText, pathText, type ValuePath } from '../schema/parsed-text.ts';
import { parseYamlStrict } from '../schema/yaml.ts';
import { stepLengthMs } from './analysis-schedule.ts';
import { parseCondition } from './condition.ts';
import { readTraffic, type TrafficBlock } from './parse-traffic.ts';
import { duration, type Note, noteTemplate } from './read-block.ts';
import schema from './rollout.schema.json' with { type: 'json' };
import type { AnalysisSpec, MetricSpec, OnFailure, OnInconclusive, OnNoData, Rollout } from './rollout.ts';

/** Waiting is done inside the job, and a job on GitHub's own runners ends after six hours. */
const LONGEST_ROLLOUT_MS = 6 * 3_600_000;
const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_INTERVAL_MS = 30_000;

/** The file as the schema describes it. */
interface RolloutFile {
  readonly traffic?: TrafficBlock;
  readonly steps: readonly {
    readonly weight: number;
    readonly bake?: string;
    readonly analysis?: readonly string[];
  }[];
  readonly analysis?: Readonly<Record<string, AnalysisBlock>>;
  readonly 'on-failure'?: OnFailure;
  readonly 'on-inconclusive'?: OnInconclusive;
}

interface AnalysisBlock {
  readonly interval?: string;
  readonly count?: number;
  readonly metrics: readonly MetricBlock[];
}

interface MetricBlock {
  readonly name: string;
  readonly type: 'http-json';
  readonly url: string;
  readonly pointer: string;
  readonly samples?: string;
  readonly 'min-samples'?: number;
  readonly 'allow-private-network'?: boolean;
  readonly timeout?: string;
  readonly 'fail-if'?: string;
  readonly 'pass-if'?: string;
  readonly 'failure-limit'?: number;
  readonly 'consecutive-error-limit'?: number;
  readonly 'inconclusive-limit'?: number;
  readonly 'on-no-data'?: OnNoData;
}

/**
 * Reads a rollout file (YAML) and fills in its defaults.
 *
 * @param where - name of the file for messages
 * @throws ActionError invalid-file with the line and column of every problem
 */
export function parseRollout(text: string, where: string): Rollout {
  const parsed = parseYamlStrict(text, where);
  checkAgainstSchema(parsed, compileSchema(schema, 'rollout.schema.json', { allProblems: true }));
  const file = parsed.value as RolloutFile;
  const problems: string[] = [];
  const rollout = readRollout(file, noteInto(parsed, problems));
  if (problems.length > 0) throw new ActionError('invalid-file', problems.join('\n'));
  return rollout;
}

const noteInto =
  (parsed: ParsedText, problems: string[]): Note =>
  (path, message) => {
    problems.push(`${parsed.at(path)}: ${pathText(path)}: ${message}`);
  };

function readRollout(file: RolloutFile, note: Note): Rollout {
  const analysis = Object.entries(file.analysis ?? {}).map(([name, block]) =>
    readAnalysis(name, block, note),
  );
  const steps = file.steps.map((step, index) => ({
    weight: step.weight,
    bakeMs: duration(step.bake, 0),
    analysis: (step.analysis ?? []).flatMap((name, position) => {
      const found = analysis.find((one) => one.name === name);
      if (found === undefined)
        note(
          ['steps', index, 'analysis', position],
          `no analysis is named ${JSON.stringify(name)}; defined are: ${analysis.map((one) => one.name).join(', ') || 'none'}${didYouMean(
            name,
            analysis.map((one) => one.name),
          )}`,
        );
      return found ?? [];
    }),
  }));
  checkWeights(file.steps, note);
  const totalMs = steps.reduce((sum, step) => sum + stepLengthMs(step), 0);
  if (totalMs > LONGEST_ROLLOUT_MS)
    note(['steps'], `the steps wait ${durationText(totalMs)} in all, but a job lasts 6 h at most`);
  return {
    traffic: file.traffic === undefined ? undefined : readTraffic(file.traffic, note),
    steps,
    analysis,
    onFailure: file['on-failure'],
    onInconclusive: file['on-inconclusive'],
  };
}

function checkWeights(steps: RolloutFile['steps'], note: Note): void {
  for (const [index, { weight }] of steps.entries()) {
    const before = steps[index - 1]?.weight ?? 0;
    if (weight <= before)
      note(
        ['steps', index, 'weight'],
        `expected more than the ${before} of the step before, found ${weight}`,
      );
  }
  const last = steps.length - 1;
  if (steps[last]?.weight !== 100)
    note(['steps', last, 'weight'], `the last step must be 100, found ${steps[last]?.weight}`);
}

function readAnalysis(name: string, block: AnalysisBlock, note: Note): AnalysisSpec {
  const intervalMs = duration(block.interval, DEFAULT_INTERVAL_MS);
  if (intervalMs < 100) note(['analysis', name, 'interval'], 'expected 100ms at least');
  const names = new Set<string>();
  const metrics = block.metrics.map((metric, index) => {
    const path = ['analysis', name, 'metrics', index];
    if (names.has(metric.name)) note([...path, 'name'], `${JSON.stringify(metric.name)} is there twice`);
    names.add(metric.name);
    return readMetric(metric, path, note);
  });
  return { name, intervalMs, count: block.count, metrics };
}

function readMetric(block: MetricBlock, path: ValuePath, note: Note): MetricSpec {
  const allowPrivateNetwork = block['allow-private-network'] ?? false;
  noteTemplate([...path, 'url'], block.url, allowPrivateNetwork, note);
  const condition = (key: 'fail-if' | 'pass-if') => {
    const text = block[key];
    const read = text === undefined ? undefined : parseCondition(text);
    if (text !== undefined && read === undefined)
      note([...path, key], `expected a comparison such as "> 0.05", found ${JSON.stringify(text)}`);
    return read;
  };
  return {
    name: block.name,
    type: block.type,
    url: block.url,
    pointer: block.pointer,
    samplesPointer: block.samples,
    minSamples: block['min-samples'] ?? 0,
    allowPrivateNetwork,
    timeoutMs: duration(block.timeout, DEFAULT_TIMEOUT_MS),
    failIf: condition('fail-if'),
    passIf: condition('pass-if'),
    failureLimit: block['failure-limit'] ?? 0,
    consecutiveErrorLimit: block['consecutive-error-limit'] ?? 4,
    inconclusiveLimit: block['inconclusive-limit'] ?? 0,
    onNoData: block['on-no-data'] ?? 'inconclusive',
  };
}

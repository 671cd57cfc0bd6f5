import { durationText } from '../duration.ts';
import { ActionError } from '../errors.ts';
import { checkAgainstSchema } from '../schema/check-against-schema.ts';
import { compileSchema, type Validate } from '../schema/compile-schema.ts';
import { type ParsedText, pathText } from '../schema/parsed-text.ts';
import { parseYamlStrict } from '../schema/yaml.ts';
import { rolloutLengthMs } from './analysis-schedule.ts';
import { type AnalysisBlock, readAnalysis } from './parse-analysis.ts';
import { type PreflightBlock, readPreflight } from './parse-preflight.ts';
import { type ProviderBlock, readProviders } from './parse-providers.ts';
import { readSteps, type StepBlock } from './parse-steps.ts';
import { readTraffic, type TrafficBlock } from './parse-traffic.ts';
import { type Note, readDuration } from './read-block.ts';
import schema from './rollout.schema.json' with { type: 'json' };
import type { OnFailure, OnInconclusive, Rollout } from './rollout.ts';

/** The file as the schema describes it. */
interface RolloutFile {
  readonly model?: string;
  readonly environment?: string;
  readonly deadline?: string;
  readonly preflight?: readonly PreflightBlock[];
  readonly traffic?: TrafficBlock;
  readonly steps: readonly StepBlock[];
  readonly providers?: Readonly<Record<string, ProviderBlock>>;
  readonly analysis?: Readonly<Record<string, AnalysisBlock>>;
  readonly 'on-failure'?: OnFailure;
  readonly 'on-inconclusive'?: OnInconclusive;
  readonly 'keep-previous-warm'?: string;
}

/** Compiling takes longer than reading; a rollback reads several files. */
let compiled: Validate | undefined;

/**
 * Reads a rollout file (YAML) and fills in its defaults.
 *
 * @param where - name of the file for messages
 * @throws ActionError invalid-file with the line and column of every problem
 */
export function parseRollout(text: string, where: string): Rollout {
  const parsed = parseYamlStrict(text, where);
  compiled ??= compileSchema(schema, 'rollout.schema.json', { allProblems: true });
  checkAgainstSchema(parsed, compiled);
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
  const providers = readProviders(file.providers ?? {}, note);
  const analysis = Object.entries(file.analysis ?? {}).map(([name, block]) =>
    readAnalysis(name, block, providers, note),
  );
  const steps = readSteps(
    file.steps,
    { analysis, blocks: file.analysis ?? {}, driver: file.traffic?.driver },
    note,
  );
  const deadlineMs = readDuration(['deadline'], file.deadline, note);
  const least = rolloutLengthMs({ steps });
  if (deadlineMs !== undefined && deadlineMs < least)
    note(
      ['deadline'],
      `expected at least the ${durationText(least)} that the steps take, found ${file.deadline}`,
    );
  return {
    model: file.model,
    environment: file.environment,
    deadlineMs,
    preflight: readPreflight(file.preflight ?? [], note),
    traffic: file.traffic === undefined ? undefined : readTraffic(file.traffic, note),
    steps,
    analysis,
    onFailure: file['on-failure'],
    onInconclusive: file['on-inconclusive'],
    keepPreviousWarmMs: readDuration(['keep-previous-warm'], file['keep-previous-warm'], note) ?? 0,
  };
}

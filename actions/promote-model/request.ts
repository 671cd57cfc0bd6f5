import type { Digest } from '../lib/digest.ts';
import type { MetricsDocument } from '../lib/documents/metrics.ts';
import { ActionError } from '../lib/errors.ts';
import { type ModelScan, worstScan } from '../lib/model-files/model-scan.ts';
import type { ModelFacts, RegistrationRequest } from '../lib/registry/plan-registration.ts';
import { loadDocument } from '../runtime/documents.ts';
import { type LoadedEvidence, loadEvidence } from '../runtime/evidence.ts';
import { type ModelManifest, readModelManifest } from '../runtime/model-manifest.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { scanModel } from '../runtime/scan-model.ts';
import type { Inputs } from './inputs.ts';

/** Problems that a message names one by one. */
const SHOWN_PROBLEMS = 5;

/** What a version is registered from: the model's bytes and the documents that speak for them. */
export interface Material {
  readonly model: ModelFacts | undefined;
  readonly evidence: readonly LoadedEvidence[];
  readonly dataDigest: Digest | null;
  readonly metrics: Readonly<Record<string, number>>;
}

const problemLines = ({ name, problems }: ModelScan): readonly string[] =>
  problems.map(({ where, message }) => `${where === '' ? name : `${name}, ${where}`}: ${message}`);

/** A format that is not known is no sign of harm: models come in any, and a person chose to promote this one. */
const isOnlyUnknown = ({ problems }: ModelScan): boolean =>
  problems.every(({ kind }) => kind === 'unknown-format');

/**
 * Stops at files that run code when they are loaded, and at those of which that cannot be told.
 *
 * @throws ActionError invalid-file
 */
async function refuseUnsafe(runtime: Runtime, manifest: ModelManifest): Promise<void> {
  const scans = await scanModel(runtime, manifest.located);
  const refused = scans.filter((scan) => scan.verdict !== 'safe' && !isOnlyUnknown(scan));
  for (const scan of scans.filter((other) => other.verdict !== 'safe' && !refused.includes(other)))
    for (const line of problemLines(scan)) runtime.log.warning(line);
  const worst = worstScan(refused);
  if (worst === undefined) return;
  const lines = [worst, ...refused.filter((scan) => scan !== worst)].flatMap(problemLines);
  const more = lines.length > SHOWN_PROBLEMS ? [`and ${lines.length - SHOWN_PROBLEMS} more`] : [];
  const says =
    worst.verdict === 'unsafe'
      ? 'the model runs code or opens files of its own when it is loaded'
      : 'it cannot be told whether the model runs code when it is loaded';
  throw new ActionError(
    'invalid-file',
    [
      `${says}; export it to a format without code (ONNX, safetensors), or set allow-unsafe-model: true`,
      ...lines.slice(0, SHOWN_PROBLEMS),
      ...more,
    ].join('\n'),
  );
}

async function readModel(runtime: Runtime, inputs: Inputs): Promise<ModelFacts | undefined> {
  if (inputs.model === undefined) return undefined;
  const manifest = await readModelManifest(runtime, inputs.model);
  if (!inputs.allowUnsafeModel) await refuseUnsafe(runtime, manifest);
  return {
    digest: manifest.digest,
    files: manifest.files,
    uri: inputs.modelUri,
    commit: runtime.context.source.commit,
  };
}

/** Overall values of the metrics documents, for the history and for comparing versions. */
async function readMetrics(
  runtime: Runtime,
  evidence: readonly LoadedEvidence[],
): Promise<Readonly<Record<string, number>>> {
  const values = new Map<string, number>();
  for (const { kind, file } of evidence) {
    if (kind !== 'metrics') continue;
    const { document } = await loadDocument<MetricsDocument>(runtime, 'metrics', file);
    for (const { name, value, slice } of document.metrics)
      if (slice === undefined && value !== null) values.set(name, value);
  }
  return Object.fromEntries(values);
}

const dataDigestOf = (evidence: readonly LoadedEvidence[]): Digest | null =>
  evidence.flatMap(({ document }) => document.subjects).find(({ role }) => role === 'data')?.digest ?? null;

/** Reads everything a promotion is decided on. @throws ActionError not-found, invalid-document, invalid-file */
export async function gatherMaterial(runtime: Runtime, inputs: Inputs): Promise<Material> {
  const evidence = await loadEvidence(runtime, inputs.evidence);
  return {
    model: await readModel(runtime, inputs),
    evidence,
    dataDigest: dataDigestOf(evidence),
    metrics: await readMetrics(runtime, evidence),
  };
}

/** The registration that the inputs ask for, as of now. */
export const registrationRequest = (
  runtime: Runtime,
  inputs: Inputs,
  material: Material,
): RegistrationRequest => ({
  wish: inputs.version,
  model: material.model,
  evidence: material.evidence,
  rule: {
    required: inputs.requireEvidence,
    repository: runtime.context.source.repository,
    now: runtime.clock.now(),
    maxAgeMs: inputs.maxEvidenceAgeMs,
  },
  dataDigest: material.dataDigest,
  metrics: material.metrics,
});

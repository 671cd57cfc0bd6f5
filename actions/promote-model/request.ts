import type { Digest } from '../lib/digest.ts';
import type { MetricsDocument } from '../lib/documents/metrics.ts';
import { ActionError } from '../lib/errors.ts';
import { pickleProblem } from '../lib/registry/pickle.ts';
import type { ModelFacts, RegistrationRequest } from '../lib/registry/plan-registration.ts';
import { loadDocument } from '../runtime/documents.ts';
import { type LoadedEvidence, loadEvidence } from '../runtime/evidence.ts';
import { type ModelManifest, readModelManifest } from '../runtime/model-manifest.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Inputs } from './inputs.ts';

const TAIL_BYTES = 1024 * 1024;
const HEAD_BYTES = 16;

/** What a version is registered from: the model's bytes and the documents that speak for them. */
export interface Material {
  readonly model: ModelFacts | undefined;
  readonly evidence: readonly LoadedEvidence[];
  readonly dataDigest: Digest | null;
  readonly metrics: Readonly<Record<string, number>>;
}

async function refuseUnsafe(runtime: Runtime, manifest: ModelManifest): Promise<void> {
  for (const file of manifest.located) {
    const source = await runtime.files.open(file.path);
    const head = await source.slice(0, Math.min(HEAD_BYTES, source.size));
    const tail = await source.slice(Math.max(0, source.size - TAIL_BYTES), source.size);
    const problem = pickleProblem(head, tail);
    if (problem !== undefined)
      throw new ActionError(
        'invalid-file',
        `${file.name}: ${problem}, which runs code of its own when it is loaded; export the model to a format without code (ONNX, safetensors), or set allow-unsafe-model: true`,
      );
  }
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

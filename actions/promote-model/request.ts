import type { Digest } from '../lib/digest.ts';
import type { MetricsDocument } from '../lib/documents/metrics.ts';
import { ActionError } from '../lib/errors.ts';
import { type ModelScan, worstScan } from '../lib/model-files/model-scan.ts';
import type { ModelSignature } from '../lib/registry/events.ts';
import type { ModelFacts, RegistrationRequest } from '../lib/registry/plan-registration.ts';
import { parseSignature } from '../lib/registry/signature.ts';
import { loadDocument } from '../runtime/documents.ts';
import { type LoadedEvidence, loadEvidence } from '../runtime/evidence.ts';
import { withOrigins } from '../runtime/evidence-origins.ts';
import { locateOne } from '../runtime/locations.ts';
import { type ModelManifest, readModelManifest } from '../runtime/model-manifest.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { scanModel } from '../runtime/scan-model.ts';
import type { Inputs } from './inputs.ts';

/** Problems that a message names one by one. */
const SHOWN_PROBLEMS = 5;

/** What a version is registered from: the model's bytes and the documents that speak for them. */
export interface Material {
  readonly model: ModelFacts | undefined;
  /** Where the model's bytes lie in the workspace; absent where they are known by digest only. */
  readonly manifest: ModelManifest | undefined;
  readonly evidence: readonly LoadedEvidence[];
  readonly dataDigest: Digest | null;
  readonly metrics: Readonly<Record<string, number>>;
  readonly intervals: Readonly<Record<string, readonly [number, number]>>;
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
async function refuseUnsafe(
  runtime: Runtime,
  manifest: ModelManifest,
  allowGlobals: readonly string[],
): Promise<void> {
  const scans = await scanModel(runtime, manifest.located, allowGlobals);
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

const SIGNATURE_BYTES = 1024 * 1024;

async function readSignature(runtime: Runtime, location: string | undefined): Promise<ModelSignature | null> {
  if (location === undefined) return null;
  const file = await locateOne(runtime, location);
  return parseSignature(await runtime.files.readText(file.path, SIGNATURE_BYTES), file.name);
}

/** A model whose bytes are here: scanned, and compared with the digest it is to have. */
async function readLocalModel(runtime: Runtime, inputs: Inputs, location: string): Promise<ModelManifest> {
  const manifest = await readModelManifest(runtime, location);
  const { modelDigest } = inputs;
  if (modelDigest !== undefined && modelDigest !== manifest.digest)
    throw new ActionError(
      'digest-mismatch',
      `the model at ${location} is ${manifest.digest}, model-digest says ${modelDigest}`,
    );
  if (!inputs.allowUnsafeModel) await refuseUnsafe(runtime, manifest, inputs.allowGlobals);
  return manifest;
}

async function readModel(
  runtime: Runtime,
  inputs: Inputs,
): Promise<{ readonly model: ModelFacts; readonly manifest: ModelManifest | undefined } | undefined> {
  const about = {
    uri: inputs.modelUri,
    commit: runtime.context.source.commit,
    signature: await readSignature(runtime, inputs.signature),
    cause: inputs.cause,
  };
  if (inputs.model !== undefined) {
    const manifest = await readLocalModel(runtime, inputs, inputs.model);
    return { model: { ...about, digest: manifest.digest, files: manifest.files }, manifest };
  }
  if (inputs.modelDigest === undefined || inputs.modelUri === '') return undefined;
  return { model: { ...about, digest: inputs.modelDigest, files: [] }, manifest: undefined };
}

interface Measured {
  readonly metrics: Readonly<Record<string, number>>;
  readonly intervals: Readonly<Record<string, readonly [number, number]>>;
}

/** Overall values of the metrics documents, for the history and for comparing versions. */
async function readMetrics(runtime: Runtime, evidence: readonly LoadedEvidence[]): Promise<Measured> {
  const values = new Map<string, number>();
  const intervals = new Map<string, readonly [number, number]>();
  for (const { kind, file } of evidence) {
    if (kind !== 'metrics') continue;
    const { document } = await loadDocument<MetricsDocument>(runtime, 'metrics', file);
    for (const { name, value, slice, ci } of document.metrics) {
      if (slice !== undefined || value === null) continue;
      values.set(name, value);
      if (ci !== undefined) intervals.set(name, [ci.low, ci.high]);
    }
  }
  return { metrics: Object.fromEntries(values), intervals: Object.fromEntries(intervals) };
}

const dataDigestOf = (evidence: readonly LoadedEvidence[]): Digest | null =>
  evidence.flatMap(({ document }) => document.subjects).find(({ role }) => role === 'data')?.digest ?? null;

/** Reads everything a promotion is decided on. @throws ActionError not-found, invalid-document, invalid-file */
export async function gatherMaterial(runtime: Runtime, inputs: Inputs): Promise<Material> {
  const evidence = await withOrigins(runtime, await loadEvidence(runtime, inputs.evidence));
  const read = await readModel(runtime, inputs);
  return {
    model: read?.model,
    manifest: read?.manifest,
    evidence,
    dataDigest: inputs.dataDigest ?? dataDigestOf(evidence),
    ...(await readMetrics(runtime, evidence)),
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
    workflows: inputs.evidenceWorkflows,
    refs: inputs.evidenceRefs,
    outsideRuns: inputs.evidenceOutsideRuns || runtime.context.source.run === 0,
    dataDigest: inputs.dataDigest ?? null,
  },
  dataDigest: material.dataDigest,
  metrics: material.metrics,
  intervals: material.intervals,
  forced: inputs.force ? runtime.redact(inputs.reason) : '',
});

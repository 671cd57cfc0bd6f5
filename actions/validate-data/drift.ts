import type { TableEvidence } from '../lib/checks/check.ts';
import { canonicalJson, type Digest, sha256 } from '../lib/digest.ts';
import type { Subject } from '../lib/documents/envelope.ts';
import type { ColumnProfile } from '../lib/documents/profile.ts';
import type { DriftResult, ValidationDocument } from '../lib/documents/validation.ts';
import { compareProfiles } from '../lib/drift/compare-profiles.ts';
import { datasetDrift } from '../lib/drift/dataset-drift.ts';
import { DEFAULT_ALPHA, DEFAULT_MIN_SAMPLE } from '../lib/drift/request.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { TableRequest } from '../runtime/scan/read-part.ts';
import { readTable } from '../runtime/scan/read-table.ts';
import type { ThreadOptions } from '../runtime/scan/run-threads.ts';
import { evidenceOf, filesOf, type ReadTable } from '../runtime/scan/table-parts.ts';
import type { Inputs } from './inputs.ts';
import type { Loaded } from './load.ts';

/** What the data is compared with, and what that was. */
export interface Reference {
  readonly name: string;
  readonly digest: Digest;
  readonly rows: number;
  readonly columns: readonly ColumnProfile[];
}

/** How the data compares to its reference. */
export interface Drift {
  readonly section: NonNullable<ValidationDocument['drift']>;
  readonly subject: Subject;
}

/** Effect from which on a column has drifted, where neither the input nor the measure says. */
const THRESHOLD = 0.1;

/** The reference: its profile, or its data profiled now the way the data is. */
export async function readReference(
  runtime: Runtime,
  { reference }: Pick<Loaded, 'reference'>,
  like: Pick<TableRequest, 'spec' | 'read'>,
  threads: ThreadOptions,
): Promise<Reference | undefined> {
  if (reference === undefined) return undefined;
  const { name } = reference;
  if (reference.kind === 'profile') {
    const { rows, columns } = reference.document;
    return { name, digest: reference.digest, rows, columns };
  }
  const table = await readTable(
    runtime,
    {
      ...like,
      rules: [],
      keys: [],
      parts: [{ split: undefined, files: reference.files }],
      maxFindings: 0,
      profile: true,
    },
    threads,
  );
  const { rows, columns } = evidenceOf(table.parts);
  return { name, digest: dataDigest(table), rows, columns };
}

/** The digest of a table: of the canonical list of the names and digests of its files. */
export const dataDigest = ({ parts }: ReadTable): Digest =>
  sha256(canonicalJson(filesOf(parts).map(({ plan, digest }) => ({ name: plan.name, digest }))));

/**
 * Compares the data with the reference; `undefined` without one.
 *
 * @param redacted - columns whose values must not be shown: what changed most of them is not said
 */
export function measureDrift(
  inputs: Inputs,
  reference: Reference | undefined,
  current: TableEvidence,
  redacted: ReadonlySet<string>,
): Drift | undefined {
  if (reference === undefined) return undefined;
  const { name, digest } = reference;
  const plan = { ...inputs.drift, severity: inputs.driftSeverity };
  const results = compareProfiles(reference.columns, current.columns, plan).map(
    ({ change, ...result }): DriftResult =>
      change === undefined || redacted.has(result.field) ? result : { ...result, change },
  );
  return {
    section: {
      reference: name,
      severity: inputs.driftSeverity,
      alpha: inputs.drift.alpha ?? DEFAULT_ALPHA,
      threshold: inputs.drift.threshold ?? THRESHOLD,
      minSample: inputs.drift.minSample ?? DEFAULT_MIN_SAMPLE,
      results,
      dataset: datasetDrift(results),
    },
    subject: { role: 'reference', name, digest },
  };
}

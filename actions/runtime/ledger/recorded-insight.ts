import { type Digest, sha256 } from '../../lib/digest.ts';
import type { Envelope } from '../../lib/documents/envelope.ts';
import type { GateDocument } from '../../lib/documents/gate.ts';
import type { MetricsDocument } from '../../lib/documents/metrics.ts';
import { ActionError, isSurvivable } from '../../lib/errors.ts';
import { ledgerPath } from '../../lib/registry/ledger.ts';
import { insightOf, type MetricInsight } from '../../lib/registry/metric-insight.ts';
import { entryOf, type VersionState } from '../../lib/registry/state.ts';
import type { KindOf } from '../../lib/schema/documents.ts';
import { withCompiler } from '../../lib/schema/schema-compiler.ts';
import type { Runtime } from '../runtime.ts';
import type { OpenLedger } from './open-ledger.ts';

/** A document of evidence that the ledger keeps; `undefined` where there is none, or where it keeps the digest alone. */
async function recordedEvidence<D extends Envelope>(
  { store, operation }: OpenLedger,
  kind: KindOf<D>,
  digest: Digest | undefined,
): Promise<D | undefined> {
  if (digest === undefined) return undefined;
  const where = ledgerPath.evidence(operation.model, digest);
  const bytes = await store.readFile(where);
  if (bytes === undefined) return undefined;
  if (sha256(bytes) !== digest)
    throw new ActionError('digest-mismatch', `${where}: is not the document that was recorded`);
  const { readDocument } = await import('../../lib/schema/documents.ts');
  return withCompiler(() => readDocument<D>(kind, new TextDecoder().decode(bytes), where));
}

/**
 * What the evidence that the ledger keeps for a version says of its metrics, against what serves. That it cannot be read
 * is a warning: nothing is judged then.
 */
export async function recordedInsight(
  runtime: Runtime,
  ledger: OpenLedger,
  { evidence, metrics }: VersionState,
  serving: VersionState | undefined,
): Promise<ReadonlyMap<string, MetricInsight>> {
  if (serving === undefined || Object.keys(metrics).length === 0) return new Map();
  const digestOf = (kind: string) => entryOf(evidence, kind)?.digest;
  try {
    const measured = await recordedEvidence<MetricsDocument>(ledger, 'metrics', digestOf('metrics'));
    const gate = await recordedEvidence<GateDocument>(ledger, 'gate', digestOf('gate'));
    const known = [serving.digest, ...Object.values(serving.evidence).map(({ digest }) => digest)];
    return insightOf({ ...(measured && { metrics: measured }), ...(gate && { gate }) }, new Set(known));
  } catch (error) {
    if (!isSurvivable(error)) throw error;
    runtime.log.warning(`metrics are shown, and not judged: ${error.message}`);
    return new Map();
  }
}

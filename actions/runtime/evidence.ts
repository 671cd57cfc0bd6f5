import type { DocumentKind } from '../lib/documents/envelope.ts';
import { ActionError } from '../lib/errors.ts';
import { EVIDENCE_KINDS, type EvidenceDocument } from '../lib/registry/evidence.ts';
import { loadDocument } from './documents.ts';
import { type LocatedFile, locate } from './locations.ts';
import type { Runtime } from './runtime.ts';

/** An evidence document with the bytes it was read from. */
export interface LoadedEvidence extends EvidenceDocument {
  readonly text: string;
  readonly file: LocatedFile;
}

/** Which of our kinds of evidence a file says it is; `undefined` for anything else. */
function kindOf(text: string): DocumentKind | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const schema = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : '';
    return EVIDENCE_KINDS.find((kind) => schema === `mlops-actions/${kind}/v1`);
  } catch {
    return undefined;
  }
}

async function loadFile(runtime: Runtime, file: LocatedFile): Promise<LoadedEvidence | undefined> {
  if (!file.path.endsWith('.json')) return undefined;
  const text = await runtime.files.readText(file.path);
  const kind = kindOf(text);
  if (kind === undefined) return undefined;
  const { document, digest } = await loadDocument(runtime, kind, file);
  return { location: `${file.location} (${file.name})`, kind, digest, document, text, file };
}

/**
 * The validation, metrics and gate documents that locations lead to, each checked against its schema. Other files
 * beside them, as artifacts hold them, are passed over.
 *
 * @throws ActionError not-found for a location without any such document
 */
export async function loadEvidence(
  runtime: Runtime,
  locations: readonly string[],
): Promise<readonly LoadedEvidence[]> {
  const found = new Map<string, LoadedEvidence>();
  for (const location of locations) {
    const files = await locate(runtime, location);
    const loaded = [];
    for (const file of files) loaded.push(await loadFile(runtime, file));
    const documents = loaded.filter((one) => one !== undefined);
    if (documents.length === 0)
      throw new ActionError(
        'not-found',
        `evidence ${location}: no ${EVIDENCE_KINDS.join(', ')} document among its ${files.length} files`,
      );
    for (const document of documents) found.set(document.digest, document);
  }
  return [...found.values()];
}

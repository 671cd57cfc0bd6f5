import { type Digest, sha256 } from '../lib/digest.ts';
import type { DocumentKind, Envelope, Subject } from '../lib/documents/envelope.ts';
import type { KindOf } from '../lib/schema/documents.ts';
import { withCompiler } from '../lib/schema/schema-compiler.ts';
import type { Verdict } from '../lib/verdict.ts';
import type { LocatedFile } from './locations.ts';
import type { Runtime } from './runtime.ts';

/** A document that was read, with what identifies its bytes. */
export interface Loaded<D extends Envelope> {
  readonly document: D;
  readonly digest: Digest;
  readonly file: LocatedFile;
}

/** The head of a document made now, in this run. */
export const envelope = <K extends DocumentKind>(
  runtime: Runtime,
  kind: K,
  subjects: readonly Subject[],
  verdict: Verdict,
): Envelope<K> => ({
  schema: `mlops-actions/${kind}/v1`,
  created: runtime.clock.iso(),
  source: runtime.context.source,
  subjects,
  verdict,
});

/**
 * Checks a document against its schema and writes it, without secrets.
 *
 * @returns the digest of the bytes written
 */
export async function saveDocument(runtime: Runtime, path: string, document: Envelope): Promise<Digest> {
  // The schemas are only loaded by a step that gets as far as a document, their compiler by one that has a bad one.
  const { writeDocument } = await import('../lib/schema/documents.ts');
  const text = runtime.redact(await withCompiler(() => writeDocument(document)));
  await runtime.files.write(path, text);
  return sha256(text);
}

/**
 * Reads a document of a kind and checks it against its schema; the type parameter names the type of the document:
 * `loadDocument<MetricsDocument>(runtime, 'metrics', file)`.
 *
 * @throws ActionError invalid-document, invalid-file, not-found, limit-exceeded
 */
export async function loadDocument<D extends Envelope>(
  runtime: Runtime,
  kind: KindOf<D>,
  file: LocatedFile,
): Promise<Loaded<D>> {
  const { readDocument } = await import('../lib/schema/documents.ts');
  const text = await runtime.files.readText(file.path);
  const document = await withCompiler(() => readDocument<D>(kind, text, file.name));
  return { document, digest: sha256(text), file };
}

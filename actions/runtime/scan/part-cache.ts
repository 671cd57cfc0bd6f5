import { canonicalJson, type Digest, sha256 } from '../../lib/digest.ts';
import type { PartDocument } from '../../lib/documents/part.ts';
import type { FilePlan } from '../../lib/scan/file-plan.ts';
import type { ColumnType } from '../../lib/tabular/column-type.ts';
import type { Cache } from '../caching.ts';
import { envelope, loadDocument, saveDocument } from '../documents.ts';
import type { Runtime } from '../runtime.ts';
import type { TableRequest } from './read-part.ts';
import { joinedBytes, ownKeys, restoredPart, savedPart } from './saved-part.ts';
import type { ReadPart } from './table-parts.ts';

const MOST_KEYS = 1024 * 1024 * 1024;

/** What is known of files from earlier runs, by their bytes and by what was asked of them. */
export interface PartCache {
  restore(file: CachedFile, split: string | undefined): Promise<ReadPart | undefined>;
  save(file: CachedFile, part: ReadPart): Promise<void>;
}

/** A file, and how it is read. */
export interface CachedFile {
  readonly plan: FilePlan;
  readonly digest: Digest;
  /** Types that other files gave to columns. */
  readonly types: ReadonlyMap<string, ColumnType>;
}

/**
 * The cache of GitHub Actions for parts of a table. Tables with classified columns are not kept: of their values
 * nothing may lie where other workflows can read it.
 */
export async function partCache(runtime: Runtime, request: TableRequest): Promise<PartCache | undefined> {
  if (request.spec.columns.some(({ classified }) => classified)) {
    runtime.log.info(
      `${request.spec.name}: has classified columns, of which nothing is kept in the cache; its files are read anew.`,
    );
    return undefined;
  }
  const cache: Cache = await runtime.cache();
  const folder = await runtime.files.temporaryFolder('parts');
  const { spec, rules, keys, read, maxFindings, profile } = request;
  const asked = { spec, rules, keys, read, maxFindings, profile, version: runtime.context.source.action };
  const keyOf = ({ plan: { name, format, columns }, digest, types: all }: CachedFile): Digest => {
    const types = columns.map((column) => all.get(column) ?? null);
    return sha256(canonicalJson(JSON.parse(JSON.stringify({ asked, digest, name, format, types }))));
  };
  const at = (key: Digest): string => `${folder}/${key.replace(':', '-')}`;
  return {
    async restore(file, split) {
      const key = keyOf(file);
      if (!(await cache.restore(at(key), key))) return undefined;
      const document = { location: at(key), name: 'part.json', path: `${at(key)}/part.json` };
      const saved = (await loadDocument<PartDocument>(runtime, 'part', document)).document;
      const [part] = saved.parts;
      if (part === undefined) return undefined;
      const { name, index } = file.plan;
      const keys = ownKeys(saved, await runtime.files.read(`${at(key)}/${saved.keys}`, MOST_KEYS), name);
      return { ...restoredPart(part, keys, name, () => index), split };
    },
    async save(file, part) {
      const key = keyOf(file);
      const runs: Uint8Array[] = [];
      const parts = [savedPart(request, part, runs)];
      const keys = joinedBytes(runs);
      const document: PartDocument = {
        ...envelope(runtime, 'part', [], 'pass'),
        shard: { index: 1, of: 1 },
        plan: key,
        parts,
        keys: 'keys.bin',
        keysDigest: sha256(keys),
      };
      await saveDocument(runtime, `${at(key)}/part.json`, document);
      await runtime.files.write(`${at(key)}/keys.bin`, keys);
      await cache.save(at(key), key);
    },
  };
}

import { createHash } from 'node:crypto';
import type { BlobStore } from './blob-store.ts';
import { TwirpError, type TwirpService } from './twirp.ts';

interface CacheEntry {
  readonly id: number;
  readonly key: string;
  /** The client's hash over the paths and the compression method. */
  readonly version: string;
  readonly blob: string;
  complete: boolean;
}

/** The newest complete entry with exactly this key, else with it as prefix, else with each restore key as prefix. */
function match(entries: readonly CacheEntry[], key: string, restoreKeys: readonly string[]) {
  const exact = entries.findLast((entry) => entry.key === key);
  if (exact) return exact;
  for (const prefix of [key, ...restoreKeys]) {
    const found = entries.findLast((entry) => entry.key.startsWith(prefix));
    if (found) return found;
  }
  return undefined;
}

/** `github.actions.results.api.v1.CacheService`, as `@actions/cache` speaks its version 2. */
export function cacheService(blobs: BlobStore): TwirpService {
  const entries: CacheEntry[] = [];
  return {
    async CreateCacheEntry(request) {
      const key = request.required('key');
      const version = request.required('version');
      if (entries.some((entry) => entry.key === key && entry.version === version))
        throw new TwirpError(
          409,
          'already_exists',
          'cache entry with the same key and version already exists',
        );
      const blob = `caches/${createHash('sha256').update(`${version}\n${key}`).digest('hex')}`;
      entries.push({ id: entries.length + 1, key, version, blob, complete: false });
      return { ok: true, signed_upload_url: await blobs.uploadUrl(blob) };
    },

    async FinalizeCacheEntryUpload(request) {
      const key = request.required('key');
      const version = request.required('version');
      const entry = entries.find(
        (known) => known.key === key && known.version === version && !known.complete,
      );
      if (!entry) throw new TwirpError(404, 'not_found', `no upload of cache "${key}" to finalize`);
      const size = await blobs.size(entry.blob);
      if (String(size) !== request.required('size_bytes'))
        throw new TwirpError(400, 'invalid_argument', `size differs from the blob's ${size ?? 'no'} bytes`);
      entry.complete = true;
      return { ok: true, entry_id: String(entry.id) };
    },

    async GetCacheEntryDownloadURL(request) {
      const version = request.required('version');
      const candidates = entries.filter((entry) => entry.complete && entry.version === version);
      const entry = match(candidates, request.required('key'), request.texts('restore_keys'));
      if (!entry) return { ok: false };
      const url = await blobs.downloadUrl(entry.blob, {
        contentType: 'application/octet-stream',
        fileName: 'cache',
      });
      return { ok: true, matched_key: entry.key, signed_download_url: url };
    },
  };
}

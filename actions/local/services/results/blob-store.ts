/** What a download should look like to the client: it decides by these whether to unzip and under which name to save. */
interface DownloadHeaders {
  readonly contentType: string;
  readonly fileName: string;
}

/**
 * Where the bytes of artifacts and caches lie. The clients send and fetch them with the Azure SDK and plain HTTP,
 * so a store hands out addresses rather than bytes.
 */
export interface BlobStore {
  /** An address that takes one block blob, for a limited time. */
  uploadUrl(path: string): Promise<string>;
  /** An address that gives the blob, for a limited time; nothing can be written through it. */
  downloadUrl(path: string, headers: DownloadHeaders): Promise<string>;
  /** Bytes of a complete blob, `undefined` when there is none. */
  size(path: string): Promise<number | undefined>;
  delete(path: string): Promise<void>;
}

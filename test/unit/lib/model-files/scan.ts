import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { bytesContent } from '../../../../actions/lib/model-files/content.ts';
import type { ModelScan } from '../../../../actions/lib/model-files/model-scan.ts';
import type { ScanOptions, Unpack } from '../../../../actions/lib/model-files/scan-context.ts';
import { scanModelFile } from '../../../../actions/lib/model-files/scan-model-file.ts';

export const FIXTURES = join(import.meta.dirname, '../../../fixtures/model-files');

const UNPACKERS = { gzip: createGunzip, zlib: createInflate, 'deflate-raw': createInflateRaw } as const;

const unpack: Unpack = async function* (packing, packed) {
  const output = UNPACKERS[packing]();
  const input = Readable.from(packed);
  input.on('error', (error) => output.destroy(error));
  input.pipe(output);
  yield* output;
};

export const fixture = (name: string): Promise<Buffer> => readFile(join(FIXTURES, name));

/** Scans bytes as a file of this name. */
export const scanBytes = (
  name: string,
  bytes: Uint8Array | string,
  options: ScanOptions = {},
): Promise<ModelScan> =>
  scanModelFile(
    bytesContent(name, typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : new Uint8Array(bytes)),
    { unpack, ...options },
  );

export const kindsOf = (scan: ModelScan): readonly string[] =>
  [...new Set(scan.problems.map(({ kind }) => kind))].toSorted();

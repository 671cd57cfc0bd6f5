import { spawnSync } from 'node:child_process';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { fileDigest } from '../../runtime/file-digest.ts';
import { inventRows } from './data/invent-rows.ts';
import { enlargeCsv } from './enlarge-csv.ts';

/** The million rows as generate.py makes them, with the versions named there. */
const PUBLISHED_SHA256 = 'sha256:92e042995daac336484bb7753ae1baf6e718c5b7f77fc41991ffc1571f85c249';

/** Where the files are kept between runs unless `--data` says otherwise: some 1 GB, 6 GB with `--large`. */
export const DEFAULT_FOLDER = join(tmpdir(), 'bench-data');

/** The files of the benchmark: paths by what they are for. Parquet files are absent without Python. */
export interface BenchData {
  readonly folder: string;
  readonly csv: string;
  readonly small: string;
  readonly gzip: string;
  readonly jsonLines: string;
  readonly parquet: string | undefined;
  /** Five million rows, close to 1 GB. */
  readonly gigabyte: string;
  /** Twenty million rows; only when asked for. */
  readonly huge: string | undefined;
}

/**
 * Makes what is missing and gives the paths.
 *
 * @param python - an interpreter with numpy, polars and pyarrow; without it our own generator makes similar rows
 */
export async function prepareData(
  folder: string,
  python: string | undefined,
  large: boolean,
): Promise<BenchData> {
  mkdirSync(folder, { recursive: true });
  const at = (name: string): string => join(folder, name);
  makeRows(folder, python, 10_000, 'd10k');
  makeRows(folder, python, 1_000_000, 'd1m');
  await makeOnce(at('d1m.csv.gz'), (to) =>
    pipeline(createReadStream(at('d1m.csv')), createGzip(), createWriteStream(to)),
  );
  await makeOnce(at('d5m.csv'), (to) => enlargeCsv(at('d1m.csv'), to, 5));
  if (large) await makeOnce(at('d20m.csv'), (to) => enlargeCsv(at('d1m.csv'), to, 20));
  const published = (await fileDigest(createReadStream(at('d1m.csv')))) === PUBLISHED_SHA256;
  console.log(
    published
      ? `Data in ${folder}; d1m.csv has the published SHA-256`
      : `Data in ${folder}; d1m.csv is not the published one (other versions, or made without Python)`,
  );
  return {
    folder,
    csv: at('d1m.csv'),
    small: at('d10k.csv'),
    gzip: at('d1m.csv.gz'),
    jsonLines: at('d1m.ndjson'),
    parquet: existsSync(at('d1m.zstd.parquet')) ? at('d1m.zstd.parquet') : undefined,
    gigabyte: at('d5m.csv'),
    huge: large ? at('d20m.csv') : undefined,
  };
}

function makeRows(folder: string, python: string | undefined, rows: number, name: string): void {
  if (existsSync(join(folder, `${name}.csv`))) return;
  console.log(`Making ${rows} rows with ${python ?? 'our own generator'} …`);
  const unfinished = join(folder, `${name}.unfinished`);
  mkdirSync(unfinished, { recursive: true });
  if (python === undefined)
    inventRows(join(unfinished, `${name}.csv`), join(unfinished, `${name}.ndjson`), rows);
  else {
    const script = join(import.meta.dirname, 'data', 'generate.py');
    const { status } = spawnSync(python, [script, unfinished, String(rows), name], { stdio: 'inherit' });
    if (status !== 0) throw new Error(`${script} ended with status ${status}`);
  }
  for (const file of readdirSync(unfinished)) renameSync(join(unfinished, file), join(folder, file));
  rmSync(unfinished, { recursive: true });
}

/** Makes a file under another name first, so that a run that was stopped leaves nothing that looks done. */
async function makeOnce(path: string, make: (to: string) => Promise<void> | void): Promise<void> {
  if (existsSync(path)) return;
  console.log(`Making ${path} …`);
  const unfinished = `${path}.unfinished`;
  await make(unfinished);
  renameSync(unfinished, path);
}

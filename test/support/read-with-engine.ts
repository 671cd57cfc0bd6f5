import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ColumnBatch, Place } from '../../actions/lib/columns/column-batch.ts';
import type { FilePlan, ReadOptions } from '../../actions/lib/scan/file-plan.ts';
import { loadKernels } from '../../actions/runtime/scan/kernel-module.ts';
import { planFile } from '../../actions/runtime/scan/plan-file.ts';
import { type Scanned, scanTable } from '../../actions/runtime/scan/scan-table.ts';
import { captureParts } from '../../actions/runtime/scan/scan-thread.ts';
import { root } from '../../actions/tools/repository.ts';
import type { FoundRows } from './found-rows.ts';

/** A reader of whole files through the engine. */
export interface EngineReader {
  /**
   * @param name - its ending says the format and the packing
   * @throws ActionError invalid-file, limit-exceeded
   */
  read(name: string, bytes: Uint8Array, options?: EngineOptions): Promise<FoundRows & { delimiter?: string }>;
  /** How many rows a file has, profiled but not looked at. @throws ActionError as `read` */
  count(name: string, bytes: Uint8Array, options?: EngineOptions): Promise<number>;
  /** Removes its folder. */
  close(): void;
}

/** How a file is read, and with how many threads. */
export interface EngineOptions extends Partial<Omit<ReadOptions, 'nullTexts'>> {
  readonly threads?: number;
  /** Lines are looked up for one in so many rows: each takes a count from the beginning of its block. */
  readonly lineEvery?: number;
}

/**
 * Loads the kernels, which the tests' set-up has compiled.
 *
 * @param folder - where files lie while they are read; one in the system's temporary folder when absent
 */
export function engineReader(folder = mkdtempSync(join(tmpdir(), 'mlops-engine-'))): EngineReader {
  const action = join(root, 'actions', 'validate-data');
  const kernels = loadKernels(action);
  const scan = async (
    name: string,
    bytes: Uint8Array,
    { threads = 1, lineEvery: _, ...options }: EngineOptions = {},
  ): Promise<Scanned & { readonly plan: FilePlan }> => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    const read: ReadOptions = { format: 'auto', encoding: 'auto', nullTexts: [], ...options };
    const plan = await planFile({ index: 0, name, path }, read, kernels);
    const request = {
      files: [plan],
      spec: { name: '', columns: textColumns(plan), splits: [] },
      rules: [],
      keys: [],
      nullTexts: [],
      maxFindings: 0,
      profile: true,
    };
    const { signal } = new AbortController();
    const scanned = await scanTable(request, { kernels, folder: action, threads, signal, beat() {} });
    return { ...scanned, plan };
  };
  return {
    async read(name, bytes, options) {
      const { plan, ...scanned } = await scan(name, bytes, options);
      return {
        ...(await capture(kernels, scanned, options?.lineEvery ?? 1)),
        ...(plan.csv && { delimiter: plan.csv.delimiter }),
      };
    },
    count: async (name, bytes, options) => rowsOf(await scan(name, bytes, options)),
    close: () => rmSync(folder, { recursive: true }),
  };
}

const rowsOf = ({ parts }: Scanned): number => parts.reduce((sum, { rows }) => sum + rows, 0);

/** Texts are read as texts, so that every cell is there as it stands in the file; typed files have types of their own. */
const textColumns = ({ columns, groups }: FilePlan) =>
  groups === undefined ? columns.map((name) => ({ name, type: 'string' as const, classified: false })) : [];

/** Reads the file once more, part by part, and keeps all there is. */
async function capture(kernels: WebAssembly.Module, scanned: Scanned, lineEvery: number): Promise<FoundRows> {
  const { job, progress } = scanned;
  const [plan] = job.files;
  if (plan === undefined) throw new RangeError('no file');
  const rows: (string | null)[][] = [];
  const lines: number[] = [];
  const malformed: FoundRows['malformed'][number][] = [];
  const controls: [number, number][] = [];
  const lineOf = ({ line = 0, block = 0 }: Place): number => line + progress.linesBefore(0, block);
  const take = (batch: ColumnBatch): void => {
    for (let row = 0; row < batch.rows; row += 1) {
      if (plan.groups === undefined && rows.length % lineEvery === 0) lines.push(lineOf(batch.place(row)));
      rows.push(plan.columns.map((name) => batch.column(name)?.text(row) ?? null));
    }
    for (const { place, ...rest } of batch.malformed) malformed.push({ ...rest, line: lineOf(place) });
    for (const place of batch.controls) controls.push([lineOf(place), place.column ?? 0]);
  };
  const all = Array.from({ length: plan.tasks }, (_, part) => part);
  await captureParts(kernels, job, progress, plan, all, take);
  const counted = rowsOf(scanned);
  if (counted !== rows.length) throw new Error(`counted ${counted} rows, then found ${rows.length}`);
  return { columns: plan.columns, rows, lines, malformed, controls };
}

import { BLOCK_BYTES, blocksIn } from '../../lib/columns/block-buffer.ts';
import { readCsvHead } from '../../lib/columns/csv-head.ts';
import { readJsonHead } from '../../lib/columns/json-head.ts';
import { ActionError } from '../../lib/errors.ts';
import type { Encoding, FilePlan, Packing, ReadOptions } from '../../lib/scan/file-plan.ts';
import { partitionsOf } from '../../lib/scan/partitions.ts';
import { detectFormat, HEAD_BYTES } from '../../lib/tabular/detect-format.ts';
import type { TableFormat } from '../../lib/tabular/table.ts';
import { openDisk } from './disk-file.ts';
import { refuseEndlessRow } from './endless-row.ts';
import { asUtf8, encodingOf } from './text-encoding.ts';
import { textChunks, unpackedChunks } from './text-stream.ts';

/** Bytes of text looked at first; eight times as many, up to the limit, where the header does not end in them. */
const HEAD = 1 << 16;
const MOST_HEAD = 1 << 24;

const PACKINGS: readonly (readonly [ending: string, packing: Packing])[] = [
  ['.gz', 'gzip'],
  ['.zst', 'zstd'],
  ['.br', 'brotli'],
];

/** How a file is packed, by the ending of its name. */
export const packingOf = (name: string): Packing =>
  PACKINGS.find(([ending]) => name.toLowerCase().endsWith(ending))?.[1] ?? 'none';

type Stored = Pick<FilePlan, 'index' | 'name' | 'path' | 'size' | 'packing' | 'partitions'>;

/**
 * Finds out what a file is and how it is to be read.
 *
 * @throws ActionError invalid-file when it is not what its name or the options say, or cannot be read
 */
export async function planFile(
  file: { readonly index: number; readonly name: string; readonly path: string },
  options: ReadOptions,
  kernels: WebAssembly.Module,
): Promise<FilePlan> {
  const packing = packingOf(file.name);
  const disk = openDisk(file.path, file.name);
  const { size } = disk;
  disk.close();
  const partitions = partitionsOf(file.name, options.partitions ?? 'all');
  const stored: Stored = { ...file, size, packing, partitions };
  const head = await firstBytes(unpackedChunks(stored), HEAD_BYTES);
  if (head.length === 0)
    throw new ActionError('invalid-file', `${file.name}: the file is empty; expected a header and rows`);
  const { encoding, mark } = encodingOf(file.name, head, options.encoding);
  const format = detectFormat(file.name, asUtf8(head, encoding, mark), options.format);
  if (format === 'parquet' || format === 'arrow') return planTyped(stored, format, kernels);
  return planText(stored, format, { encoding, mark }, options);
}

async function planTyped(
  stored: Stored,
  format: 'parquet' | 'arrow',
  kernels: WebAssembly.Module,
): Promise<FilePlan> {
  if (stored.packing !== 'none')
    throw new ActionError(
      'invalid-file',
      `${stored.name}: ${format === 'parquet' ? 'Parquet' : 'Arrow'} packed as a whole cannot be read in parts; it compresses by itself: unpack the file`,
    );
  const { readTypedHead } = await import('./typed-file.ts');
  const { columns, types, groups, notes } = await readTypedHead(stored, format, kernels);
  const text = { encoding: 'utf-8', mark: 0, blocks: false } as const;
  return { ...stored, ...text, format, columns, types, groups, tasks: Math.max(1, groups.length), notes };
}

async function planText(
  stored: Stored,
  format: Exclude<TableFormat, 'parquet' | 'arrow'>,
  { encoding, mark }: { readonly encoding: Encoding; readonly mark: number },
  options: ReadOptions,
): Promise<FilePlan> {
  const census = (message: string) => ({ level: 'census' as const, message });
  const notes = [
    ...(encoding === 'utf-8' ? [] : [census(`decoded from ${encoding.toUpperCase()}`)]),
    ...(encoding === 'utf-8' && mark > 0 ? [census('byte order mark skipped')] : []),
  ];
  const plan: FilePlan = {
    ...stored,
    format,
    encoding,
    mark,
    columns: [],
    types: [],
    tasks: 1,
    blocks: false,
    notes,
  };
  const { described, head } = await readHead(plan, options);
  const { csv, blocks } = described;
  if (csv) await refuseEndlessRow(described, head, csv.dataStart - (blocks ? mark : 0));
  return described;
}

/** Reads as much of the beginning of a text as it takes to describe the file. */
async function readHead(
  plan: FilePlan,
  options: ReadOptions,
): Promise<{ readonly described: FilePlan; readonly head: Uint8Array }> {
  const nullTexts = new Set(options.nullTexts);
  for (let bytes = HEAD; ; bytes *= 8) {
    const head = await firstBytes(textChunks(plan), bytes);
    const whole = head.length < bytes;
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(whole ? head : wholeCharacters(head));
    try {
      return { described: describe(plan, text, whole, options, nullTexts), head };
    } catch (error) {
      const cut = error instanceof ActionError && error.code === 'limit-exceeded';
      if (!cut || whole || bytes >= MOST_HEAD) throw error;
    }
  }
}

function describe(
  plan: FilePlan,
  text: string,
  whole: boolean,
  options: ReadOptions,
  nullTexts: ReadonlySet<string>,
): FilePlan {
  const { name, format, size, mark } = plan;
  const { relaxed = false } = options;
  // Where quotes are relaxed, what a quote means hangs on all that comes before it: no block can begin in the middle.
  const blocks = plan.packing === 'none' && plan.encoding === 'utf-8' && format !== 'json' && !relaxed;
  const tasks = blocks ? blocksIn(size) : 1;
  if (format === 'json' || format === 'jsonl') {
    const { columns, types } = readJsonHead(name, text, whole, nullTexts);
    return { ...plan, columns, types, tasks, blocks };
  }
  const delimiter = options.delimiter ?? (format === 'tsv' ? '\t' : undefined);
  const { quote, header } = options;
  const head = readCsvHead(
    name,
    text,
    whole,
    {
      ...(delimiter !== undefined && { delimiter }),
      ...(quote !== undefined && { quote }),
      relaxed,
      ...(header !== undefined && { header }),
      declared: new Set(options.declared),
    },
    nullTexts,
  );
  // A header of the size of a block would leave the first block without a row of its own.
  const inBlocks = blocks && head.dataStart + mark < BLOCK_BYTES;
  return {
    ...plan,
    columns: head.columns,
    types: head.types,
    csv: {
      delimiter: head.delimiter,
      quote: head.quote,
      ...(head.relaxed && { relaxed: true }),
      dataStart: head.dataStart + (inBlocks ? mark : 0),
    },
    tasks: inBlocks ? tasks : 1,
    blocks: inBlocks,
  };
}

async function firstBytes(chunks: AsyncIterable<Uint8Array>, wanted: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    parts.push(chunk.slice());
    size += chunk.length;
    if (size >= wanted) break;
  }
  return Buffer.concat(parts).subarray(0, wanted);
}

/** Without the beginning of a character that the cut took apart. */
function wholeCharacters(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes.length - end < 4 && ((bytes[end - 1] ?? 0) & 0xc0) === 0x80) end -= 1;
  return (bytes[end - 1] ?? 0) >= 0xc0 ? bytes.subarray(0, end - 1) : bytes;
}

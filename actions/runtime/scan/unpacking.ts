import { BLOCK_BYTES, blocksIn } from '../../lib/columns/block-buffer.ts';
import type { BlockRing } from '../../lib/scan/block-ring.ts';
import type { FilePlan } from '../../lib/scan/file-plan.ts';
import type { ScanJob } from '../../lib/scan/scan-job.ts';
import { failureOf, type ThreadEnd } from './scan-thread.ts';
import { textChunks } from './text-stream.ts';
import { mostUnpacked } from './unpacked-size.ts';

/** What a packed byte of text comes to, as a rule of thumb for how many threads pay. */
const EXPANSION = 3;

/** About how many bytes of text a file has. */
export const textBytes = ({ size, packing }: Pick<FilePlan, 'size' | 'packing'>): number =>
  packing === 'none' ? size : size * EXPANSION;

/**
 * A job as threads share it while another unpacks its file: in blocks of the text, as many as there may be.
 * `undefined` where it has several files, of which each thread takes one, or one that is not read as a stream.
 */
export function unpackedJob(job: ScanJob): ScanJob | undefined {
  const [file, second] = job.files;
  if (file === undefined || second !== undefined) return undefined;
  if (file.blocks || file.groups !== undefined || file.format === 'json') return undefined;
  if (file.csv?.relaxed || (file.csv !== undefined && file.csv.dataStart >= BLOCK_BYTES)) return undefined;
  return { ...job, files: [{ ...file, mark: 0, blocks: true, tasks: blocksIn(mostUnpacked(file.size)) }] };
}

/** Unpacks the one file of a job for the threads that read it. What came before a fault is read to its end. */
export async function unpackForThreads(ring: BlockRing, { files: [file] }: ScanJob): Promise<ThreadEnd> {
  if (file === undefined) throw new RangeError('a job without a file');
  try {
    for await (const chunk of textChunks(file)) ring.write(chunk);
    ring.end();
    return { unpacked: true };
  } catch (error) {
    return { failure: failureOf(error, { file: file.index, part: ring.breakOff() }) };
  }
}

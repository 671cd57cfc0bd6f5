import { ActionError } from '../../lib/errors.ts';
import type { FilePlan } from '../../lib/scan/file-plan.ts';
import { LIMITS } from '../../lib/tabular/limits.ts';
import { textChunks } from './text-stream.ts';

const LF = 10;
const CR = 13;

const hasLineEnd = (bytes: Uint8Array): boolean => bytes.includes(LF) || bytes.includes(CR);

/**
 * Refuses CSV whose first row goes on beyond what a row may have, without a line end: of a file of gigabytes the digest
 * would be taken first, which takes seconds.
 *
 * @param head - the beginning of the text, without a byte order mark
 * @param dataStart - where the first row begins in it
 * @throws ActionError limit-exceeded
 */
export async function refuseEndlessRow(plan: FilePlan, head: Uint8Array, dataStart: number): Promise<void> {
  if (plan.size <= LIMITS.recordLength && plan.packing === 'none') return;
  if (head.length <= dataStart || hasLineEnd(head.subarray(dataStart))) return;
  let size = 0;
  for await (const chunk of textChunks(plan)) {
    if (hasLineEnd(chunk.subarray(Math.max(0, dataStart - size)))) return;
    size += chunk.length;
    if (size - dataStart <= LIMITS.recordLength) continue;
    const line = new TextDecoder().decode(head.subarray(0, dataStart)).split(/\r\n|\r|\n/).length;
    throw new ActionError(
      'limit-exceeded',
      `${plan.name}:${line}: a row longer than ${LIMITS.recordLength} bytes; is a quote or a line end missing here?`,
    );
  }
}

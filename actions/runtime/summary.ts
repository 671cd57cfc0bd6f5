import { appendFile, stat } from 'node:fs/promises';
import { cutMarkdown } from '../lib/report/limits.ts';
import { fileError } from './workspace.ts';

/** GitHub drops a summary over 1 MiB whole; this leaves room for what others wrote in the same step. */
const MAX_BYTES = 900 * 1024;

/**
 * Adds to the job summary; what goes beyond the limit is cut at a section's edge. Without a summary file it does nothing.
 *
 * @throws ActionError limit-exceeded, invalid-file when the runner's file cannot be written to
 */
export async function appendSummary(path: string | undefined, markdown: string): Promise<void> {
  if (!path) return;
  const written = await stat(path).then(
    (entry) => entry.size,
    () => 0,
  );
  const room = MAX_BYTES - written;
  if (room <= 0) return;
  await appendFile(path, cutMarkdown(`${markdown.trimEnd()}\n\n`, { maxBytes: room })).catch(
    (cause: unknown) => {
      throw fileError('the job summary', cause);
    },
  );
}

import type { WriteResult } from './github/github.ts';
import type { Runtime } from './runtime.ts';

/**
 * Closes the issue of an incident with a last comment. Done twice, it comments once for each run and leaves the issue
 * closed.
 *
 * @param text - Markdown
 * @throws ActionError github-denied without a token
 */
export async function closeIncident(
  runtime: Runtime,
  issue: number,
  text: string,
): Promise<WriteResult<{ readonly number: number }>> {
  const { issues } = await runtime.github();
  const commented = await issues.comment(issue, runtime.redact(text));
  return commented.kind === 'done' ? issues.close(issue) : commented;
}

import { ActionError, errorMessage } from '../lib/errors.ts';
import type { Replacer } from './redaction.ts';

/**
 * The patterns of the environment variable `MLOPS_REDACT_PATTERNS`, one RE2 expression per line.
 *
 * @throws ActionError invalid-input for an expression RE2 does not know, such as a lookahead
 */
export async function redactPatterns(text: string): Promise<readonly Replacer[]> {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (lines.length === 0) return [];
  const { RE2JS } = await import('re2js');
  return lines.map((line) => {
    try {
      const pattern = RE2JS.compile(line);
      return (input, replacement) => pattern.matcher(input).replaceAll(replacement);
    } catch (cause) {
      throw new ActionError('invalid-input', `MLOPS_REDACT_PATTERNS: ${line}: ${errorMessage(cause)}`, {
        cause,
      });
    }
  });
}

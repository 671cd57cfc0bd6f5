import type { Finding } from '../documents/validation.ts';
import { errorType } from './error-type.ts';
import { fingerprints } from './fingerprints.ts';

/**
 * `findings.jsonl`: one finding a line, in the order of the report, with its type and a fingerprint that survives
 * shifts of lines. Values are as the findings have them: redacted where they must not be shown.
 */
export function findingsLines(findings: readonly Finding[], fresh?: ReadonlySet<Finding>): string {
  const prints = fingerprints(findings);
  return findings
    .map((finding, index) =>
      JSON.stringify({
        type: errorType(finding),
        ...finding,
        fingerprint: prints[index],
        ...(fresh && { new: fresh.has(finding) }),
      }),
    )
    .map((line) => `${line}\n`)
    .join('');
}

import type { CheckResult, Finding } from '../documents/validation.ts';
import { errorTypes } from './error-type.ts';
import { fingerprints } from './fingerprints.ts';

/**
 * `findings.jsonl`: one finding a line, in the order of the report, with its type and a fingerprint that survives
 * shifts of lines. Values are as the findings have them: redacted where they must not be shown.
 *
 * @param checks - whose findings these are, for the types that only they can tell
 */
export function findingsLines(
  findings: readonly Finding[],
  fresh?: ReadonlySet<Finding>,
  checks: readonly CheckResult[] = [],
): string {
  const prints = fingerprints(findings);
  const typeOf = errorTypes(checks);
  return findings
    .map((finding, index) =>
      JSON.stringify({
        type: typeOf(finding),
        ...finding,
        fingerprint: prints[index],
        ...(fresh && { new: fresh.has(finding) }),
      }),
    )
    .map((line) => `${line}\n`)
    .join('');
}

import { sha256 } from '../digest.ts';
import type { Finding } from '../documents/validation.ts';
import { identity } from './fresh-findings.ts';

/** Hexadecimal digits of a fingerprint: 64 bits, so that a report of a million findings has no two alike by chance. */
const DIGITS = 16;

/**
 * A fingerprint for each finding that stays the same when its line moves: of check, column, file and value (else the
 * demand), with a number for equal ones: `3f2a…:2` is the second.
 */
export function fingerprints(findings: readonly Finding[]): readonly string[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const { check, field, file } = finding;
    const key = JSON.stringify([check, field ?? '', identity(finding, file)]);
    const occurrence = (seen.get(key) ?? 0) + 1;
    seen.set(key, occurrence);
    return `${sha256(key).slice('sha256:'.length, 'sha256:'.length + DIGITS)}:${occurrence}`;
  });
}

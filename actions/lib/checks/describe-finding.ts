import type { CheckResult, Finding } from '../documents/validation.ts';
import type { Discovery } from './check.ts';

/** Characters of a value that are shown. */
const MAX_VALUE = 100;
const REDACTED = '[redacted]';

/**
 * A discovery as a finding: with the name of its check and a sentence, its value shortened, or left out where one of
 * its columns is classified.
 */
export function findingOf(
  { check, severity }: Pick<CheckResult, 'check' | 'severity'>,
  discovery: Discovery,
  classified: ReadonlySet<string>,
): Finding {
  const { file, place, field, columns, value, expected, hint } = discovery;
  const secret = (columns ?? (field === undefined ? [] : [field])).some((name) => classified.has(name));
  const shown = value === undefined ? undefined : secret ? REDACTED : shortened(value);
  const { line, column, row } = place ?? {};
  return {
    check,
    severity,
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
    ...(row !== undefined && { row }),
    ...(field !== undefined && { field }),
    ...(shown !== undefined && { value: shown }),
    expected,
    message:
      `${field ? `${field}: ` : ''}expected ${expected}` +
      `${shown === undefined ? '' : `, found ${foundWords(shown, secret)}`}${hint === undefined ? '' : ` (${hint})`}`,
  };
}

function foundWords(shown: string, secret: boolean): string {
  if (shown === '') return 'none';
  return secret ? shown : JSON.stringify(shown);
}

/** Cut between characters, never inside one. */
const shortened = (value: string): string =>
  value.length > MAX_VALUE ? `${value.slice(0, MAX_VALUE).replace(/[\uD800-\uDBFF]$/, '')}…` : value;

import { ActionError, type ActionErrorCode } from '../errors.ts';
import type { Validate } from './compile-schema.ts';
import { type ParsedText, pathText } from './parsed-text.ts';

/** Messages beyond this many say nothing new. */
const MAX_LINES = 20;

/**
 * Holds a JSON or YAML text against a schema; every problem becomes a line `gates.yml:12:7: gates[0].op: …`.
 *
 * @throws ActionError of the code given, with all problems
 */
export function checkAgainstSchema(
  parsed: ParsedText,
  validate: Validate,
  code: ActionErrorCode = 'invalid-file',
): void {
  const problems = validate(parsed.value);
  if (problems.length === 0) return;
  const lines = problems.map(({ path, message }) => `${parsed.at(path)}: ${pathText(path)}: ${message}`);
  const rest = lines.length - MAX_LINES;
  throw new ActionError(
    code,
    [...lines.slice(0, MAX_LINES), ...(rest > 0 ? [`… and ${rest} more`] : [])].join('\n'),
  );
}

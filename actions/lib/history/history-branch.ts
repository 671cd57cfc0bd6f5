import { ActionError } from '../errors.ts';

/** The file that marks a branch as a history: a branch without it is never written to. */
export const HISTORY_MARKER = 'history.json';

const SCHEMA = 'mlops-actions/history/v1';

/** The keys of the gates that a branch holds the history of, in alphabetical order. */
export const markerText = (keys: readonly string[]): string =>
  `${JSON.stringify({ schema: SCHEMA, keys: [...new Set(keys)].sort() }, null, 2)}\n`;

/**
 * The keys that a marker names.
 *
 * @throws ActionError invalid-file for a text that is no marker of ours
 */
export function readMarker(text: string, where: string): readonly string[] {
  const value = jsonOf(text);
  const keys = typeof value === 'object' && value !== null && 'keys' in value ? value.keys : undefined;
  const named = typeof value === 'object' && value !== null && 'schema' in value && value.schema === SCHEMA;
  if (named && Array.isArray(keys) && keys.every((key): key is string => typeof key === 'string'))
    return keys;
  throw new ActionError(
    'invalid-file',
    `${where}: expected {"schema": "${SCHEMA}", "keys": [texts]}; the branch is not a history that these actions wrote`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { ActionError } from '../errors.ts';
import { LIMITS } from './limits.ts';

/** What two column names must differ in: not only in case, outer white space or Unicode composition. */
const likeness = (name: string): string => name.trim().normalize('NFC').toLowerCase();

/**
 * Refuses column names that cannot be told apart, are blank or too many.
 *
 * @param where - file and line for messages
 * @throws ActionError invalid-file, limit-exceeded
 */
export function checkColumnNames(where: string, names: readonly string[]): void {
  if (names.length > LIMITS.columns)
    throw new ActionError(
      'limit-exceeded',
      `${where}: ${names.length} columns, at most ${LIMITS.columns} are read`,
    );
  const seen = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    if (name.trim() === '')
      throw new ActionError(
        'invalid-file',
        `${where}: column ${index + 1} has no name; give every column a name`,
      );
    const twin = seen.get(likeness(name));
    if (twin !== undefined)
      throw new ActionError(
        'invalid-file',
        `${where}: two columns are named ${JSON.stringify(twin)}${twin === name ? '' : ` and ${JSON.stringify(name)}`}; ` +
          'names must differ by more than case and white space',
      );
    seen.set(likeness(name), name);
  }
}

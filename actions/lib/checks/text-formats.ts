import { fullFormats } from 'ajv-formats/dist/formats.js';
import { ActionError } from '../errors.ts';
import { didYouMean } from '../nearest-name.ts';

const FORMATS: ReadonlyMap<string, unknown> = new Map(Object.entries(fullFormats));

/**
 * Whether a text is in a format of JSON Schema, as ajv decides it, without the time that it takes to compile a schema.
 *
 * @throws ActionError invalid-file for a format that is not known
 */
export function textFormat(name: string): (text: string) => boolean {
  const format = FORMATS.get(name);
  if (format === undefined)
    throw new ActionError(
      'invalid-file',
      `the format "${name}" is not known${didYouMean(name, FORMATS.keys()) || `; known: ${[...FORMATS.keys()].join(', ')}`}`,
    );
  return testOf(format);
}

function testOf(format: unknown): (text: string) => boolean {
  if (format instanceof RegExp) return (text) => format.test(text);
  if (typeof format === 'function') return (text) => format(text) === true;
  if (typeof format !== 'object' || format === null || !('validate' in format)) return () => true;
  // Formats of numbers say nothing about texts.
  return 'type' in format && format.type === 'number' ? () => true : testOf(format.validate);
}

import { errorMessage } from '../errors.ts';
import { isFields } from '../schema/fields.ts';
import { parseJsonStrict } from '../schema/json.ts';
import type { ValuePath } from '../schema/parsed-text.ts';
import type { Note } from './read-block.ts';
import { ANALYSIS_VARIABLES, fillTemplate, type TemplateValues, unknownVariable } from './template.ts';

/** `body:` of a request, as the schema describes it: a JSON value, or the text of one. */
export type BodyBlock = string | readonly unknown[] | Readonly<Record<string, unknown>>;

/** The schema holds a text to it as well. */
const LONGEST_BODY = 16_384;

/** Values that are no JSON outside of a string, but for the one that always is a number. */
const SAMPLES: TemplateValues = {
  ...Object.fromEntries(ANALYSIS_VARIABLES.map((name) => [name, 'x'])),
  weight: '0',
};

/** Reads a body into the template of a JSON text, whose variables are filled in by `encodings.json`. */
export function readBody(path: ValuePath, block: BodyBlock, note: Note): string {
  const text = typeof block === 'string' ? block : JSON.stringify(block);
  noteVariables(path, block, note);
  if (text.length > LONGEST_BODY)
    note(path, `expected at most ${LONGEST_BODY} characters of JSON, found ${text.length}`);
  if (typeof block === 'string') noteNoJson(path, block, note);
  return text;
}

/** Notes each text and key that names an unknown variable. */
function noteVariables(path: ValuePath, value: unknown, note: Note): void {
  if (typeof value === 'string') {
    const unknown = unknownVariable(value, ANALYSIS_VARIABLES);
    if (unknown !== undefined) note(path, unknown);
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) noteVariables([...path, index], item, note);
  } else if (isFields(value)) {
    for (const [key, item] of Object.entries(value)) {
      noteVariables([...path, key], key, note);
      noteVariables([...path, key], item, note);
    }
  }
}

function noteNoJson(path: ValuePath, text: string, note: Note): void {
  if (unknownVariable(text, ANALYSIS_VARIABLES) !== undefined) return;
  try {
    parseJsonStrict(fillTemplate(text, SAMPLES), 'the text', { largeIntegers: 'nearest' });
  } catch (error) {
    note(
      path,
      `expected a JSON value or the text of one, in which variables stand inside of strings (\${weight} is a number, too); with x for each variable: ${errorMessage(error)}`,
    );
  }
}

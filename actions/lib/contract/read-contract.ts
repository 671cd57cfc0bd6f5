import { checkAgainstSchema } from '../schema/check-against-schema.ts';
import { compileSchema, type Validate } from '../schema/compile-schema.ts';
import { parseJsonStrict } from '../schema/json.ts';
import type { ParsedText } from '../schema/parsed-text.ts';
import { parseYamlStrict } from '../schema/yaml.ts';
import type { Contract } from './contract.ts';
import { items, texts } from './fields.ts';
import odcs from './odcs-v3.1.0.schema.json' with { type: 'json' };
import { readObject } from './read-object.ts';

let compiled: Validate | undefined;

/**
 * The validator of the standard's own JSON Schema. It is written for draft 2019-09; of what that draft has and
 * 2020-12 has not, it uses nothing.
 */
function validator(): Validate {
  compiled ??= compileSchema(
    { ...odcs, $schema: 'https://json-schema.org/draft/2020-12/schema' },
    'ODCS v3.1.0',
    {
      allProblems: true,
    },
  );
  return compiled;
}

/**
 * Reads a data contract in the Open Data Contract Standard v3.1, YAML or JSON.
 *
 * @param where - its name for messages
 * @throws ActionError invalid-file with file, line and column of every problem the schema finds, or of the first
 *   rule that cannot be checked
 */
export function readContract(text: string, where: string): Contract {
  const parsed = parse(text, where);
  const unchecked: string[] = [];
  const objects = items(parsed, ['schema']).map((path) => readObject(parsed, path, unchecked));
  checkAgainstSchema(parsed, validator());
  if (items(parsed, ['slaProperties']).length > 0) unchecked.push('slaProperties');
  const [id, version] = texts(parsed, [['id'], ['version']]);
  return { id: id ?? '', version: version ?? '', objects, unchecked };
}

const parse = (text: string, where: string): ParsedText =>
  /^\s*\{/.test(text) ? parseJsonStrict(text, where) : parseYamlStrict(text, where);

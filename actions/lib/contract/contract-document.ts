import { ActionError } from '../errors.ts';
import { parseJsonStrict } from '../schema/json.ts';
import type { ParsedText } from '../schema/parsed-text.ts';
import { parseYamlStrict } from '../schema/yaml.ts';
import { jsonPlaces } from './json-places.ts';

/** Contracts of people are kilobytes; beyond this many characters it is data that was given by mistake. */
const MAX_CHARACTERS = 8 * 1024 * 1024;

/** Texts that are no contract, by how they begin, with what to do about them. */
const IMPOSTORS: readonly (readonly [pattern: RegExp, message: string])[] = [
  [
    /^version https:\/\/git-lfs\.github\.com\/spec\//,
    'this is a pointer of Git LFS and not the file; run "git lfs pull", or check out with "lfs: true"',
  ],
  [
    /^\s*<(!doctype\s|html[\s>])/i,
    'this is an HTML page and not a contract; perhaps a download answered with an error or a login page',
  ],
  [/^\s*<(\?xml|[a-z][\w:-]*[\s/>])/i, 'this is XML; contracts are YAML or JSON'],
  [/^(PAR1|ARROW1)/, 'this is a data file; give it as data, and a YAML or JSON file as the contract'],
];

const CONFLICT = /^(<{7}|>{7})( |$)/m;

/**
 * Parses the text of a contract, YAML or JSON, and says what it really is when it is neither.
 *
 * @param where - its name for messages
 * @throws ActionError invalid-file with line and column; limit-exceeded for a text over 8 Mi characters
 */
export function parseContractText(text: string, where: string): ParsedText {
  refuseOthers(text, where);
  const begin = text.replace(/^\ufeff?\s*/, '');
  if (!begin.startsWith('{') && !begin.startsWith('[')) return parseYamlStrict(text, where);
  const parsed = parseJsonStrict(text, where);
  let places: ((path: readonly (string | number)[]) => string) | undefined;
  return {
    ...parsed,
    at(path) {
      places ??= jsonPlaces(text, where);
      return places(path);
    },
  };
}

function refuseOthers(text: string, where: string): void {
  if (text.length > MAX_CHARACTERS)
    throw new ActionError(
      'limit-exceeded',
      `${where}: a contract may have ${MAX_CHARACTERS} characters, this has ${text.length}`,
    );
  const refuse = (message: string, line = 1): never => {
    throw new ActionError('invalid-file', `${where}:${line}:1: ${message}`);
  };
  if (text.replace(/^\ufeff/, '').trim() === '')
    refuse('the file is empty; a contract without demands would pass any data');
  if (text.includes('\0')) refuse('this is not a text; contracts are YAML or JSON in UTF-8');
  for (const [pattern, message] of IMPOSTORS) if (pattern.test(text.replace(/^\ufeff/, ''))) refuse(message);
  const conflict = CONFLICT.exec(text);
  if (conflict)
    refuse(
      'a merge conflict that is not resolved; keep one side and delete the markers',
      text.slice(0, conflict.index).split('\n').length,
    );
}

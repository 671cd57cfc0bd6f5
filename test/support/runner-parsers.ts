/**
 * How GitHub's runner reads what a step prints and writes, after its sources (`ActionCommand.cs`, `FileCommandManager.cs`
 * and the line reading of its process invoker), written anew for tests.
 */

export interface ParsedCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

const COMMANDS = new Set([
  'add-mask',
  'add-matcher',
  'add-path',
  'debug',
  'echo',
  'endgroup',
  'error',
  'group',
  'internal-set-repo-path',
  'notice',
  'remove-matcher',
  'save-state',
  'set-env',
  'set-output',
  'stop-commands',
  'warning',
]);

/** Every command the runner would act on in the output of a step. */
export const commandsIn = (output: string): readonly ParsedCommand[] =>
  output.split(/\r\n|\r|\n/).flatMap((line) => parseV2(line) ?? parseV1(line) ?? []);

/** Comparisons by culture do not see these; a test must not rely on the runner seeing them. */
const seen = (text: string): string => text.replace(/\p{Default_Ignorable_Code_Point}/gu, '');

/** `::name key=value,key=value::data`, after leading white space. */
function parseV2(line: string): ParsedCommand | undefined {
  const message = seen(line).trimStart();
  const end = message.startsWith('::') ? message.indexOf('::', 2) : -1;
  if (end < 0) return undefined;
  const { name, rest } = nameAndRest(message.slice(2, end));
  if (!COMMANDS.has(name)) return undefined;
  return {
    name,
    properties: propertiesOf(rest, ',', (value) => decodeAll(value, [...DATA, ['%3A', ':'], ['%2C', ',']])),
    data: decodeAll(message.slice(end + 2), DATA),
  };
}

/** `##[name key=value;key=value]data`, anywhere in the line. */
function parseV1(line: string): ParsedCommand | undefined {
  const message = seen(line);
  const start = message.indexOf('##[');
  const end = start < 0 ? -1 : message.indexOf(']', start);
  if (end < 0) return undefined;
  const { name, rest } = nameAndRest(message.slice(start + 3, end));
  if (!COMMANDS.has(name)) return undefined;
  return { name, properties: propertiesOf(rest, ';', (value) => value), data: message.slice(end + 1) };
}

function nameAndRest(info: string): { name: string; rest: string } {
  const space = info.indexOf(' ');
  return space < 0
    ? { name: info, rest: '' }
    : { name: info.slice(0, space), rest: info.slice(space + 1).trim() };
}

const propertiesOf = (
  text: string,
  separator: string,
  decode: (value: string) => string,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text
      .split(separator)
      .filter((pair) => pair.includes('='))
      .map((pair) => [pair.slice(0, pair.indexOf('=')), decode(pair.slice(pair.indexOf('=') + 1))]),
  );

const DATA: readonly (readonly [string, string])[] = [
  ['%0D', '\r'],
  ['%0A', '\n'],
];

/** `%25` comes last, as in the runner. */
const decodeAll = (text: string, escapes: readonly (readonly [string, string])[]): string =>
  [...escapes, ['%25', '%'] as const].reduce(
    (result, [code, character]) => result.replaceAll(code, character),
    text,
  );

/**
 * The entries of an output file, in order: `name=value`, or `name<<delimiter` with the lines up to the delimiter.
 *
 * @throws Error where the runner refuses the file
 */
export function outputsIn(text: string): readonly (readonly [string, string])[] {
  const entries: (readonly [string, string])[] = [];
  for (let index = 0; index < text.length; ) {
    const line = lineAt(text, index);
    index += line.length + 1;
    const heredoc = /^([^=]*?)<<(.*)$/s.exec(line);
    const plain = /^([^=]+)=(.*)$/s.exec(line);
    if (heredoc) {
      const [, name = '', delimiter = ''] = heredoc;
      if (name === '' || delimiter === '') throw new Error(`Invalid format '${line}'`);
      const end = endOfValue(text, index, delimiter);
      entries.push([name, text.slice(index, Math.max(index, end - 1))]);
      index = end + delimiter.length + 1;
    } else if (plain) entries.push([plain[1] ?? '', plain[2] ?? '']);
    else if (line !== '') throw new Error(`Invalid format '${line}'`);
  }
  return entries;
}

const lineAt = (text: string, index: number): string => {
  const end = text.indexOf('\n', index);
  return text.slice(index, end < 0 ? text.length : end);
};

/** Where the line begins that is the delimiter and nothing else. */
function endOfValue(text: string, start: number, delimiter: string): number {
  for (let index = start; index < text.length; ) {
    const line = lineAt(text, index);
    if (line === delimiter) return index;
    index += line.length + 1;
  }
  throw new Error(`Matching delimiter not found '${delimiter}'`);
}

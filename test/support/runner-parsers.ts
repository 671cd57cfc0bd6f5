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
    properties: propertiesOf(rest, ',', (value) => unescapeAll(value, [...DATA, ['%3A', ':'], ['%2C', ',']])),
    data: unescapeAll(message.slice(end + 2), DATA),
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
  unescape: (value: string) => string,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text
      .split(separator)
      .filter((pair) => pair.includes('='))
      .map((pair) => [pair.slice(0, pair.indexOf('=')), unescape(pair.slice(pair.indexOf('=') + 1))]),
  );

const DATA: readonly (readonly [string, string])[] = [
  ['%0D', '\r'],
  ['%0A', '\n'],
];

/** `%25` comes last, as in the runner. */
const unescapeAll = (text: string, escapes: readonly (readonly [string, string])[]): string =>
  [...escapes, ['%25', '%'] as const].reduce(
    (result, [escape, character]) => result.replaceAll(escape, character),
    text,
  );

/**
 * The entries of an output file, in order.
 *
 * @throws Error where the runner refuses the file
 */
export function outputsIn(text: string): readonly (readonly [string, string])[] {
  const entries: (readonly [string, string])[] = [];
  let index = 0;
  const readLine = (): { line: string; newline: boolean } | undefined => {
    if (index >= text.length) return undefined;
    const end = text.indexOf('\n', index);
    const line = text.slice(index, end < 0 ? text.length : end);
    index = end < 0 ? text.length : end + 1;
    return { line, newline: end >= 0 };
  };
  for (let next = readLine(); next; next = readLine()) {
    const { line } = next;
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (heredoc >= 0 && (equals < 0 || heredoc < equals)) {
      const name = line.slice(0, heredoc);
      const delimiter = line.slice(heredoc + 2);
      if (name === '' || delimiter === '') throw new Error(`Invalid format '${line}'`);
      const start = index;
      let end = index;
      for (;;) {
        const value = readLine();
        if (!value) throw new Error(`Matching delimiter not found '${delimiter}'`);
        if (value.line === delimiter) break;
        if (!value.newline) throw new Error(`Matching delimiter not found '${delimiter}'`);
        end = index - 1;
      }
      entries.push([name, text.slice(start, Math.max(start, end))]);
    } else if (equals > 0) entries.push([line.slice(0, equals), line.slice(equals + 1)]);
    else throw new Error(`Invalid format '${line}'`);
  }
  return entries;
}

import { ActionError } from '../errors.ts';
import { parseJsonStrict } from '../schema/json.ts';
import type { ParsedText } from '../schema/parsed-text.ts';
import { readCsvTable } from './csv-table.ts';
import type { Source, SourceKind, TreeSource } from './source.ts';
import { readXml } from './xml-reader.ts';

/**
 * Reads a text by the syntax it begins with; its name says nothing. The parsers of YAML and TOML are loaded when a
 * text needs them.
 *
 * @param where - name of the text for messages
 * @param wanted - the kind of source to read it as; found out when absent
 * @throws ActionError invalid-file with line and column, and for what is no file of metrics at all
 */
export async function readSource(text: string, where: string, wanted?: SourceKind): Promise<Source> {
  refuseOthers(text, where);
  switch (wanted ?? kindOf(text)) {
    case 'tree':
      return readTree(text, where).catch((error: unknown) => hintAtLines(text, error));
    case 'table':
      return { kind: 'table', table: readCsvTable(text, where) };
    case 'xml':
      return { kind: 'xml', root: readXml(text, where), where };
    default:
      return { kind: 'lines', text, where };
  }
}

/** Files that lie where metrics should be, and what to do about them. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/^\ufeff?\s*$/, 'an empty file; did the step before write its metrics?'],
  [/^version https:\/\/git-lfs/, 'a pointer of Git LFS, not the file; check out with lfs: true'],
  [
    /^\ufeff?\s*<(?:!doctype html|html)\b/i,
    'a web page, not a file of metrics; was an error page saved under its name?',
  ],
  [/^\ufeff?<{7} /m, 'marks of a merge conflict; resolve it'],
];

function refuseOthers(text: string, where: string): void {
  const other = OTHERS.find(([pattern]) => pattern.test(text))?.[1];
  if (other !== undefined) throw new ActionError('invalid-file', `${where}: ${other}`);
  if (text.includes('\0')) throw new ActionError('invalid-file', `${where}: not a text; it holds NUL bytes`);
}

const firstLine = (text: string): string =>
  text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .find((line) => line.trim() !== '' && !/^\s*#/.test(line)) ?? '';

/** A first line of names with something between them, no sign of the other syntaxes in it. */
const TABLE_HEAD = /^[^{[\-:=<][^:={}<>]*[,;\t|][^{}<>]*$/;

function kindOf(text: string): SourceKind {
  const first = firstLine(text);
  if (first.trimStart().startsWith('<')) return 'xml';
  return TABLE_HEAD.test(first) && !/:\s|\s=\s/.test(first) ? 'table' : 'tree';
}

/** Lines of names and numbers are nearly TOML or YAML: says how to have them read. */
function hintAtLines(text: string, error: unknown): never {
  const lines = text.split(/\r\n|\n|\r/).filter((line) => !/^\s*(#.*)?$/.test(line));
  const plain = lines.every((line) => /^[^=:{}[\]"]+[=:]\s*[-+.\w,%]+\s*$/.test(line));
  if (!(error instanceof ActionError) || !plain) throw error;
  throw new ActionError(
    error.code,
    `${error.message}. Lines of name=number and name: number are read with format: text`,
    { cause: error },
  );
}

const NON_FINITE = { nonFinite: 'keep' } as const;
const SCRIPT = /^\ufeff?\s*(?:window\s*\.\s*|(?:var|let|const)\s+)([A-Za-z_$][\w$]*)\s*=\s*(?=[{[])/;
const FRONT_MATTER = /^\ufeff?---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/;
const TOML_LINE = /^\s*(?:\[\[?[\w."' -]+\]\]?\s*(?:#.*)?$|(?:"[^"]*"|'[^']*'|[\w.-]+)\s*=)/;

async function readTree(text: string, where: string): Promise<TreeSource> {
  const script = SCRIPT.exec(text);
  if (script) return readScript(text, where, script);
  const front = FRONT_MATTER.exec(text)?.[1];
  // A line before the text, so that lines are counted as they stand in the file.
  if (front !== undefined) return readYaml(`\n${front}`, where, 'front-matter');
  if (isToml(text)) {
    const { parseToml } = await import('./toml-text.ts');
    return { kind: 'tree', syntax: 'toml', parsed: parseToml(text, where) };
  }
  if (/^\ufeff?\s*[{[]/.test(text))
    return { kind: 'tree', syntax: 'json', parsed: parseMetricsJson(text, where) };
  return readYaml(text, where, 'yaml');
}

async function readYaml(text: string, where: string, syntax: 'yaml' | 'front-matter'): Promise<TreeSource> {
  const { parseYamlStrict } = await import('../schema/yaml.ts');
  return { kind: 'tree', syntax, parsed: parseYamlStrict(text, where, NON_FINITE) };
}

/** JSON with metrics in it: duplicate keys are refused, NaN and infinities kept as what they are. */
export const parseMetricsJson = (text: string, where: string): ParsedText =>
  parseJsonStrict(text, where, { ...NON_FINITE, largeIntegers: 'nearest' });

/** `[train]` may begin JSON as well, but then no line assigns anything. */
const isToml = (text: string): boolean =>
  TOML_LINE.test(firstLine(text)) && /^\s*(?:"[^"]*"|'[^']*'|[\w.-]+)\s*=/m.test(text);

/** A script that assigns one value to one variable: the value is JSON. */
function readScript(text: string, where: string, [head, variable = '']: RegExpExecArray): TreeSource {
  // Blanks in place of the assignment, so that places are counted as they stand in the file.
  const blank = head.replace(/[^\n]/g, ' ');
  const json = `${blank}${text.slice(head.length)}`.replace(/;\s*$/, '');
  return { kind: 'tree', syntax: 'script', variable, parsed: parseMetricsJson(json, where) };
}

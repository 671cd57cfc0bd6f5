import { sha256 } from '../digest.ts';
import { ActionError } from '../errors.ts';
import type { HistoryPoint } from '../policy/history.ts';
import { checkAgainstSchema } from '../schema/check-against-schema.ts';
import type { Validate } from '../schema/compile-schema.ts';
import { parseJsonStrict } from '../schema/json.ts';
import { loadedCompiler } from '../schema/schema-compiler.ts';
import { satisfiesSchema } from '../schema/schema-walk.ts';
import schema from './history-point.schema.json' with { type: 'json' };

/** Older points are dropped beyond this many, or beyond this many characters of text. */
const MAX_POINTS = 5_000;
const MAX_CHARACTERS = 8 * 1024 * 1024;

/** Where the points of a key lie on the branch. Keys may be any text; names that files cannot have are made short and unique. */
export const historyPath = (key: string): string => `history/${fileName(key)}.ndjson`;

const PLAIN_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** File systems that know no case must not take two keys for one, so a name with capitals gets its digest too. */
function fileName(key: string): string {
  if (PLAIN_NAME.test(key)) return key;
  const readable = key
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, '-')
    .slice(0, 40)
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  return `${readable}${readable === '' ? '' : '-'}${sha256(key).slice('sha256:'.length, 'sha256:'.length + 12)}`;
}

let compiled: Validate | undefined;

/** Says what is wrong with a point; compiles the schema when something is. */
const validate: Validate = (value) => {
  if (satisfiesSchema(schema, value)) return [];
  compiled ??= loadedCompiler()(schema, 'history-point.schema.json', { allProblems: true });
  return compiled(value);
};

/**
 * The points of a history, oldest first: one JSON object a line.
 *
 * @param where - name of the text for messages
 * @throws ActionError invalid-file with the line of the first one that is no point: a history is never shortened in silence
 * @throws CompilerMissing for such a line before the compiler is loaded: call it in `withCompiler`
 */
export function parseHistory(text: string, where: string): readonly HistoryPoint[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => (line.trim() === '' ? [] : [parsePoint(line, index, where)]));
}

function parsePoint(line: string, index: number, where: string): HistoryPoint {
  const place = `${where}:${index + 1}`;
  if (/^(<{7}|={7}|>{7})/.test(line))
    throw new ActionError('invalid-file', `${place}: holds a merge conflict; keep the lines of both sides`);
  // Line feeds before it move the positions in messages to where they are in the file.
  const parsed = parseJsonStrict(`${'\n'.repeat(index)}${line}`, where);
  checkAgainstSchema(parsed, validate);
  return parsed.value as HistoryPoint;
}

/** The text of a history; the same bytes for the same points. */
export const historyText = (points: readonly HistoryPoint[]): string =>
  newest(points.map((point) => `${JSON.stringify(point)}\n`)).join('');

function newest(lines: readonly string[]): readonly string[] {
  let characters = 0;
  const kept = lines
    .slice(-MAX_POINTS)
    .toReversed()
    .findIndex((line) => {
      characters += line.length;
      return characters > MAX_CHARACTERS;
    });
  return kept === -1 ? lines.slice(-MAX_POINTS) : lines.slice(lines.length - Math.max(1, kept));
}

/**
 * The history with a point added. A run that is started again replaces its point. Runs are numbered in the order of
 * their pushes, so that this order holds whichever run ends first.
 */
export function withPoint(points: readonly HistoryPoint[], point: HistoryPoint): readonly HistoryPoint[] {
  const others = points.filter(({ run, commit }) => run !== point.run || commit !== point.commit);
  const later = others.findIndex(({ run }) => run > point.run);
  return others.toSpliced(later === -1 ? others.length : later, 0, point);
}

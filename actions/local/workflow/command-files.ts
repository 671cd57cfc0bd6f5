import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ActionError } from '../../lib/errors.ts';

/** GitHub drops a larger summary whole. */
const MAX_SUMMARY_BYTES = 1024 * 1024;

const VARIABLES = {
  GITHUB_OUTPUT: 'set_output',
  GITHUB_ENV: 'set_env',
  GITHUB_PATH: 'add_path',
  GITHUB_STATE: 'save_state',
  GITHUB_STEP_SUMMARY: 'step_summary',
} as const;

/** What a step said through the files the runner gave it. */
export interface FileCommands {
  readonly outputs: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly path: readonly string[];
  readonly state: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** Fresh empty files for one step. */
export class CommandFiles {
  /** The variables that tell the step where the files are. */
  readonly environment: Readonly<Record<keyof typeof VARIABLES, string>>;

  constructor(temp: string) {
    const folder = join(temp, '_runner_file_commands');
    mkdirSync(folder, { recursive: true });
    const id = randomUUID();
    const create = (variable: keyof typeof VARIABLES): string => {
      const file = join(folder, `${VARIABLES[variable]}_${id}`);
      writeFileSync(file, '');
      return file;
    };
    this.environment = {
      GITHUB_OUTPUT: create('GITHUB_OUTPUT'),
      GITHUB_ENV: create('GITHUB_ENV'),
      GITHUB_PATH: create('GITHUB_PATH'),
      GITHUB_STATE: create('GITHUB_STATE'),
      GITHUB_STEP_SUMMARY: create('GITHUB_STEP_SUMMARY'),
    };
  }

  /** @throws ActionError invalid-file, limit-exceeded for what the runner would refuse */
  read(): FileCommands {
    const text = (variable: keyof typeof VARIABLES): string =>
      readFileSync(this.environment[variable], 'utf8').replace(/^\uFEFF/, '');
    const env = parsePairs('GITHUB_ENV', text('GITHUB_ENV'));
    if ('NODE_OPTIONS' in env)
      throw new ActionError('invalid-file', 'GITHUB_ENV: the runner refuses to set NODE_OPTIONS');
    const summary = text('GITHUB_STEP_SUMMARY');
    if (Buffer.byteLength(summary) > MAX_SUMMARY_BYTES)
      throw new ActionError(
        'limit-exceeded',
        'GITHUB_STEP_SUMMARY: more than 1 MiB, which GitHub drops whole',
      );
    return {
      outputs: parsePairs('GITHUB_OUTPUT', text('GITHUB_OUTPUT')),
      env,
      path: text('GITHUB_PATH')
        .split(/\r?\n/)
        .filter((line) => line !== ''),
      state: parsePairs('GITHUB_STATE', text('GITHUB_STATE')),
      summary,
    };
  }
}

/**
 * The pairs of a command file: lines `name=value`, or `name<<DELIMITER`, the value's lines, `DELIMITER`.
 *
 * @throws ActionError invalid-file for any other line and for a missing delimiter
 */
export function parsePairs(variable: string, text: string): Readonly<Record<string, string>> {
  const pairs: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    const [name, operator, rest] = splitPair(line);
    const end = operator === '<<' && rest !== '' ? lines.indexOf(rest, at + 1) : at;
    if (name === '' || end < 0 || (operator === '<<' && end === at))
      throw new ActionError('invalid-file', `${variable}: line ${at + 1}: ${EXPECTED}, found "${line}"`);
    pairs[name] = operator === '=' ? rest : lines.slice(at + 1, end).join('\n');
    at = end;
  }
  return pairs;
}

const EXPECTED = 'expected name=value, or name<<DELIMITER with a later line DELIMITER';

/** Splits a line at its first `=` or `<<`. */
function splitPair(line: string): readonly [name: string, operator: '=' | '<<', rest: string] {
  const match = /^(.+?)(=|<<)(.*)$/.exec(line);
  return [match?.[1] ?? '', match?.[2] === '<<' ? '<<' : '=', match?.[3] ?? ''];
}

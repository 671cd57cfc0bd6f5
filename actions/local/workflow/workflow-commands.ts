import type { Masks } from './masks.ts';
import type { AnnotationRecord } from './run-record.ts';

/** The runner keeps this many annotations of a level per step, and cuts their text here. */
const MAX_PER_LEVEL = 10;
const MAX_MESSAGE = 4096;

const LEVELS = ['error', 'warning', 'notice'] as const;

export interface WorkflowCommand {
  readonly name: string;
  readonly properties: ReadonlyMap<string, string>;
  readonly data: string;
}

const unescapeData = (text: string): string =>
  text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');

const unescapeProperty = (text: string): string =>
  unescapeData(text.replaceAll('%3A', ':').replaceAll('%2C', ','));

/** The command in a line of output, by the runner's rules: `::name key=value,key=value::data` after white space. */
export function parseCommand(line: string): WorkflowCommand | undefined {
  const match = /^\s*::([^\s:]+)(?: ([^:]*(?::(?!:)[^:]*)*))?::(.*)$/s.exec(line);
  if (!match) return undefined;
  const [, name = '', properties = '', data = ''] = match;
  const pairs = properties
    .split(',')
    .map((pair) => pair.trim())
    .filter((pair) => pair.includes('='))
    .map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), unescapeProperty(pair.slice(at + 1))] as const;
    })
    .filter(([, value]) => value !== '');
  return { name: name.toLowerCase(), properties: new Map(pairs), data: unescapeData(data) };
}

/** What one step printed: its commands are obeyed, its other lines passed on with secrets masked. */
export class StepOutput {
  readonly annotations: AnnotationRecord[] = [];
  readonly #masks: Masks;
  readonly #print: (line: string) => void;
  #resumeToken: string | undefined;

  constructor(masks: Masks, print: (line: string) => void) {
    this.#masks = masks;
    this.#print = print;
  }

  readonly line = (text: string): void => {
    const command = parseCommand(text);
    if (this.#resumeToken !== undefined) {
      if (command?.name === this.#resumeToken) this.#resumeToken = undefined;
      else this.#show(text);
      return;
    }
    if (!command || !this.#obey(command)) this.#show(text);
  };

  /** Records a message of the runner itself. */
  annotate(annotation: AnnotationRecord): void {
    const message = this.#masks.hide(annotation.message).slice(0, MAX_MESSAGE);
    const place = annotation.file === undefined ? '' : ` (${annotation.file}:${annotation.line ?? 1})`;
    const [first = '', ...more] = message.split('\n');
    this.#print(`${capitalize(annotation.level)}: ${first}${place}`);
    for (const line of more) this.#print(`  ${line}`);
    if (this.annotations.filter(({ level }) => level === annotation.level).length < MAX_PER_LEVEL)
      this.annotations.push({ ...annotation, message });
  }

  #show(text: string): void {
    this.#print(this.#masks.hide(text));
  }

  /** Whether the command is one of the runner's. */
  #obey({ name, properties, data }: WorkflowCommand): boolean {
    const level = LEVELS.find((known) => known === name);
    if (level) this.annotate({ level, message: data, ...placeOf(properties) });
    else if (name === 'add-mask') this.#masks.add(data);
    else if (name === 'group') this.#show(`▸ ${data}`);
    else if (name === 'stop-commands') this.#resumeToken = data.toLowerCase();
    return level !== undefined || OBEYED.has(name);
  }
}

/** `debug` lines stay hidden, as they do on GitHub unless a repository asks for them. */
const OBEYED = new Set([
  'add-mask',
  'group',
  'endgroup',
  'debug',
  'stop-commands',
  'add-matcher',
  'remove-matcher',
  'echo',
]);

function placeOf(properties: ReadonlyMap<string, string>): Partial<AnnotationRecord> {
  const number = (name: string): number | undefined => {
    const value = Number(properties.get(name));
    return Number.isInteger(value) && value > 0 ? value : undefined;
  };
  const found = {
    title: properties.get('title'),
    file: properties.get('file'),
    line: number('line'),
    endLine: number('endLine'),
    column: number('col'),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

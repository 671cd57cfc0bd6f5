import { ActionError } from '../errors.ts';
import { FILE_FORMATS } from './catalog.ts';
import type { FileFormat } from './format.ts';
import type { Source } from './source.ts';

/** All formats whose shape a source has; those that hold any numbers count only where no other does. */
export function formatsOf(source: Source): readonly FileFormat[] {
  const fitting = FILE_FORMATS.filter((format) => format.fits(source));
  const particular = fitting.filter((format) => format.general !== true);
  return particular.length > 0 ? particular : fitting;
}

/**
 * The one format whose shape a source has.
 *
 * @throws ActionError invalid-input when several have it, with their names; invalid-file when none has, with what
 * was seen
 */
export function recognise(source: Source, where: string): FileFormat {
  const [found, ...more] = formatsOf(source);
  if (found === undefined)
    throw new ActionError(
      'invalid-file',
      `${where}: no known file of metrics: it is ${seen(source)}. Known are ${FILE_FORMATS.map(({ name, title }) => `${name} (${title})`).join('; ')}. Say which it is with the input format`,
    );
  if (more.length > 0)
    throw new ActionError(
      'invalid-input',
      `${where}: could be ${[found, ...more].map(({ name, title }) => `${name} (${title})`).join(' or ')}; say which with format: ${found.name}`,
    );
  return found;
}

/**
 * The format that was asked for.
 *
 * @throws ActionError invalid-file when the source has not its shape, with what was seen: numbers would mean other
 * things than they do
 */
export function asAsked(source: Source, format: FileFormat, where: string): FileFormat {
  if (format.anyShape === true || format.fits(source)) return format;
  throw new ActionError(
    'invalid-file',
    `${where}: not ${format.title}: it is ${seen(source)}; leave format at auto to have it recognised`,
  );
}

const KEYS_SHOWN = 12;

const listed = (names: readonly string[]): string => {
  const shown = names.slice(0, KEYS_SHOWN).map((name) => JSON.stringify(name.slice(0, 60)));
  const more = names.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

const SYNTAX: Readonly<Record<string, string>> = {
  json: 'JSON',
  yaml: 'YAML',
  toml: 'TOML',
  'front-matter': 'a text with a YAML head',
  script: 'a script that assigns JSON',
};

/** What a source holds at its top, in words. */
export function seen(source: Source): string {
  switch (source.kind) {
    case 'tree':
      return `${SYNTAX[source.syntax] ?? source.syntax}, ${seenValue(source.parsed.value)}`;
    case 'table':
      return `a table with the columns ${listed(source.table.header)}`;
    case 'xml':
      return `XML with the element <${source.root.name}>`;
    case 'lines':
      return 'a text';
    default:
      return source satisfies never;
  }
}

function seenValue(value: unknown): string {
  if (Array.isArray(value)) {
    const [first]: readonly unknown[] = value;
    return value.length === 0
      ? 'an empty list'
      : `a list of ${value.length}; its first item is ${seenValue(first)}`;
  }
  if (typeof value === 'object' && value !== null) {
    const keys = Object.keys(value);
    return keys.length === 0 ? 'an object without keys' : `an object with the keys ${listed(keys)}`;
  }
  return value === null
    ? 'nothing'
    : `the ${typeof value === 'string' ? 'text' : typeof value} ${JSON.stringify(String(value).slice(0, 60))}`;
}

import { ActionError } from '../../errors.ts';
import { didYouMean } from '../../nearest-name.ts';
import type { ParsedText, ValuePath } from '../../schema/parsed-text.ts';
import type { TableFormat } from '../../tabular/table.ts';
import type { Dialect } from '../contract.ts';
import { items, shown, text, uncheckedNote } from '../fields.ts';

const FORMATS: readonly TableFormat[] = ['csv', 'tsv', 'json', 'jsonl', 'parquet'];

/** The files of an object on the contract's server; `undefined` when it has none for it. */
export type ServerOf = (
  object: string,
) => { readonly files: readonly string[]; readonly dialect: Dialect } | undefined;

/**
 * The server of a contract whose files can be read: the one of type `local`, or a `custom` one with a path.
 *
 * @param wanted - the name of the one that is meant, where there are several
 * @param alone - the contract has one object only, so that a path without `{model}` is meant for it
 * @param unchecked - gets a line for each server that data is not read from
 * @throws ActionError invalid-input when none has the name
 */
export function readServer(
  document: ParsedText,
  wanted: string | undefined,
  alone: boolean,
  unchecked: string[],
): ServerOf {
  const note = (path: ValuePath, words: string): void => {
    unchecked.push(uncheckedNote(document, path, words));
  };
  const [first, second] = localServers(document, wanted, note);
  if (first === undefined) return () => undefined;
  if (second !== undefined) {
    note(second, 'more than one server has files; name the one that is meant, or give the files to the step');
    return () => undefined;
  }
  const path = text(document, [...first, 'path']) ?? '';
  const dialect = readFormat(document, [...first, 'format'], note);
  if (PLACEHOLDER.test(path))
    return (object) => ({ files: [path.replace(PLACEHOLDER, () => object)], dialect });
  if (alone) return () => ({ files: [path], dialect });
  note(first, 'the path has no {model}, so that it is not said which object its files are');
  return () => undefined;
}

const PLACEHOLDER = /\{(?:model|table)\}/;

type Note = (path: ValuePath, words: string) => void;

/** Those of the servers that are meant and have files. */
function localServers(document: ParsedText, wanted: string | undefined, note: Note): readonly ValuePath[] {
  const paths = items(document, ['servers']);
  const nameOf = (path: ValuePath): string => text(document, [...path, 'server']) ?? '';
  const meant = wanted === undefined ? paths : paths.filter((path) => nameOf(path) === wanted);
  if (wanted !== undefined && meant.length === 0) {
    const names = paths.map(nameOf);
    throw new ActionError(
      'invalid-input',
      `server: the contract has no server "${wanted}"${didYouMean(wanted, names) || `; it has ${names.join(', ') || 'none'}`}`,
    );
  }
  return meant.filter((path) => {
    const type = text(document, [...path, 'type']);
    const local = (type === 'local' || type === 'custom') && text(document, [...path, 'path']) !== undefined;
    if (!local)
      note(
        path,
        `data is not read from a server of type ${shown(type)}; give the files to the step, or add a server of type local`,
      );
    return local;
  });
}

function readFormat(document: ParsedText, path: ValuePath, note: Note): Dialect {
  const format = text(document, path);
  const known = FORMATS.find((candidate) => candidate === format?.toLowerCase());
  if (known) return { format: known };
  if (format !== undefined)
    note(path, `files of format ${shown(format)} are not read as such; each goes by its name`);
  return {};
}

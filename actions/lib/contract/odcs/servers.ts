import type { ParsedText, ValuePath } from '../../schema/parsed-text.ts';
import type { TableFormat } from '../../tabular/table.ts';
import type { Dialect } from '../contract.ts';
import { items, shown, text, uncheckedNote } from '../fields.ts';

const FORMATS: readonly TableFormat[] = ['csv', 'tsv', 'json', 'jsonl', 'parquet'];

/** Where the files of a contract are. */
export interface Server {
  /** May hold `{model}`, which stands for the name of an object. */
  readonly path: string;
  readonly dialect: Dialect;
}

/**
 * The server of a contract whose files can be read: the one of type `local`, or a `custom` one with a path.
 *
 * @param unchecked - gets a line for each server that data is not read from
 */
export function readServer(document: ParsedText, unchecked: string[]): Server | undefined {
  const note = (path: ValuePath, words: string): void => {
    unchecked.push(uncheckedNote(document, path, words));
  };
  const local: ValuePath[] = [];
  for (const path of items(document, ['servers'])) {
    const type = text(document, [...path, 'type']);
    if ((type === 'local' || type === 'custom') && text(document, [...path, 'path']) !== undefined)
      local.push(path);
    else
      note(
        path,
        `data is not read from a server of type ${shown(type)}; give the files to the step, or add a server of type local`,
      );
  }
  const [first, second] = local;
  if (first === undefined) return undefined;
  if (second !== undefined) {
    note(
      second,
      'more than one server has files; which one is meant is not said, so give the files to the step',
    );
    return undefined;
  }
  const format = text(document, [...first, 'format']);
  const known = FORMATS.find((candidate) => candidate === format?.toLowerCase());
  if (format !== undefined && known === undefined)
    note(
      [...first, 'format'],
      `files of format ${shown(format)} are not read as such; each goes by its name`,
    );
  const path = text(document, [...first, 'path']) ?? '';
  return { path, dialect: known ? { format: known } : {} };
}

/** The files of an object on the contract's server; `undefined` when it has none for it. */
export type ServerOf = (
  object: string,
) => { readonly files: readonly string[]; readonly dialect: Dialect } | undefined;

/** @param alone - there is one object only, so that a path without `{model}` is meant for it */
export function serverFiles(server: Server | undefined, alone: boolean): ServerOf {
  return (object) => {
    if (server === undefined) return undefined;
    const { path, dialect } = server;
    const placeholder = /\{(model|table)\}/g;
    if (path.search(placeholder) < 0) return alone ? { files: [path], dialect } : undefined;
    return { files: [path.replaceAll(placeholder, () => object)], dialect };
  };
}

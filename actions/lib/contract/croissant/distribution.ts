import type { Rule } from '../../checks/check.ts';
import type { ParsedText, ValuePath } from '../../schema/parsed-text.ts';
import { NONE } from '../../stats/threshold.ts';
import type { TableFormat } from '../../tabular/table.ts';
import { tableFormat } from '../data-package/dialect.ts';
import { shown, text, uncheckedNote } from '../fields.ts';
import { idOf, reference, textOf, values } from './nodes.ts';

/** A FileObject or a FileSet: one file, or all that match globs. */
export interface Source {
  readonly path: ValuePath;
  readonly id: string;
  /** Relative to the contract; empty when they cannot be reached. */
  readonly files: readonly string[];
  readonly format?: TableFormat;
  /** Of a FileObject, in lower-case hexadecimal. */
  readonly sha256?: string;
}

const REMOTE = /^[a-z][a-z0-9+.-]+:\/\//i;
const REPOSITORY = /^git\+/;

/** The files of a data set, by their `@id`. */
export function readDistribution(document: ParsedText): ReadonlyMap<string, Source> {
  const nodes = values(document, [], 'distribution');
  const isRepository = (id: string): boolean =>
    nodes.some(
      (node) =>
        idOf(document, node) === id && REPOSITORY.test(textOf(document, node, 'encodingFormat') ?? ''),
    );
  return new Map(
    nodes.map((path) => {
      const containers = values(document, path, 'containedIn').map((at) => reference(document, at) ?? '');
      const named = values(document, path, 'includes').map((at) => text(document, at) ?? '');
      const url = textOf(document, path, 'contentUrl');
      const inside = named.length > 0 ? named : url === undefined ? [] : [url];
      const sha256 = textOf(document, path, 'sha256');
      const format = tableFormat(textOf(document, path, 'encodingFormat'));
      const source: Source = {
        path,
        id: idOf(document, path),
        files: containers.every(isRepository) ? inside.filter((file) => !REMOTE.test(file)) : [],
        ...(format && { format }),
        ...(sha256 !== undefined && /^[0-9a-f]{64}$/i.test(sha256) && { sha256: sha256.toLowerCase() }),
      };
      return [source.id, source];
    }),
  );
}

/** Says of a source what of it is not looked at. */
export function noteSource(document: ParsedText, { path, files, sha256 }: Source, unchecked: string[]): void {
  const note = (words: string): void => {
    unchecked.push(uncheckedNote(document, path, words));
  };
  const url = textOf(document, path, 'contentUrl') ?? '';
  if (REMOTE.test(url)) note(`nothing is fetched from ${shown(url)}; give the file to the step`);
  else if (files.length === 0)
    note('the files are inside of an archive, which is not opened; unpack it and give the files to the step');
  if (values(document, path, 'excludes').length > 0) note('"excludes" is not regarded');
  const given = textOf(document, path, 'sha256') ?? textOf(document, path, 'md5');
  if (given !== undefined && sha256 === undefined)
    note(`${shown(given)} is not a sha256 in hexadecimal, so that the file's bytes are not checked`);
}

/** The digest that the metadata promises, of a single file. */
export function integrityRules(document: ParsedText, { path, id, sha256 }: Source): readonly Rule[] {
  if (sha256 === undefined) return [];
  const url = textOf(document, path, 'contentUrl') ?? '';
  const file = REMOTE.test(url) || url === '' ? (textOf(document, path, 'name') ?? id) : url;
  return [
    {
      check: 'fileIntegrity',
      severity: 'error',
      threshold: NONE,
      arguments: { file: file.replace(/^\.\//, ''), sha256 },
      at: document.at(path),
    },
  ];
}

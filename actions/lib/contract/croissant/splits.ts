import type { ParsedText } from '../../schema/parsed-text.ts';
import type { ContractSplit } from '../contract.ts';
import { uncheckedNote } from '../fields.ts';
import { checkPattern } from '../type-options.ts';
import type { Source } from './distribution.ts';
import { dataTypes, property } from './nodes.ts';
import { type FieldNode, inlineValues, type RecordSetNode } from './record-sets.ts';

/** Wikidata's item for a split, by which early files marked it. */
const SPLIT_ITEM = 'Q3985153';

/** The splits of a record set, and the field that tells them apart. */
export interface Splits {
  readonly field: FieldNode | undefined;
  readonly splits: readonly ContractSplit[];
}

/**
 * Finds how a record set is split: by a field that says which split a file belongs to.
 *
 * @param unchecked - gets a line when there are splits that files do not show
 * @throws Refusal for a regular expression that cannot be matched in linear time
 */
export function readSplits(
  document: ParsedText,
  fields: readonly FieldNode[],
  recordSets: readonly RecordSetNode[],
  source: Source | undefined,
  unchecked: string[],
): Splits {
  const field = fields.find((candidate) => isSplitField(document, candidate, recordSets));
  if (field === undefined) return { field, splits: [] };
  const target = recordSets.find(({ fields: own }) => own.some(({ id }) => id === field.references));
  const names = target && field.references !== undefined ? inlineValues(target, field.references) : [];
  if (field.fileProperty === undefined || field.regex === undefined || names.length === 0) {
    unchecked.push(
      uncheckedNote(
        document,
        field.path,
        'splits that are not told by the names of files are not looked at apart',
      ),
    );
    return { field, splits: [] };
  }
  checkPattern(document, property(document, [...field.path, 'source'], 'transform'), field.regex);
  // The expression is about a path inside of the data set, or about a file's name; ours may stand deeper.
  const pathPattern = field.regex.replace(/^\^/, '(?:^|/)');
  const files = source?.files ?? [];
  return { field, splits: names.map((name) => ({ name: String(name), files, pathPattern })) };
}

function isSplitField(document: ParsedText, field: FieldNode, recordSets: readonly RecordSetNode[]): boolean {
  const types = dataTypes(document, field.path);
  if (types.includes('Split') || types.includes(SPLIT_ITEM)) return true;
  return recordSets.some(
    ({ isSplit, fields }) => isSplit && fields.some(({ id }) => id === field.references),
  );
}

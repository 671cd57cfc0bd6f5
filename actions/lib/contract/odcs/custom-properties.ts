import type { ColumnRole } from '../../checks/check.ts';
import { nearestName } from '../../nearest-name.ts';
import { type ParsedText, pathText, type ValuePath } from '../../schema/parsed-text.ts';
import type { ContractSplit, FieldsMatch } from '../contract.ts';
import { choice, isRecord, items, keys, refusal, shown, text, textList, valueAt } from '../fields.ts';

export const FIELDS_MATCH: readonly FieldsMatch[] = ['exact', 'equal', 'subset', 'superset', 'partial'];
export const ROLES: readonly ColumnRole[] = ['label', 'group', 'time', 'id', 'weight', 'feature'];

/** The custom properties that are ours, by where they may stand. Others belong to other tools. */
export const OURS = {
  object: ['fieldsMatch', 'missingValues', 'splits', 'files'],
  property: ['mlRole'],
} as const;

/** The path of the value of a custom property by name; `undefined` when there is none. */
function customProperty(document: ParsedText, owner: ValuePath, name: string): ValuePath | undefined {
  const found = items(document, [...owner, 'customProperties']).find(
    (item) => text(document, [...item, 'property']) === name,
  );
  return found && [...found, 'value'];
}

/** Notes custom properties that look like a mistyped one of ours; any name is allowed, so that it is no error. */
export function noteNearMisses(
  document: ParsedText,
  owner: ValuePath,
  level: keyof typeof OURS,
  unchecked: string[],
): void {
  const ours: readonly string[] = OURS[level];
  const all: readonly string[] = [...OURS.object, ...OURS.property];
  for (const item of items(document, [...owner, 'customProperties'])) {
    const name = text(document, [...item, 'property']) ?? '';
    if (ours.includes(name)) continue;
    const nearest = nearestName(name, all);
    if (nearest !== undefined)
      unchecked.push(
        `${document.at(item)}: ${pathText(owner)}: the custom property ${shown(name)} means nothing here; ${
          nearest === name
            ? `it stands on ${level === 'object' ? 'a property' : 'an object'}`
            : `did you mean "${nearest}"?`
        }`,
      );
  }
}

/** @throws Refusal for another word */
export function readFieldsMatch(document: ParsedText, owner: ValuePath): FieldsMatch | undefined {
  const path = customProperty(document, owner, 'fieldsMatch');
  return path && choice(document, path, FIELDS_MATCH, undefined);
}

/** @throws Refusal for another word */
export function readRole(document: ParsedText, owner: ValuePath): ColumnRole | undefined {
  const path = customProperty(document, owner, 'mlRole');
  return path && choice(document, path, ROLES, undefined);
}

/** Texts that mean "no value". @throws Refusal for anything but a list of texts */
export function readNullTexts(document: ParsedText, owner: ValuePath): readonly string[] {
  const path = customProperty(document, owner, 'missingValues');
  if (path === undefined) return [];
  const value = valueAt(document, path);
  const texts = Array.isArray(value) ? textList(value) : undefined;
  if (texts) return texts.filter((item) => item !== '');
  throw refusal(document, path, `expected a list of texts, found ${shown(value)}`);
}

/** Where the object's files are. @throws Refusal for anything but texts */
export function readFiles(document: ParsedText, owner: ValuePath): readonly string[] {
  const path = customProperty(document, owner, 'files');
  return path === undefined ? [] : filesAt(document, path);
}

/**
 * The parts of a table: `{ train: { files: … }, test: { files: … } }`, in the order they are written.
 *
 * @throws Refusal for any other shape
 */
export function readSplits(document: ParsedText, owner: ValuePath): readonly ContractSplit[] {
  const path = customProperty(document, owner, 'splits');
  if (path === undefined) return [];
  const names = keys(document, path);
  if (names.length === 0)
    throw refusal(
      document,
      path,
      `expected splits such as { train: { files: data/train-*.csv } }, found ${shown(valueAt(document, path))}`,
    );
  return names.map((name) => readSplit(document, [...path, name], name));
}

function readSplit(document: ParsedText, path: ValuePath, name: string): ContractSplit {
  const value = valueAt(document, path);
  if (!isRecord(value) || value['files'] === undefined)
    throw refusal(document, path, `expected { files: <path or glob> }, found ${shown(value)}`);
  const other = Object.keys(value).find((key) => key !== 'files');
  if (other !== undefined) throw refusal(document, [...path, other], 'unknown key; a split has "files"');
  return { name, files: filesAt(document, [...path, 'files']) };
}

function filesAt(document: ParsedText, path: ValuePath): readonly string[] {
  const files = textList(valueAt(document, path));
  if (files !== undefined && files.length > 0 && !files.includes('')) return files;
  throw refusal(
    document,
    path,
    `expected a path or glob, or a list of them, found ${shown(valueAt(document, path))}`,
  );
}

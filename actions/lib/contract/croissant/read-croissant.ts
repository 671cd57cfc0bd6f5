import type { Rule } from '../../checks/check.ts';
import { didYouMean } from '../../nearest-name.ts';
import type { ParsedText } from '../../schema/parsed-text.ts';
import { NONE } from '../../stats/threshold.ts';
import type { Contract, ContractTable } from '../contract.ts';
import { type DeclaredTable, declaredRules, tableSpec } from '../declared-table.ts';
import { refusal, shown, uncheckedNote } from '../fields.ts';
import { refuseUnplannable } from '../plan-rules.ts';
import { Problems } from '../problems.ts';
import type { Definitions } from '../rule-context.ts';
import { integrityRules, noteSource, readDistribution, type Source } from './distribution.ts';
import { textOf } from './nodes.ts';
import { readField } from './read-field.ts';
import { type FieldNode, inlineValues, type RecordSetNode, readRecordSets } from './record-sets.ts';
import { readSplits, type Splits } from './splits.ts';

type ColumnField = FieldNode & { readonly column: string };

/** The fields of a record set that are read from one file or set of files: a table. */
interface Draft {
  readonly recordSet: RecordSetNode;
  readonly name: string;
  readonly source: Source | undefined;
  readonly fields: readonly ColumnField[];
  readonly splits: Splits;
}

/**
 * Reads the metadata of a data set in Croissant (1.0 and 1.1) as what its files must be.
 *
 * @throws ActionError invalid-file with a line for every problem
 */
export function readCroissant(document: ParsedText, definitions: Definitions): Contract {
  const problems = new Problems();
  const unchecked: string[] = [];
  const sources = readDistribution(document);
  const recordSets = readRecordSets(document);
  const drafts = recordSets.flatMap((recordSet) =>
    draftsOf(document, recordSet, recordSets, sources, problems, unchecked),
  );
  const used = new Set(drafts.map(({ source }) => source));
  for (const source of used) if (source) noteSource(document, source, unchecked);
  noteUnused(document, sources, used, unchecked);
  const tables = drafts.map((draft) => tableOf(document, draft, drafts, recordSets, problems, unchecked));
  for (const { rules, spec } of tables) refuseUnplannable(rules, spec, definitions, problems);
  problems.attempt(() => {
    if (tables.length === 0)
      throw refusal(
        document,
        ['recordSet'],
        'the metadata describes no columns of files, so that any data would pass; a record set needs fields with a source and a column',
      );
  }, undefined);
  problems.throwIfAny();
  return {
    format: 'croissant',
    id: textOf(document, [], 'name') ?? '',
    version: textOf(document, [], 'version') ?? '',
    filesFrom: 'contract',
    tables,
    unchecked,
  };
}

function draftsOf(
  document: ParsedText,
  recordSet: RecordSetNode,
  recordSets: readonly RecordSetNode[],
  sources: ReadonlyMap<string, Source>,
  problems: Problems,
  unchecked: string[],
): readonly Draft[] {
  const bySource = Map.groupBy(recordSet.fields, ({ source }) => source ?? '');
  return [...bySource].flatMap(([id, fields]) => {
    const source = sources.get(id);
    problems.attempt(() => refuseUnknownSource(document, fields, id, sources), undefined);
    const splits = problems.attempt(() => readSplits(document, fields, recordSets, source, unchecked), {
      field: undefined,
      splits: [],
    });
    const columns = fields.filter((field): field is ColumnField => field.column !== undefined);
    const withoutColumn = id === '' ? [] : fields.filter((field) => field.column === undefined);
    for (const field of withoutColumn)
      if (field !== splits.field)
        unchecked.push(uncheckedNote(document, field.path, 'a field that is not a column is not checked'));
    if (columns.length === 0) return [];
    const name = bySource.size === 1 || id === '' ? recordSet.id : `${recordSet.id}@${id}`;
    return [{ recordSet, name, source, fields: columns, splits }];
  });
}

function refuseUnknownSource(
  document: ParsedText,
  fields: readonly FieldNode[],
  id: string,
  sources: ReadonlyMap<string, Source>,
): void {
  const [first] = fields;
  if (id === '' || sources.has(id) || first === undefined) return;
  throw refusal(
    document,
    [...first.path, 'source'],
    `the distribution has no file ${shown(id)}${didYouMean(id, sources.keys())}`,
  );
}

function tableOf(
  document: ParsedText,
  draft: Draft,
  drafts: readonly Draft[],
  recordSets: readonly RecordSetNode[],
  problems: Problems,
  unchecked: string[],
): ContractTable {
  const { recordSet, source, splits } = draft;
  const key = recordSet.key.map((id) => draft.fields.find((field) => field.id === id)?.column);
  const primaryKey = key.filter((column) => column !== undefined);
  const whole = primaryKey.length === key.length ? primaryKey : [];
  if (whole.length < key.length)
    unchecked.push(
      uncheckedNote(document, recordSet.path, 'its key is not made of columns of one file, and not checked'),
    );
  const columns = draft.fields.map((field) => {
    const column = readField(document, field, allowedValues(field, recordSets), unchecked);
    return whole.includes(column.name) ? { ...column, required: true } : column;
  });
  const declared: DeclaredTable = {
    name: draft.name,
    columns: uniqueByName(columns),
    splits: splits.splits.map(({ name }) => name),
    primaryKey: whole,
    fieldsMatch: 'subset',
    at: document.at(recordSet.path),
  };
  const references = draft.fields.flatMap((field) =>
    problems.attempt(() => referenceRules(document, field, drafts, recordSets), []),
  );
  return {
    spec: tableSpec(declared),
    rules: [...(source ? integrityRules(document, source) : []), ...declaredRules(declared), ...references],
    nullTexts: [],
    files: source?.files ?? [],
    splits: splits.splits,
    fieldsMatch: 'subset',
    primaryKey: whole,
    dialect: source?.format ? { format: source.format } : {},
  };
}

/** Two fields may be read from one column; the first says what it is. */
const uniqueByName = <T extends { readonly name: string }>(columns: readonly T[]): readonly T[] =>
  columns.filter(({ name }, index) => columns.findIndex((other) => other.name === name) === index);

function allowedValues(
  { references }: FieldNode,
  recordSets: readonly RecordSetNode[],
): readonly (string | number | boolean)[] {
  const target = recordSets.find(({ fields }) => fields.some(({ id }) => id === references));
  return target && references !== undefined ? inlineValues(target, references) : [];
}

/** A field that refers to a column of another table has only values that are there. */
function referenceRules(
  document: ParsedText,
  field: ColumnField,
  drafts: readonly Draft[],
  recordSets: readonly RecordSetNode[],
): readonly Rule[] {
  const { references } = field;
  if (references === undefined || field.transformed) return [];
  const table = drafts.find(({ fields }) => fields.some(({ id }) => id === references));
  const target = table?.fields.find(({ id }) => id === references);
  if (table !== undefined && target !== undefined)
    return [
      {
        check: 'referentialIntegrity',
        severity: 'error',
        threshold: NONE,
        column: field.column,
        arguments: { columns: [field.column], table: table.name, references: [target.column] },
        at: document.at(field.path),
      },
    ];
  const ids = recordSets.flatMap(({ fields }) => fields.map(({ id }) => id));
  if (ids.includes(references)) return [];
  throw refusal(
    document,
    [...field.path, 'references'],
    `no record set has the field ${shown(references)}${didYouMean(references, ids)}`,
  );
}

function noteUnused(
  document: ParsedText,
  sources: ReadonlyMap<string, Source>,
  used: ReadonlySet<Source | undefined>,
  unchecked: string[],
): void {
  for (const source of sources.values())
    if (!used.has(source) && source.sha256 !== undefined)
      unchecked.push(
        uncheckedNote(document, source.path, 'the digest of a file that no record set reads is not checked'),
      );
}

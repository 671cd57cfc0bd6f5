import type { Severity } from '../documents/validation.ts';
import { fieldsOf, textOf } from '../schema/fields.ts';
import type { ParsedText, ValuePath } from '../schema/parsed-text.ts';
import type { ContractDraft } from './contract-draft.ts';
import { carryExpectation } from './expectations/catalog.ts';
import type { Losses } from './losses.ts';
import { fieldsAt, listAt, noteUnknownKeys, textAt, textsOf } from './source-fields.ts';
import { TableBuilder } from './table-builder.ts';

const SUITE_KEYS = [
  'name',
  'expectation_suite_name',
  'expectations',
  'meta',
  'id',
  'ge_cloud_id',
  'notes',
  'data_asset_type',
  'suite_parameters',
  'evaluation_parameters',
];
const EXPECTATION_KEYS = [
  'type',
  'expectation_type',
  'kwargs',
  'meta',
  'id',
  'ge_cloud_id',
  'notes',
  'severity',
  'description',
  'rendered_content',
  'expectation_context',
];

const SEVERITIES: ReadonlyMap<string, Severity> = new Map([
  ['critical', 'error'],
  ['warning', 'warning'],
  ['info', 'info'],
]);

/** Converts an expectation suite of Great Expectations, as versions 0.x and 1.x store it. */
export function convertGreatExpectations(document: ParsedText, losses: Losses): ContractDraft {
  const suite = fieldsAt(document, [], document.value);
  noteUnknownKeys(suite, SUITE_KEYS, [], losses);
  const name = textOf(suite['name']) ?? textOf(suite['expectation_suite_name']) ?? 'suite';
  const table = new TableBuilder(name);
  // Columns that no expectation names are nobody's concern there.
  table.set({ fieldsMatch: 'subset' });
  for (const [index, item] of listAt(document, ['expectations'], suite['expectations']).entries())
    convertOne(document, ['expectations', index], item, table, losses);
  const notes = textsOf(suite['notes'] ?? fieldsOf(suite['meta'])['notes']).join('\n');
  return { name, ...(notes !== '' && { purpose: notes }), tables: [table.build()] };
}

function convertOne(
  document: ParsedText,
  path: ValuePath,
  item: unknown,
  table: TableBuilder,
  losses: Losses,
): void {
  const expectation = fieldsAt(document, path, item);
  noteUnknownKeys(expectation, EXPECTATION_KEYS, path, losses);
  const key = 'type' in expectation ? 'type' : 'expectation_type';
  const severity = SEVERITIES.get(textOf(expectation['severity']) ?? '');
  const description =
    textOf(expectation['description']) ??
    notesOf(expectation['notes'] ?? fieldsOf(expectation['meta'])['notes']);
  carryExpectation({
    name: snakeCase(textAt(document, [...path, key], expectation[key])),
    given: fieldsOf(expectation['kwargs']),
    path,
    table,
    losses,
    words: {
      ...(severity !== undefined && { severity }),
      ...(description !== undefined && { description }),
    },
  });
}

/** Notes are a text, several, or an object `{ format, content }`. */
function notesOf(notes: unknown): string | undefined {
  const found = textsOf(fieldsOf(notes)['content'] ?? notes).join('\n');
  return found === '' ? undefined : found;
}

/** Names of classes (`ExpectColumnValuesToBeUnique`) are those of expectations in other letters. */
const snakeCase = (name: string): string =>
  (name.includes('_')
    ? name
    : name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '_')
  ).toLowerCase();

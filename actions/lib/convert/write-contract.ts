import type { ColumnDraft, ContractDraft, ReferenceDraft, RuleDraft, TableDraft } from './contract-draft.ts';
import { noted, type Yaml, yamlText } from './yaml-text.ts';

/**
 * Writes a contract in the Open Data Contract Standard v3.1, as YAML with the draft's notes as comments.
 *
 * @param heading - comment at the top of the file
 */
export const contractText = (draft: ContractDraft, heading: string): string =>
  yamlText(
    {
      apiVersion: 'v3.1.0',
      kind: 'DataContract',
      id: stableId(draft.name),
      name: draft.name,
      version: draft.version ?? '1.0.0',
      status: 'draft',
      description: draft.purpose === undefined ? undefined : { purpose: draft.purpose },
      schema: draft.tables.map(tableYaml),
    },
    heading,
  );

/** An identifier of the standard: letters, digits, `_` and `-`. */
const stableId = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '') || 'contract';

function tableYaml(table: TableDraft): Yaml {
  const custom = [
    ...(table.fieldsMatch === undefined ? [] : [{ property: 'fieldsMatch', value: table.fieldsMatch }]),
    ...(table.missingValues === undefined ? [] : [{ property: 'missingValues', value: table.missingValues }]),
  ];
  return noted(
    {
      name: table.name,
      physicalName: table.physicalName,
      logicalType: 'object',
      physicalType: 'file',
      businessName: table.title,
      description: table.description,
      customProperties: listOrNothing(custom),
      properties: listOrNothing(table.columns.map(columnYaml)),
      relationships: listOrNothing((table.references ?? []).map((to) => relationship(table.name, to))),
      quality: listOrNothing(table.rules.map(ruleYaml)),
    },
    table.note,
  );
}

const listOrNothing = (items: readonly Yaml[]): Yaml | undefined => (items.length === 0 ? undefined : items);

const relationship = (from: string, reference: ReferenceDraft): Yaml => ({
  from: reference.from.map((column) => `${from}.${column}`),
  to: reference.to.map((column) => `${reference.table}.${column}`),
});

function columnYaml(column: ColumnDraft): Yaml {
  const note = (key: string, value: Yaml | undefined): Yaml | undefined =>
    value === undefined ? undefined : noted(value, column.notes?.[key]);
  const options = Object.entries(column.options ?? {}).filter(([, value]) => value !== undefined);
  const key = column.primaryKeyPosition;
  return noted(
    {
      name: column.name,
      businessName: column.title,
      description: column.description,
      logicalType: note('logicalType', column.type),
      physicalType: note('physicalType', column.physicalType),
      required: note('required', column.required),
      unique: note('unique', column.unique),
      primaryKey: key === undefined ? undefined : true,
      primaryKeyPosition: key,
      classification: note('classification', column.classification),
      logicalTypeOptions:
        options.length === 0
          ? undefined
          : Object.fromEntries(options.map(([name, value]) => [name, note(name, value)])),
      customProperties: column.role === undefined ? undefined : [{ property: 'mlRole', value: column.role }],
      relationships: listOrNothing((column.references ?? []).map((to) => ({ to }))),
      quality: listOrNothing((column.rules ?? []).map(ruleYaml)),
    },
    column.note,
  );
}

function ruleYaml(rule: RuleDraft): Yaml {
  const { name, description, severity = 'error', dimension, unit } = rule;
  const limit: { readonly [operator: string]: number | readonly [number, number] } = rule.limit ?? {};
  const given = rule.arguments ?? {};
  if ('metric' in rule)
    return noted(
      {
        metric: rule.metric,
        name,
        description,
        arguments: Object.keys(given).length === 0 ? undefined : given,
        ...limit,
        unit,
        dimension,
        severity,
      },
      rule.note,
    );
  return noted(
    {
      type: 'custom',
      engine: 'validateData',
      name,
      description,
      dimension,
      severity,
      implementation: { check: rule.check, ...given, ...limit, unit },
    },
    rule.note,
  );
}

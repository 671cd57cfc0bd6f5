import { parse } from 'yaml';
import { CHECKS } from '../../../../actions/lib/checks/catalog.ts';
import { readContract } from '../../../../actions/lib/contract/read-contract.ts';
import { type ConvertedFormat, convertContract } from '../../../../actions/lib/convert/convert-contract.ts';
import { loadCompiler } from '../../../../actions/lib/schema/schema-compiler.ts';

await loadCompiler();

/** One table of a converted contract, as the contract's YAML has it. */
export interface WrittenTable {
  readonly name: string;
  readonly customProperties?: readonly { readonly property: string; readonly value: unknown }[];
  readonly properties: readonly Readonly<Record<string, unknown>>[];
  readonly quality?: readonly Readonly<Record<string, unknown>>[];
}

/** Converts, has the reader of contracts read the result and plan all its rules, and gives what was written. */
export function convertAndRead(text: string, format: ConvertedFormat | 'auto' = 'auto', where = 'source') {
  const converted = convertContract(text, where, format);
  const contract = readContract(converted.yaml, 'converted.odcs.yaml', CHECKS);
  for (const { rules, spec } of contract.tables)
    for (const rule of rules) CHECKS.get(rule.check)?.plan(rule, spec);
  const tables: readonly WrittenTable[] = parse(converted.yaml).schema;
  return { ...converted, tables, contract };
}

/** What was written of a column. */
export const columnOf = (table: WrittenTable | undefined, name: string) =>
  table?.properties.find((property) => property['name'] === name);

/** Rules without what they all have. */
export const bare = (rules: unknown): readonly object[] =>
  Array.isArray(rules)
    ? rules.map(({ type: _type, engine: _engine, dimension: _dimension, ...rule }) =>
        rule.severity === 'error' ? (({ severity: _severity, ...rest }) => rest)(rule) : rule,
      )
    : [];

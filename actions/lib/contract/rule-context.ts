import type { CheckDefinition, TableSpec } from '../checks/check.ts';
import type { ValueKind } from './type-options.ts';

/** The checks there are, by name. */
export type Definitions = ReadonlyMap<string, CheckDefinition>;

/** What rules may name of a table. */
export interface TableNames {
  readonly name: string;
  /** Names of its columns in the data, by their names in the contract. */
  readonly columns: ReadonlyMap<string, string>;
}

/** Where a rule stands, and what it may name there. */
export interface RuleContext {
  readonly definitions: Definitions;
  readonly table: TableNames;
  readonly spec: TableSpec;
  /** All tables of the contract. */
  readonly tables: readonly TableNames[];
  /** The column it stands on; absent for rules of the table. */
  readonly column?: ValueKind & {
    /** In the data. */
    readonly name: string;
    /** What its type's options demand: what `invalidValues` is about when it has no arguments. */
    readonly restrictions: Readonly<Record<string, string | number>>;
  };
}

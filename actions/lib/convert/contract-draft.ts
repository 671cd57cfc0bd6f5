import type { Dimension, Json } from '../checks/check.ts';
import type { ConstraintOptions } from '../checks/constraints.ts';
import type { Severity } from '../documents/validation.ts';
import type { RangeOperator, SingleOperator } from '../stats/threshold.ts';
import type { ColumnType } from '../tabular/column-type.ts';

/** A data contract before it is written: what all formats that are converted, and suggestions, have in common. */
export interface ContractDraft {
  readonly name: string;
  readonly version?: string;
  readonly purpose?: string;
  readonly tables: readonly TableDraft[];
}

/** What one kind of file must look like. */
export interface TableDraft {
  readonly name: string;
  readonly physicalName?: string;
  readonly title?: string;
  readonly description?: string;
  readonly fieldsMatch?: 'exact' | 'equal' | 'subset' | 'superset' | 'partial';
  /** Texts that mean "no value". */
  readonly missingValues?: readonly string[];
  readonly columns: readonly ColumnDraft[];
  readonly rules: readonly RuleDraft[];
  readonly references?: readonly ReferenceDraft[];
  /** Comment above the table. */
  readonly note?: string;
}

/** One column. `notes` are comments, by the key they stand beside. */
export interface ColumnDraft {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: ColumnType;
  readonly physicalType?: string;
  readonly required?: boolean;
  readonly unique?: boolean;
  /** Position in the primary key, from 1. */
  readonly primaryKeyPosition?: number;
  readonly classification?: string;
  readonly options?: OptionsDraft;
  readonly role?: string;
  readonly rules?: readonly RuleDraft[];
  readonly references?: readonly string[];
  readonly notes?: Readonly<Record<string, string>>;
  /** Comment above the column. */
  readonly note?: string;
}

/** Restrictions of a type, those of lists included. */
export type OptionsDraft = ConstraintOptions & {
  readonly minItems?: number;
  readonly maxItems?: number;
};

/** Columns whose values must be found in columns of another table. */
export interface ReferenceDraft {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly table: string;
}

/** A limit of a rule, named as in the standard. */
export type LimitDraft =
  | { readonly [operator in SingleOperator]?: number }
  | { readonly [operator in RangeOperator]?: readonly [number, number] };

/** A quality rule: a metric of the standard, or one of our checks. */
export type RuleDraft = RuleWords & (MetricRule | CheckRule);

interface RuleWords {
  readonly name?: string;
  readonly description?: string;
  readonly severity?: Severity;
  readonly dimension?: Dimension;
  readonly unit?: 'rows' | 'percent';
  readonly limit?: LimitDraft;
  /** Comment above the rule. */
  readonly note?: string;
}

interface MetricRule {
  readonly metric: 'rowCount' | 'nullValues' | 'missingValues' | 'invalidValues' | 'duplicateValues';
  readonly arguments?: Readonly<Record<string, Json>>;
}

interface CheckRule {
  readonly check: string;
  readonly arguments?: Readonly<Record<string, Json>>;
}

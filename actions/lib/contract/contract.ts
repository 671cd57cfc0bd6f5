import type { Severity } from '../documents/validation.ts';
import type { Threshold } from '../stats/threshold.ts';
import type { ColumnType } from '../tabular/column-type.ts';

/** The metrics of the Open Data Contract Standard that are counts of rows. */
export type RuleMetric = 'rowCount' | 'nullValues' | 'missingValues' | 'invalidValues' | 'duplicateValues';

/** A quality rule: a metric of the object or of one column, and the limit it must keep. */
export interface QualityRule {
  readonly metric: RuleMetric;
  readonly threshold: Threshold;
  /** `percent` of the rows, or a number of them. */
  readonly unit: 'rows' | 'percent';
  readonly severity: Severity;
  readonly dimension?: string;
  /** The rule's own name or description, for messages. */
  readonly title?: string;
  /** What `missingValues` counts; `null` is no value. */
  readonly missingValues?: readonly (string | number | boolean | null)[];
  /** What `invalidValues` allows. */
  readonly validValues?: readonly (string | number | boolean)[];
  /** What `invalidValues` demands besides. */
  readonly options?: TypeOptions;
  /** The columns that `duplicateValues` compares together. */
  readonly properties?: readonly string[];
}

/** Restrictions on the values of a type, named as in the standard. */
export interface TypeOptions {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  /** For texts a known format such as `email`; for dates and times a pattern of java.time. */
  readonly format?: string;
  readonly minimum?: number | string;
  readonly maximum?: number | string;
  readonly exclusiveMinimum?: number | string;
  readonly exclusiveMaximum?: number | string;
  readonly multipleOf?: number;
}

/** One column of the data. */
export interface ContractColumn {
  /** The name in the data. */
  readonly name: string;
  /** `undefined` when the contract gives no type, or a physical one that is not known. */
  readonly type?: ColumnType;
  readonly options: TypeOptions;
  readonly required: boolean;
  readonly unique: boolean;
  /** Its values must not be shown. */
  readonly classified: boolean;
  readonly rules: readonly QualityRule[];
}

/** How the columns of the data may differ from those of the contract; terms of Table Schema v2. */
export type FieldsMatch = 'exact' | 'equal' | 'subset' | 'superset' | 'partial';

/** What one kind of file must look like. */
export interface ContractObject {
  readonly name: string;
  readonly columns: readonly ContractColumn[];
  /** The columns that identify a row together. */
  readonly primaryKey: readonly string[];
  readonly rules: readonly QualityRule[];
  /** `undefined`: all columns must be there, others are worth a warning. */
  readonly fieldsMatch?: FieldsMatch;
  /** Texts that mean "no value" in the object's files. */
  readonly nullTexts: readonly string[];
}

/** A data contract, as far as it can be checked on files. */
export interface Contract {
  readonly id: string;
  readonly version: string;
  readonly objects: readonly ContractObject[];
  /** What the contract asks for and this reader does not check, to be said in the report. */
  readonly unchecked: readonly string[];
}

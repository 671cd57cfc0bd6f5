import type { GateOutcome } from '../documents/gate.ts';
import type { ValuePath } from '../schema/parsed-text.ts';
import type { Combine, Downgrade, OnAbsent, OnInconclusive, Policy, Severity, Use } from './policy.ts';

/** A number, or a text such as `2%`, `25MB` or `150ms`. */
export type Written = number | string;

/** The policy file as `gates.schema.json` describes it. */
export interface PolicyFile {
  readonly version: 1;
  readonly model?: string;
  readonly defaults?: GateDefaults;
  readonly evidence?: {
    readonly 'same-dataset'?: Policy['evidence']['sameDataset'];
    readonly 'min-overlap'?: number;
    readonly 'no-downgrade'?: readonly Downgrade[];
    readonly 'max-age'?: string;
  };
  readonly multiplicity?: Partial<Policy['multiplicity']>;
  readonly baselines?: Readonly<Record<string, BaselineEntry>>;
  readonly metrics?: Readonly<
    Record<string, { readonly direction: 'higher' | 'lower'; readonly unit?: string }>
  >;
  readonly gates: readonly GateEntry[];
  readonly composite?: string;
  readonly waivers?: { readonly file?: string; readonly labels?: readonly LabelEntry[] };
  readonly report?: {
    readonly primary?: readonly string[];
    readonly 'changed-rows'?: number;
    readonly 'mention-on-fail'?: readonly string[];
  };
}

export interface GateDefaults {
  readonly severity?: Severity;
  readonly outcome?: GateOutcome;
  readonly confidence?: number;
  readonly 'on-inconclusive'?: OnInconclusive;
  readonly 'on-missing'?: OnAbsent;
  readonly 'on-undefined'?: OnAbsent;
  readonly 'min-rows'?: number;
}

export type BaselineEntry = string | { readonly from: string; readonly asset?: string };

export interface GateEntry {
  readonly id?: string;
  readonly metric: string;
  readonly slice?: string;
  readonly slices?: string;
  readonly 'group-by'?: string;
  readonly min?: Written;
  readonly max?: Written;
  readonly use?: Use;
  readonly versus?: string | { readonly 'best-of': number; readonly branch?: string };
  readonly 'max-regression'?: {
    readonly absolute?: Written;
    readonly relative?: Written;
    readonly combine?: Combine;
  };
  readonly 'max-improvement'?: { readonly absolute: Written };
  readonly 'non-inferior'?: { readonly margin: Written };
  readonly severity?: Severity;
  readonly outcome?: GateOutcome;
  readonly exploratory?: boolean;
  readonly 'min-rows'?: number;
  readonly 'min-positives'?: number;
}

export interface LabelEntry {
  readonly label: string;
  readonly gates: readonly string[];
  readonly 'applied-by': readonly string[];
  readonly reason?: 'required' | 'optional';
  readonly 'expires-after'?: string;
  readonly 'max-value-loss'?: number;
}

/** Tells a problem at a place of the file. */
export type Report = (path: ValuePath, message: string) => void;

/** The same for the paths below one place. */
export const below =
  (report: Report, ...at: ValuePath): Report =>
  (path, message) =>
    report([...at, ...path], message);

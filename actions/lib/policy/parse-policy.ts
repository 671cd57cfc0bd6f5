import { ActionError } from '../errors.ts';
import { checkAgainstSchema } from '../schema/check-against-schema.ts';
import { compileSchema } from '../schema/compile-schema.ts';
import type { ParsedText, ValuePath } from '../schema/parsed-text.ts';
import { parseYamlStrict } from '../schema/yaml.ts';
import schema from './gates.schema.json' with { type: 'json' };
import { sliceTarget } from './inline-gate.ts';
import {
  type Combine,
  DEFAULT_BASELINE,
  DEFAULT_POLICY,
  type DeclaredMetric,
  type Gate,
  type OnAbsent,
  type OnInconclusive,
  type Policy,
  type Rule,
  type Severity,
  type Target,
  type Use,
} from './policy.ts';
import { parseQuantity, plain, type Quantity } from './quantity.ts';

/** The policy file as its schema describes it. */
interface PolicyFile {
  readonly version: 1;
  readonly model?: string;
  readonly defaults?: {
    readonly severity?: Severity;
    readonly confidence?: number;
    readonly 'on-inconclusive'?: OnInconclusive;
    readonly 'on-missing'?: OnAbsent;
    readonly 'on-undefined'?: OnAbsent;
    readonly 'min-rows'?: number;
  };
  readonly evidence?: {
    readonly 'same-dataset'?: Policy['evidence']['sameDataset'];
    readonly 'min-overlap'?: number;
    readonly 'max-age'?: string;
  };
  readonly multiplicity?: { readonly required?: Policy['multiplicity']['required'] };
  readonly metrics?: Readonly<
    Record<string, { readonly direction: 'higher' | 'lower'; readonly unit?: string }>
  >;
  readonly gates: readonly GateEntry[];
}

interface GateEntry {
  readonly id?: string;
  readonly metric: string;
  readonly slice?: string;
  readonly slices?: string;
  readonly min?: number | string;
  readonly max?: number | string;
  readonly use?: Use;
  readonly 'max-regression'?: {
    readonly absolute?: number | string;
    readonly relative?: number | string;
    readonly combine?: Combine;
  };
  readonly 'max-improvement'?: { readonly absolute: number | string };
  readonly 'non-inferior'?: { readonly margin: number | string };
  readonly severity?: Severity;
  readonly 'min-rows'?: number;
}

/** Keys of a gate that say what it asks for; a gate has exactly one of the three kinds of them. */
const RULE_KEYS = ['min', 'max', 'max-regression', 'max-improvement', 'non-inferior'] as const;

/** Reports a problem at a place of the file. */
type Report = (path: ValuePath, message: string) => void;

/**
 * Reads a gate policy.
 *
 * @param where - name of the file for messages
 * @throws ActionError invalid-file with every problem on a line of its own, by line and column
 */
export function parsePolicy(text: string, where: string): Policy {
  const parsed = parseYamlStrict(text, where);
  checkAgainstSchema(parsed, compileSchema(schema, 'gates.schema.json', { allProblems: true }));
  const problems: string[] = [];
  const policy = readPolicy(parsed, (path, message) => problems.push(`${parsed.at(path)}: ${message}`));
  if (problems.length > 0) throw new ActionError('invalid-file', problems.join('\n'));
  return policy;
}

function readPolicy(parsed: ParsedText, report: Report): Policy {
  // The schema has been checked, and it describes exactly this type.
  const file = parsed.value as PolicyFile;
  const { defaults = {}, evidence = {} } = file;
  reportDuplicates(file.gates, report);
  return {
    model: file.model,
    confidence: defaults.confidence ?? DEFAULT_POLICY.confidence,
    onInconclusive: defaults['on-inconclusive'] ?? DEFAULT_POLICY.onInconclusive,
    onMissing: defaults['on-missing'] ?? DEFAULT_POLICY.onMissing,
    onUndefined: defaults['on-undefined'] ?? DEFAULT_POLICY.onUndefined,
    evidence: {
      sameDataset: evidence['same-dataset'] ?? DEFAULT_POLICY.evidence.sameDataset,
      minOverlap: evidence['min-overlap'] ?? DEFAULT_POLICY.evidence.minOverlap,
      maxAgeMs: evidence['max-age'] === undefined ? undefined : ageMs(evidence['max-age']),
      noDowngrade: DEFAULT_POLICY.evidence.noDowngrade,
    },
    multiplicity: {
      ...DEFAULT_POLICY.multiplicity,
      required: file.multiplicity?.required ?? DEFAULT_POLICY.multiplicity.required,
    },
    baselines: DEFAULT_POLICY.baselines,
    composite: DEFAULT_POLICY.composite,
    waivers: DEFAULT_POLICY.waivers,
    report: DEFAULT_POLICY.report,
    metrics: new Map(Object.entries(file.metrics ?? {}).map(([name, metric]) => [name, declared(metric)])),
    gates: file.gates.map((gate, index) => readGate(gate, index, file, parsed, report)),
  };
}

const declared = ({ direction, unit }: { direction: 'higher' | 'lower'; unit?: string }): DeclaredMetric => ({
  direction,
  unit,
});

const AGE_UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

const ageMs = (text: string): number => Number.parseFloat(text) * (AGE_UNITS_MS[text.slice(-1)] ?? 0);

const gateId = ({ id, metric, slice, slices }: GateEntry): string => {
  const on = slice ?? slices;
  return id ?? (on === undefined ? metric : `${metric}[${on}]`);
};

function reportDuplicates(gates: readonly GateEntry[], report: Report): void {
  const seen = new Map<string, number>();
  for (const [index, gate] of gates.entries()) {
    const id = gateId(gate);
    const first = seen.get(id);
    if (first !== undefined)
      report(
        ['gates', index, ...(gate.id === undefined ? [] : ['id'])],
        `the id "${id}" belongs to gate ${first + 1} already; give each gate an id of its own`,
      );
    seen.set(id, first ?? index);
  }
}

function readGate(
  gate: GateEntry,
  index: number,
  { defaults = {} }: PolicyFile,
  parsed: ParsedText,
  report: Report,
): Gate {
  const at: ValuePath = ['gates', index];
  const target = readTarget(gate, (key, message) => report([...at, key], message));
  const rule = readRule(gate, (path, message) => report([...at, ...path], message));
  return {
    id: gateId(gate),
    metric: gate.metric,
    target,
    rule,
    severity: gate.severity ?? (target.kind === 'every-slice' ? 'warning' : (defaults.severity ?? 'error')),
    outcome: 'block',
    exploratory: target.kind === 'every-slice',
    versus: rule.kind === 'limit' ? undefined : { kind: 'baseline', name: DEFAULT_BASELINE },
    minRows: gate['min-rows'] ?? defaults['min-rows'] ?? 1,
    minPositives: 0,
    line: lineOf(parsed.at(at)),
  };
}

/** The line of a place such as `gates.yml:12:7`. */
const lineOf = (place: string): number | undefined => {
  const line = /:(\d+):\d+$/.exec(place)?.[1];
  return line === undefined ? undefined : Number(line);
};

function readTarget(gate: GateEntry, report: (key: string, message: string) => void): Target {
  if (gate.slice !== undefined && gate.slices !== undefined)
    report('slices', 'a gate has slice or slices, not both');
  const text = gate.slice ?? gate.slices;
  if (text === undefined) return { kind: 'all' };
  const target = sliceTarget(text.trim());
  const wanted = gate.slice === undefined ? 'every-slice' : 'slice';
  if (target?.kind === wanted) return target;
  if (wanted === 'slice')
    report('slice', `expected a slice such as age=18-25, found "${text}"; every slice is slices: "*"`);
  else
    report(
      'slices',
      `expected "*" or a column such as "age=*", found "${text}"; one slice is slice: ${text}`,
    );
  return { kind: 'all' };
}

function readRule(gate: GateEntry, report: Report): Rule {
  const present = RULE_KEYS.filter((key) => gate[key] !== undefined);
  const kinds = new Set(present.map((key) => (key === 'min' || key === 'max' ? 'limit' : key)));
  if (kinds.size === 0) report([], `this gate asks for nothing; add one of ${RULE_KEYS.join(', ')}`);
  if (kinds.size > 1)
    report([present[1] ?? ''], `a gate asks for one thing; make ${present.join(' and ')} gates of their own`);
  if (gate.use !== undefined && !kinds.has('limit')) report(['use'], 'use belongs to min and max');
  const quantity = (value: number | string, ...path: string[]): Quantity => readValue(value, path, report);
  const regression = gate['max-regression'];
  if (regression !== undefined) return readRegression(regression, quantity, report);
  if (gate['max-improvement'] !== undefined) {
    const path = ['max-improvement', 'absolute'];
    return {
      kind: 'max-improvement',
      absolute: notNegative(quantity(gate['max-improvement'].absolute, ...path), path, report),
    };
  }
  if (gate['non-inferior'] !== undefined) {
    const path = ['non-inferior', 'margin'];
    return {
      kind: 'non-inferior',
      margin: notNegative(quantity(gate['non-inferior'].margin, ...path), path, report),
    };
  }
  const min = gate.min === undefined ? undefined : { quantity: quantity(gate.min, 'min'), exclusive: false };
  const max = gate.max === undefined ? undefined : { quantity: quantity(gate.max, 'max'), exclusive: false };
  if (min !== undefined && max !== undefined && min.quantity.value > max.quantity.value)
    report(['min'], `min ${min.quantity.text} is above max ${max.quantity.text}: no value can hold`);
  return { kind: 'limit', min, max, use: gate.use ?? 'value' };
}

function readRegression(
  { absolute, relative, combine }: NonNullable<GateEntry['max-regression']>,
  quantity: (value: number | string, ...path: string[]) => Quantity,
  report: Report,
): Rule {
  const key = 'max-regression';
  if (absolute === undefined && relative === undefined) report([key], 'expected absolute, relative or both');
  if (combine !== undefined && (absolute === undefined || relative === undefined))
    report([key, 'combine'], 'combine joins absolute and relative; give both');
  const share = relative === undefined ? undefined : quantity(relative, key, 'relative');
  if (share !== undefined && share.dimension !== 'plain' && share.dimension !== 'percent')
    report([key, 'relative'], `expected a share such as 2% or 0.02, found "${share.text}"`);
  if (share !== undefined) notNegative(share, [key, 'relative'], report);
  return {
    kind: key,
    absolute:
      absolute === undefined
        ? undefined
        : notNegative(quantity(absolute, key, 'absolute'), [key, 'absolute'], report),
    relative: share?.value,
    combine: combine ?? 'all',
  };
}

function readValue(value: number | string, path: ValuePath, report: Report): Quantity {
  if (typeof value === 'number') return plain(value);
  const quantity = parseQuantity(value);
  if (!('problem' in quantity)) return quantity;
  report(path, `${path.at(-1)}: ${quantity.problem}`);
  return plain(0);
}

function notNegative(quantity: Quantity, path: ValuePath, report: Report): Quantity {
  if (quantity.dimension === 'percent' && path.at(-1) === 'absolute')
    report(
      path,
      `absolute: a share of the baseline such as ${quantity.text} is relative; give a number here`,
    );
  if (quantity.value < 0) report(path, `${path.at(-1)}: a tolerance is at least 0, found ${quantity.text}`);
  return quantity;
}

import { didYouMean } from '../nearest-name.ts';
import { sliceTarget } from './inline-gate.ts';
import { DEFAULT_BASELINE, type Gate, type Rule, type Severity, type Target, type Versus } from './policy.ts';
import type { GateDefaults, GateEntry, Report } from './policy-file.ts';
import { readRule } from './read-rule.ts';

/** What a gate may refer to. */
export interface GateSurroundings {
  readonly defaults: GateDefaults;
  /** Names of the baselines that the policy gives locations for. */
  readonly baselines: readonly string[];
}

/** The id a gate was given, or its metric and what it looks at. */
export function gateId({ id, metric, slice, slices, 'group-by': by }: GateEntry): string {
  if (id !== undefined) return id;
  if (by !== undefined) return `${metric}{${by}}`;
  const on = slice ?? slices;
  return on === undefined ? metric : `${metric}[${on}]`;
}

/** A gate of the policy file. @param line - where it begins, from 1 */
export function readGate(
  gate: GateEntry,
  { defaults, baselines }: GateSurroundings,
  line: number | undefined,
  report: Report,
): Gate {
  const target = readTarget(gate, report);
  const rule = readRule(gate, report);
  const exploratory = gate.exploratory ?? target.kind === 'every-slice';
  return {
    id: gateId(gate),
    metric: gate.metric,
    target,
    rule,
    severity: gate.severity ?? severityOf(exploratory, defaults.severity ?? 'error'),
    outcome: gate.outcome ?? defaults.outcome ?? 'block',
    exploratory,
    versus: readVersus(gate, rule, baselines, report),
    minRows: gate['min-rows'] ?? defaults['min-rows'] ?? 1,
    minPositives: gate['min-positives'] ?? 0,
    line,
  };
}

/** A search over many slices advises, unless its gate says otherwise. */
const severityOf = (exploratory: boolean, usual: Severity): Severity =>
  exploratory && usual === 'error' ? 'warning' : usual;

function readTarget(gate: GateEntry, report: Report): Target {
  const given = (['slice', 'slices', 'group-by'] as const).filter((key) => gate[key] !== undefined);
  if (given.length > 1) report([given[1] ?? ''], `a gate has ${given.join(' or ')}, not both`);
  const by = gate['group-by']?.trim();
  if (by !== undefined) return { kind: 'groups', by };
  const text = gate.slice ?? gate.slices;
  if (text === undefined) return { kind: 'all' };
  const target = sliceTarget(text.trim());
  const wanted = gate.slice === undefined ? 'every-slice' : 'slice';
  if (target?.kind === wanted) return target;
  if (wanted === 'slice')
    report(['slice'], `expected a slice such as age=18-25, found "${text}"; every slice is slices: "*"`);
  else
    report(
      ['slices'],
      `expected "*" or a column such as "age=*", found "${text}"; one slice is slice: ${text}`,
    );
  return { kind: 'all' };
}

function readVersus(
  { versus }: GateEntry,
  rule: Rule,
  baselines: readonly string[],
  report: Report,
): Versus | undefined {
  if (rule.kind === 'limit') {
    if (versus !== undefined)
      report(
        ['versus'],
        'versus belongs to max-regression, max-improvement and non-inferior; min and max compare with nothing',
      );
    return undefined;
  }
  if (versus === undefined) return { kind: 'baseline', name: DEFAULT_BASELINE };
  if (typeof versus === 'string') {
    const known = [...baselines, DEFAULT_BASELINE];
    if (!known.includes(versus))
      report(
        ['versus'],
        `there is no baseline "${versus}"${didYouMean(versus, known) || `; give it a location: baselines: { ${baselineName(versus)}: … }`}`,
      );
    return { kind: 'baseline', name: versus };
  }
  if (rule.kind === 'max-improvement')
    report(['versus'], 'best-of is against many small losses; a leak is a gain over one baseline');
  return { kind: 'best-of', last: versus['best-of'], branch: versus.branch };
}

/** What the location a user wrote in the place of a name might be called. */
const baselineName = (text: string): string => (/^[\w.-]+$/.test(text) ? text : 'prod');

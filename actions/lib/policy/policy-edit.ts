import { durationText } from '../duration.ts';
import type { Gate, Policy, Target, Versus } from './policy.ts';

/**
 * What an edited policy changes beside the limits of its gates and their verdicts, in words: settings, who may waive,
 * gates that come, go or weigh otherwise. `evidence.min-overlap: 0.95 → 0.5`.
 */
export function policyEdits(base: Policy, head: Policy): readonly string[] {
  return [...changes(settingsOf(base), settingsOf(head)), ...gateEdits(base.gates, head.gates)];
}

type Settings = ReadonlyMap<string, string>;

const NONE = 'none';

function changes(base: Settings, head: Settings): readonly string[] {
  const names = new Set([...base.keys(), ...head.keys()]);
  return [...names].flatMap((name) => {
    const [before, after] = [base.get(name) ?? NONE, head.get(name) ?? NONE];
    return before === after ? [] : [`${name}: ${before} → ${after}`];
  });
}

function settingsOf(policy: Policy): Settings {
  const { evidence, multiplicity, waivers } = policy;
  return new Map([
    ['confidence', String(policy.confidence)],
    ['on-inconclusive', policy.onInconclusive],
    ['on-missing', policy.onMissing],
    ['on-undefined', policy.onUndefined],
    ['evidence.same-dataset', evidence.sameDataset],
    ['evidence.min-overlap', String(evidence.minOverlap)],
    ['evidence.no-downgrade', listed(evidence.noDowngrade)],
    ['evidence.max-age', evidence.maxAgeMs === undefined ? NONE : durationText(evidence.maxAgeMs)],
    ['multiplicity.required', multiplicity.required],
    ['multiplicity.exploratory', multiplicity.exploratory],
    ...[...policy.baselines].map(([name, location]) => [`baselines.${name}`, location] as const),
    ...[...policy.metrics].map(
      ([name, { direction, unit }]) =>
        [`metrics.${name}`, unit === undefined ? direction : `${direction}, ${unit}`] as const,
    ),
    ['composite', policy.composite?.text ?? NONE],
    ['waivers.file', waivers.file ?? NONE],
    ...waivers.labels.map(
      (label) =>
        [
          `waivers.labels "${label.label}"`,
          `${listed(label.gates)} by ${listed(label.appliedBy)} for ${durationText(label.expiresAfterMs)}, reason ${label.reasonRequired ? 'required' : 'optional'}, loss of ${label.maxValueLoss ?? 'any size'}`,
        ] as const,
    ),
  ]);
}

const listed = (texts: readonly string[]): string => (texts.length === 0 ? NONE : texts.join(', '));

function gateEdits(base: readonly Gate[], head: readonly Gate[]): readonly string[] {
  const before = new Map(base.map((gate) => [gate.id, gate]));
  const after = new Map(head.map((gate) => [gate.id, gate]));
  return [
    ...base.filter(({ id }) => !after.has(id)).map(({ id }) => `gate ${id}: removed`),
    ...head.flatMap((gate) => {
      const old = before.get(gate.id);
      if (old === undefined) return [`gate ${gate.id}: added`];
      return changes(weightOf(old), weightOf(gate)).map((change) => `gate ${gate.id}: ${change}`);
    }),
  ];
}

const weightOf = (gate: Gate): Settings =>
  new Map([
    ['metric', gate.metric],
    ['rows', targetText(gate.target)],
    ['versus', gate.versus === undefined ? NONE : versusText(gate.versus)],
    ['severity', gate.severity],
    ['outcome', gate.outcome],
    ['exploratory', String(gate.exploratory)],
    ['min-rows', String(gate.minRows)],
    ['min-positives', String(gate.minPositives)],
  ]);

function targetText(target: Target): string {
  switch (target.kind) {
    case 'all':
      return 'all';
    case 'slice':
      return target.slice;
    case 'every-slice':
      return target.column === undefined ? 'every slice' : `every slice of ${target.column}`;
    case 'groups':
      return `groups of ${target.by}`;
    default:
      return target satisfies never;
  }
}

const versusText = (versus: Versus): string =>
  versus.kind === 'baseline'
    ? versus.name
    : `best of ${versus.last}${versus.branch === undefined ? '' : ` on ${versus.branch}`}`;

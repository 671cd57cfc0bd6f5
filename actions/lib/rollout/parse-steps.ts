import { durationText } from '../duration.ts';
import { didYouMean } from '../nearest-name.ts';
import type { ValuePath } from '../schema/parsed-text.ts';
import { longestRow } from './analysis-schedule.ts';
import { type Note, readDuration } from './read-block.ts';
import type { AnalysisSpec, RolloutStep, TrafficStep } from './rollout.ts';
import { SHADOW_DRIVERS, type TrafficSpec } from './traffic.ts';

/** One of `steps:`, as the schema describes it. */
export interface StepBlock {
  readonly weight?: number;
  readonly shadow?: number;
  readonly approve?: { readonly environment: string };
  readonly bake?: string;
  readonly analysis?: readonly string[];
}

/** What else in the file steps refer to. */
interface Surroundings {
  readonly analysis: readonly AnalysisSpec[];
  /** The same as written, to tell what is a default. */
  readonly blocks: Readonly<Record<string, { readonly interval?: string }>>;
  readonly driver: TrafficSpec['driver'] | undefined;
}

const KINDS = ['weight', 'shadow', 'approve'] as const;

/** Reads `steps:`. */
export function readSteps(
  blocks: readonly StepBlock[],
  around: Surroundings,
  note: Note,
): readonly RolloutStep[] {
  const steps = blocks.flatMap((block, index) => readStep(block, ['steps', index], around, note) ?? []);
  if (steps.length === blocks.length) checkOrder(steps, note);
  return steps;
}

function readStep(
  block: StepBlock,
  path: ValuePath,
  around: Surroundings,
  note: Note,
): RolloutStep | undefined {
  const kinds = KINDS.filter((kind) => block[kind] !== undefined);
  if (kinds.length !== 1) {
    note(path, `expected one of the keys weight, shadow and approve, found ${kinds.join(' and ') || 'none'}`);
    return undefined;
  }
  if (block.approve !== undefined) {
    for (const key of ['bake', 'analysis'] as const)
      if (block[key] !== undefined)
        note([...path, key], 'an approval is not watched; give this to the step before it');
    return { kind: 'approval', environment: block.approve.environment };
  }
  const { weight = 0, shadow = 0 } = block;
  if (shadow > 0 && (around.driver === undefined || !SHADOW_DRIVERS.has(around.driver)))
    note(
      [...path, 'shadow'],
      `${around.driver === undefined ? 'without traffic: nothing' : `the driver ${around.driver} cannot`} mirror requests; ${[...SHADOW_DRIVERS].join(' and ')} can`,
    );
  const bakeMs = readDuration([...path, 'bake'], block.bake, note) ?? 0;
  return {
    kind: 'traffic',
    weight,
    shadow,
    bakeMs,
    analysis: readWatched(block, path, bakeMs, around, note),
  };
}

/** The analyses that a step names. */
function readWatched(
  block: StepBlock,
  path: ValuePath,
  bakeMs: number,
  { analysis, blocks }: Surroundings,
  note: Note,
): readonly AnalysisSpec[] {
  const names = analysis.map((one) => one.name);
  return (block.analysis ?? []).flatMap((name, position) => {
    const found = analysis.find((one) => one.name === name);
    const place = [...path, 'analysis', position];
    if (found === undefined)
      note(
        place,
        `no analysis is named ${JSON.stringify(name)}; defined are: ${names.join(', ') || 'none'}${didYouMean(name, names)}`,
      );
    else if (blocks[name]?.interval !== undefined && found.count === undefined && bakeMs < found.intervalMs)
      note(
        place,
        `${name} measures every ${durationText(found.intervalMs)}, which does not fit into ${bakeText(bakeMs)}; lengthen the bake, or give the analysis a shorter interval or a count`,
      );
    else noteLongRows(found, bakeMs, place, note);
    return found ?? [];
  });
}

/** Notes metrics that want more measurements in a row than the step makes, and could never pass. */
function noteLongRows(spec: AnalysisSpec, bakeMs: number, place: ValuePath, note: Note): void {
  for (const metric of spec.metrics) {
    const most = longestRow(spec, metric, bakeMs);
    if (metric.consecutiveSuccess > most)
      note(
        place,
        `${spec.name} measures at most ${most} time${most === 1 ? '' : 's'} in ${bakeText(bakeMs)}, and ${metric.name} wants consecutive-success: ${metric.consecutiveSuccess}; lengthen the bake, shorten the interval, or give a max-bake or a count`,
      );
  }
}

const bakeText = (bakeMs: number): string =>
  bakeMs === 0 ? 'a step without bake' : `a bake of ${durationText(bakeMs)}`;

function checkOrder(steps: readonly RolloutStep[], note: Note): void {
  let before: TrafficStep | undefined;
  for (const [index, step] of steps.entries()) {
    if (step.kind === 'approval') continue;
    checkAfter(step, before, index, note);
    before = step;
  }
  const last = steps.length - 1;
  if (steps[last]?.kind === 'approval')
    note(
      ['steps', last, 'approve'],
      'expected a step with weight after the approval, which else approves nothing',
    );
  else if (before?.weight !== 100)
    note(
      ['steps', last, before?.shadow === 0 ? 'weight' : 'shadow'],
      `the last step must be weight: 100, found ${before?.shadow === 0 ? before.weight : `shadow: ${before?.shadow}`}`,
    );
}

function checkAfter(step: TrafficStep, before: TrafficStep | undefined, index: number, note: Note): void {
  if (before === undefined) return;
  if (step.shadow > 0 && before.weight > 0)
    note(
      ['steps', index, 'shadow'],
      'a version that answers requests already is not mirrored; put this step first',
    );
  else if (step.shadow === 0 && step.weight <= before.weight)
    note(
      ['steps', index, 'weight'],
      `expected more than the ${before.weight} of the step before, found ${step.weight}`,
    );
}

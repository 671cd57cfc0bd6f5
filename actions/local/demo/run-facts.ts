import { type AnnotationRecord, allSteps, type RunRecord, type StepRecord } from '../workflow/run-record.ts';

const stepsOf = (run: RunRecord): readonly StepRecord[] => run.jobs.flatMap(({ steps }) => allSteps(steps));

/** An output of the first step that uses an action and has that output. */
export const outputOf = (run: RunRecord, action: string, output: string): string | undefined =>
  stepsOf(run).find(({ uses, outputs }) => uses.includes(action) && outputs[output] !== undefined)?.outputs[
    output
  ];

/** The same of the last step that has it. */
export const lastOutputOf = (run: RunRecord, action: string, output: string): string | undefined =>
  stepsOf(run).findLast(({ uses, outputs }) => uses.includes(action) && outputs[output] !== undefined)
    ?.outputs[output];

/** The annotations that a run put on lines of a file. */
export const annotationsOn = (run: RunRecord, file: string): readonly AnnotationRecord[] =>
  stepsOf(run)
    .flatMap(({ annotations }) => annotations)
    .filter((annotation) => annotation.file === file);

/** How a job of a run ended. */
export const jobConclusion = (run: RunRecord, id: string): string | undefined =>
  run.jobs.find((job) => job.id === id)?.conclusion;

/** `checkout` for `Run actions/checkout@<sha>`, which is what GitHub calls a step without a name. */
export const shortName = (name: string): string => name.replace(/^Run (?:[\w$.-]+\/)+([\w-]+)(@\S+)?$/, '$1');

import { evaluateTemplate, evaluateText, isTruthy, type Scope, type ValueMap } from './expression.ts';
import { expandMatrix, matrixLabel } from './matrix.ts';
import { entry } from './template.ts';
import type { JobSpec } from './workflow-file.ts';

/** One cell of a job's matrix; a job without a matrix has a single cell. */
export interface Cell {
  readonly name: string;
  readonly matrix: ValueMap;
  /** The `strategy` context. */
  readonly strategy: ValueMap;
}

export interface Strategy {
  readonly cells: readonly Cell[];
  readonly failFast: boolean;
  readonly maxParallel: number;
}

/** The cells of a job with their names. @throws ActionError for a matrix that GitHub would refuse */
export function readStrategy(spec: JobSpec, scope: Scope): Strategy {
  const matrix = entry(spec.strategy, 'matrix');
  const jobs = matrix ? expandMatrix(evaluateTemplate(matrix, scope)) : [{}];
  const failFast = entry(spec.strategy, 'fail-fast');
  const maxParallel = Number(evaluateText(entry(spec.strategy, 'max-parallel'), scope)) || jobs.length;
  const common = {
    failFast: failFast === undefined || isTruthy(evaluateTemplate(failFast, scope)),
    maxParallel: Math.max(1, maxParallel),
  };
  const cells = jobs.map((job, index) => {
    const strategy = {
      'fail-fast': common.failFast,
      'max-parallel': common.maxParallel,
      'job-index': index,
      'job-total': jobs.length,
    };
    return {
      name: cellName(spec, job, { ...scope, contexts: { ...scope.contexts, matrix: job, strategy } }),
      matrix: job,
      strategy,
    };
  });
  return { cells, ...common };
}

/** A name that is an expression tells cells apart by itself; any other gets the cell's values. */
function cellName(spec: JobSpec, matrix: ValueMap, scope: Scope): string {
  const name = evaluateText(spec.name, scope) || spec.id;
  const isPlain = spec.name?.kind !== 'expression' && Object.keys(matrix).length > 0;
  return isPlain ? `${name} ${matrixLabel(matrix)}` : name;
}

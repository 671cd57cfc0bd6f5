import type { ResourceMetric } from './metric.ts';

const common = {
  aliases: [],
  direction: 'lower',
  range: [0, Number.POSITIVE_INFINITY],
  tasks: ['binary', 'multiclass', 'regression'],
  needs: 'model',
  kind: 'resource',
} as const;

/** What a model costs. */
export const resourceMetrics: readonly ResourceMetric[] = [
  {
    ...common,
    id: 'model_size_bytes',
    title: 'Model size',
    unit: 'byte',
    definition: 'Size of all files of the model.',
  },
  {
    ...common,
    id: 'latency_ms_per_1000_rows',
    title: 'Prediction time',
    unit: 'ms',
    definition:
      'Wall time of predicting the test set in this process, for 1000 rows. Compare only figures of one machine.',
  },
];

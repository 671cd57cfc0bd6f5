import { describe, expect, test } from 'vitest';
import { TASKS } from '../../../../actions/lib/documents/metrics.ts';
import {
  defaultMetrics,
  isOfTask,
  METRICS,
  metricByName,
  metricIds,
} from '../../../../actions/lib/metrics/catalog.ts';

describe('the catalog', () => {
  test.each(TASKS)('gives each name to one metric of %s', (task) => {
    const names = METRICS.filter((metric) => isOfTask(metric, task)).flatMap(({ id, aliases }) => [
      id,
      ...aliases,
    ]);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });

  test('finds metrics by id and alias in any spelling', () => {
    expect(metricByName('ROC-AUC')?.id).toBe('roc_auc');
    expect(metricByName('mcc')?.id).toBe('matthews_corrcoef');
    expect(metricByName('nonsense')).toBeUndefined();
  });

  test('finds every metric of a task by each of its names as they are written', () => {
    const lost = TASKS.flatMap((task) =>
      METRICS.filter((metric) => isOfTask(metric, task)).flatMap((metric) =>
        [metric.id, ...metric.aliases].filter((name) => metricByName(name, task) !== metric),
      ),
    );
    expect(lost).toEqual([]);
  });

  test.each(['binary', 'multiclass', 'regression'] as const)(
    'has defaults for %s, all of that task',
    (task) => {
      const defaults = defaultMetrics(task, true);
      expect(defaults.length).toBeGreaterThan(5);
      for (const { id } of defaults) expect(metricIds(task)).toContain(id);
    },
  );

  test('leaves out what needs probabilities when there are none', () => {
    const defaults = defaultMetrics('binary', false);
    expect(defaults.map(({ needs }) => needs)).not.toContain('scores');
    expect(defaults.map(({ kind }) => kind)).not.toContain('resource');
  });

  test('says where each definition is from, in a range that makes sense', () => {
    for (const { id, definition, range, title } of METRICS) {
      expect(`${id}: ${definition}`).toMatch(/.{20,}\.$/);
      expect(title.length).toBeGreaterThan(1);
      expect(range[0]).toBeLessThan(range[1]);
    }
  });
});

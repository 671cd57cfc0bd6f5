import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseRollout } from '../../actions/lib/rollout/parse-rollout.ts';
import schema from '../../actions/lib/rollout/rollout.schema.json' with { type: 'json' };
import { readActionMetadata, root } from '../../actions/tools/repository.ts';

const pageOf = (action: string): string => readFileSync(join(root, 'actions', action, 'README.md'), 'utf8');

/** The fenced blocks of YAML on a page. */
const blocksOf = (page: string): readonly string[] =>
  [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, yaml = '']) => yaml);

const page = pageOf('promote-model');
const rollout = blocksOf(page).find((yaml) => yaml.startsWith('version: 1')) ?? '';

describe('the rollout file on the page of promote-model', () => {
  test('is one, with each kind of source, step, check and comparison', () => {
    const { analysis, steps, preflight } = parseRollout(rollout, 'README.md');
    const metrics = analysis.flatMap((one) => one.metrics);
    expect(metrics.map(({ source }) => source.type)).toEqual([
      'prometheus',
      'http-json',
      'command',
      'artifact',
    ]);
    expect(steps.map((step) => (step.kind === 'approval' ? step.kind : step.shadow || step.weight))).toEqual([
      20,
      10,
      'approval',
      100,
    ]);
    expect(preflight.map(({ kind }) => kind)).toEqual(['command', 'http']);
  });

  test('shows every key that a file may have', () => {
    for (const key of Object.keys(schema.properties)) expect(rollout).toMatch(new RegExp(`^${key}:`, 'm'));
    for (const key of Object.keys(schema.$defs.metric.properties))
      expect(page, key).toMatch(new RegExp(`\\b${key}\\b`));
  });
});

test('the page of promote-model tells of every operation, and of no other', () => {
  const { inputs } = readActionMetadata('actions/promote-model');
  const known = (inputs['operation']?.description ?? '').split(/, | or /);
  const rows = page
    .slice(page.indexOf('| operation |'), page.indexOf('## Waiting'))
    .matchAll(/^\| `([\w-]+)` \|/gm);
  expect([...rows].map(([, name]) => name).toSorted()).toEqual(known.toSorted());
});

test.each(['promote-model', 'rollback'])(
  'the workflow on the page of %s gives inputs that there are',
  (action) => {
    const [workflow = ''] = blocksOf(pageOf(action));
    const { steps } = parse(workflow);
    const { inputs } = readActionMetadata(`actions/${action}`);
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(steps[1].with)));
  },
);

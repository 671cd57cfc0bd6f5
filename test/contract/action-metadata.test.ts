import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ActionError } from '../../actions/lib/errors.ts';
import type { InputSource } from '../../actions/runtime/runtime.ts';
import { actionNames, readActionMetadata, root } from '../../actions/tools/repository.ts';

/** The runtime reads this one itself, when an action first asks for GitHub. */
const READ_BY_RUNTIME = ['github-token'];

/** The input names that an action's reader asks for. */
async function inputsRead(name: string): Promise<readonly string[]> {
  const asked = new Set<string>(READ_BY_RUNTIME);
  const source: InputSource = (input) => {
    asked.add(input);
    return undefined;
  };
  const { readInputs }: { readInputs: (source: InputSource) => unknown } = await import(
    `../../actions/${name}/inputs.ts`
  );
  try {
    readInputs(source);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
  }
  return [...asked].sort();
}

/** The output names that an action's sources set, all of them literals: `runAction` adds the verdict. */
function outputsWritten(name: string): readonly string[] {
  const folder = join(root, 'actions', name);
  const sources = readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
  const written = [...sources.matchAll(/\boutput\(\s*'([a-z-]+)'/g)].map((match) => match[1] ?? '');
  return [...new Set(['verdict', ...written])].sort();
}

describe.each(actionNames())('%s', (name) => {
  const metadata = readActionMetadata(`actions/${name}`);

  test('runs its own bundle on Node 24', () => {
    expect(metadata.runs.using).toBe('node24');
    expect(metadata.runs.main).toBe(`../../dist/${name}/index.js`);
  });

  test('declares exactly the inputs it reads', async () => {
    expect(await inputsRead(name)).toEqual(Object.keys(metadata.inputs).sort());
  });

  test('declares exactly the outputs it writes', () => {
    expect(outputsWritten(name)).toEqual(Object.keys(metadata.outputs).sort());
  });

  test('describes every input and output in words', () => {
    for (const { description } of [...Object.values(metadata.inputs), ...Object.values(metadata.outputs)]) {
      expect(description.length).toBeGreaterThan(8);
    }
  });
});

test('names that mean the same are the same in all actions', () => {
  for (const shared of [
    'output-dir',
    'artifact-name',
    'retention-days',
    'upload',
    'summary',
    'fail-on',
    'github-token',
  ]) {
    for (const name of actionNames())
      expect(readActionMetadata(`actions/${name}`).inputs).toHaveProperty([shared]);
  }
  for (const shared of ['verdict', 'report-path', 'artifact-id']) {
    for (const name of actionNames())
      expect(readActionMetadata(`actions/${name}`).outputs).toHaveProperty([shared]);
  }
});

test('the composite hands its parts only inputs they have, and reads only outputs they give', () => {
  const text = readFileSync(join(root, 'action.yml'), 'utf8');
  const steps = [
    ...text.matchAll(/- id: (\w+)[\s\S]*?uses: \$\/actions\/([a-z-]+)\n\s+with:\n((?: {8}.+\n)+)/g),
  ];
  expect(steps.map((step) => step[2])).toEqual(['validate-data', 'evaluate-model', 'gate-metrics']);
  for (const [, id = '', name = '', block = ''] of steps) {
    const { inputs, outputs } = readActionMetadata(`actions/${name}`);
    for (const [, input = ''] of block.matchAll(/^ {8}([a-z-]+):/gm))
      expect(Object.keys(inputs)).toContain(input);
    for (const [, output = ''] of text.matchAll(new RegExp(`steps\\.${id}\\.outputs\\.([a-z-]+)`, 'g'))) {
      expect(Object.keys(outputs)).toContain(output);
    }
  }
  const used = new Set([...text.matchAll(/inputs\.([a-z-]+)/g)].map((match) => match[1]));
  expect([...used].sort()).toEqual(Object.keys(readActionMetadata('.').inputs).sort());
});

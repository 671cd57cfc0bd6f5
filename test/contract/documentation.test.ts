import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CHECKS } from '../../actions/lib/checks/catalog.ts';
import { readContract } from '../../actions/lib/contract/read-contract.ts';
import { DRIFT_MEASURES } from '../../actions/lib/drift/catalog.ts';
import { actionNames, readActionMetadata, root } from '../../actions/tools/repository.ts';

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'workflows-examples/penguins/README.md',
  'workflows-examples/flights/README.md',
  'actions/validate-data/CHECKS.md',
  'actions/gate-metrics/FORMATS.md',
  ...actionNames().map((name) => `actions/${name}/README.md`),
];
const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

/** The anchors that GitHub gives to the headings of a page. */
const anchorsOf = (page: string): readonly string[] =>
  [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe.each(pages)('%s', (page) => {
  test('links to nothing that is not there', () => {
    for (const [, target = ''] of textOf(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      expect(existsSync(join(root, file)), target).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(file), target).toContain(anchor);
    }
  });
});

const validateData = textOf('actions/validate-data/README.md');

test('the contract in the page of validate-data is one, and asks for what the page says', () => {
  const [, yaml = ''] = /```yaml\n(apiVersion: [\s\S]*?)```/.exec(validateData) ?? [];
  const { tables, unchecked } = readContract(yaml, 'README.md', CHECKS);
  expect(unchecked).toEqual([]);
  const checks = tables.flatMap(({ rules }) => rules.map(({ check }) => check));
  expect([...new Set(checks)].sort()).toEqual([
    'dataType',
    'duplicateValues',
    'invalidValues',
    'nullValues',
    'rowCondition',
    'rowCount',
    'schemaMatch',
  ]);
});

test('the workflows in the page of validate-data give it inputs that it has', () => {
  const { inputs } = readActionMetadata('actions/validate-data');
  const blocks = [...validateData.matchAll(/uses: OWNER\S*validate-data@v1\n\s+with: \{(.*)\}/g)];
  expect(blocks.length).toBeGreaterThan(0);
  for (const [, given = ''] of blocks)
    for (const [, name = ''] of given.matchAll(/(?:^|, )\s*([a-z-]+):/g))
      expect(Object.keys(inputs)).toContain(name);
});

test('every check and measure of drift has its place in the page of checks', () => {
  const anchors = anchorsOf('actions/validate-data/CHECKS.md');
  for (const name of CHECKS.keys()) expect(anchors).toContain(name.toLowerCase());
  for (const { name } of DRIFT_MEASURES)
    expect(textOf('actions/validate-data/CHECKS.md')).toContain(`| \`${name}\` |`);
});

test('checks, measures and inputs that the page of validate-data names are there', () => {
  const { inputs, outputs } = readActionMetadata('actions/validate-data');
  for (const [, name = ''] of validateData.matchAll(/`((?:drift|only|max|null|row|fail|retention)-[a-z-]+)/g))
    expect([...Object.keys(inputs), ...Object.keys(outputs)]).toContain(name);
  for (const [, name = ''] of validateData.matchAll(/`([a-z]+(?:Leakage|Values|Labels|Drift))`/g))
    expect([...CHECKS.keys()]).toContain(name);
});

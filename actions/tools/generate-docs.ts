import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKS } from '../lib/checks/catalog.ts';
import { checksReference } from '../lib/checks/checks-reference.ts';
import { rulesSchema } from '../lib/contract/rules-schema.ts';
import { driftReference } from '../lib/drift/reference.ts';
import { formatsReference } from '../lib/metric-formats/formats-reference.ts';
import type { ActionMetadata } from './repository.ts';
import { actionNames, readActionMetadata, root } from './repository.ts';

/** Text as the cell of a Markdown table. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ').trim();

function defaultOf(input: ActionMetadata['inputs'][string]): string {
  if (input.required) return '**required**';
  return input.default === undefined || input.default === '' ? '' : `\`${cell(input.default)}\``;
}

function inputTable(metadata: ActionMetadata): string {
  const rows = Object.entries(metadata.inputs).map(
    ([name, input]) => `| \`${name}\` | ${cell(input.description)} | ${defaultOf(input)} |`,
  );
  return ['| input | what it is | default |', '|---|---|---|', ...rows].join('\n');
}

function outputTable(metadata: ActionMetadata): string {
  const rows = Object.entries(metadata.outputs).map(
    ([name, output]) => `| \`${name}\` | ${cell(output.description)} |`,
  );
  return ['| output | what it is |', '|---|---|', ...rows].join('\n');
}

function actionTable(): string {
  const rows = actionNames().map(
    (name) =>
      `| [\`${name}\`](actions/${name}/README.md) | ${cell(readActionMetadata(`actions/${name}`).description)} |`,
  );
  return ['| action | what it does |', '|---|---|', ...rows].join('\n');
}

/** Replaces what stands between `<!-- marker -->` and `<!-- /marker -->`. @throws Error when a marker is missing */
export function fill(markdown: string, marker: string, content: string, file: string): string {
  const [open, close] = [`<!-- ${marker} -->`, `<!-- /${marker} -->`];
  const start = markdown.indexOf(open);
  const end = markdown.indexOf(close);
  if (start < 0 || end < start) throw new Error(`${file}: needs ${open} … ${close}`);
  return `${markdown.slice(0, start + open.length)}\n${content}\n${markdown.slice(end)}`;
}

/** The page of all checks and drift measures, whole from their catalogs. */
const checksPage = (): string =>
  [
    '<!-- Written by `npm run docs` from the catalogs of checks and drift measures: change those. -->',
    checksReference().trimEnd(),
    '## Drift measures',
    'What `method` of the check `drift` and the input `drift-method` may be. The names in the last column are taken too.',
    driftReference(),
  ]
    .join('\n\n')
    .trimEnd()
    .concat('\n');

/** The page of all formats of metrics, from their catalog. */
const formatsPage = (): string =>
  [
    '<!-- Written by `npm run docs` from the catalog of formats: change that. -->',
    '# Formats of metrics',
    'What `metrics` of gate-metrics may lead to, beside the `metrics.json` of evaluate-model. `format: auto` tells a format by its content, never by its name, and refuses what two formats claim. Numbers are read as they stand, percents too. Which way a metric is better comes from the file, the catalog of metrics or the policy, never from its name.',
    formatsReference(),
    'Several files are joined: the same metric may stand in two of them with one value, and not with two. NaN, infinities and numbers too large are metrics without a value, which `on-undefined` decides on; a number in quotes is an error.',
  ]
    .join('\n\n')
    .concat('\n');

/** A file of JSON the way the formatter leaves it. @throws Error with its output when it fails */
function formattedJson(file: string, value: unknown): string {
  const formatter = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [formatter, 'format', `--stdin-file-path=${file}`],
    { cwd: root, encoding: 'utf8', input: JSON.stringify(value, null, 2), maxBuffer: 16 * 1024 * 1024 },
  );
  if (status !== 0) throw new Error(`${file}: could not be formatted\n${stderr}`);
  return stdout;
}

const CHECKS_PAGE = 'actions/validate-data/CHECKS.md';
const FORMATS_PAGE = 'actions/gate-metrics/FORMATS.md';
const RULES_SCHEMA = 'actions/lib/contract/validate-data-rules.schema.json';

/** Each generated file with the text it should have. */
function generated(): ReadonlyMap<string, string> {
  const pages = new Map([
    [CHECKS_PAGE, checksPage()],
    [FORMATS_PAGE, formatsPage()],
    [RULES_SCHEMA, formattedJson(RULES_SCHEMA, rulesSchema(CHECKS))],
  ]);
  for (const name of actionNames()) {
    const file = `actions/${name}/README.md`;
    const metadata = readActionMetadata(`actions/${name}`);
    const page = readFileSync(join(root, file), 'utf8');
    pages.set(
      file,
      fill(fill(page, 'inputs', inputTable(metadata), file), 'outputs', outputTable(metadata), file),
    );
  }
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const composite = readActionMetadata('.');
  pages.set(
    'README.md',
    [
      ['actions', actionTable()],
      ['inputs', inputTable(composite)],
      ['outputs', outputTable(composite)],
    ].reduce((page, [marker = '', content = '']) => fill(page, marker, content, 'README.md'), readme),
  );
  return pages;
}

/** `npm run docs` writes pages, tables and schema; with `--check` it only says which are out of step. */
const check = process.argv.includes('--check');
const stale = [...generated()].filter(
  ([file, text]) => !existsSync(join(root, file)) || readFileSync(join(root, file), 'utf8') !== text,
);
for (const [file, text] of stale) {
  if (check) console.error(`${file}: out of step with what it is made from; run \`npm run docs\``);
  else writeFileSync(join(root, file), text);
}
if (!check)
  console.log(
    stale.length === 0 ? 'All pages are up to date.' : `Wrote ${stale.map(([file]) => file).join(', ')}`,
  );
process.exitCode = check && stale.length > 0 ? 1 : 0;

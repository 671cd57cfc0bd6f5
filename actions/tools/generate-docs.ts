import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

/** Each generated file with the text it should have. */
function generated(): ReadonlyMap<string, string> {
  const pages = new Map<string, string>();
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

/** `npm run docs` writes the tables; with `--check` it only says which pages are out of step. */
const check = process.argv.includes('--check');
const stale = [...generated()].filter(
  ([file, text]) => !existsSync(join(root, file)) || readFileSync(join(root, file), 'utf8') !== text,
);
for (const [file, text] of stale) {
  if (check) console.error(`${file}: out of step with action.yml; run \`npm run docs\``);
  else writeFileSync(join(root, file), text);
}
if (!check)
  console.log(
    stale.length === 0 ? 'All pages are up to date.' : `Wrote ${stale.map(([file]) => file).join(', ')}`,
  );
process.exitCode = check && stale.length > 0 ? 1 : 0;

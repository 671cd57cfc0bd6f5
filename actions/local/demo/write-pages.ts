import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { DemoRecord } from './demo-record.ts';
import { demoPage } from './page/page.ts';
import { type Report, reportPage, runPage } from './page/run-page.ts';

/** Writes index.html and the pages it links into the state folder; gives the path of index.html. */
export function writePages(state: string, demo: DemoRecord): string {
  for (const run of demo.scenes.flatMap(({ runs }) => runs))
    writeFileSync(
      join(state, 'runs', `${run.id}.html`),
      runPage(run, readFileSync(join(run.folder, 'log.txt'), 'utf8')),
    );
  for (const { files } of demo.artifacts)
    for (const file of files.filter((name) => name.endsWith('.md')))
      writeFileSync(join(state, file.replace(/\.md$/, '.html')), reportPage(readReport(state, file, files)));
  const index = join(state, 'index.html');
  writeFileSync(index, demoPage(demo));
  return index;
}

function readReport(state: string, file: string, files: readonly string[]): Report {
  const folder = dirname(file);
  return {
    title: file.split('/').slice(-2).join(': '),
    markdown: readFileSync(join(state, file), 'utf8'),
    home: '../'.repeat(folder.split('/').length),
    plots: files
      .filter((name) => name.endsWith('.svg'))
      .map((name) => relative(folder, name).replaceAll('\\', '/')),
  };
}

import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { DemoRecord } from './demo-record.ts';
import { demoPage } from './page/page.ts';
import { reportPage, runPage } from './page/run-page.ts';

/** Writes index.html and the pages it links into the state folder; gives the path of index.html. */
export function writePages(state: string, demo: DemoRecord): string {
  for (const run of demo.scenes.flatMap(({ runs }) => runs))
    writeFileSync(
      join(state, 'runs', `${run.id}.html`),
      runPage(run, readFileSync(join(run.folder, 'log.txt'), 'utf8')),
    );
  for (const file of demo.artifacts.flatMap(({ files }) => files)) {
    if (!file.endsWith('.md')) continue;
    const home = `${relative(dirname(file), '.').replaceAll('\\', '/')}/index.html`;
    const page = reportPage(
      file.split('/').slice(-2).join(': '),
      readFileSync(join(state, file), 'utf8'),
      home,
    );
    writeFileSync(join(state, file.replace(/\.md$/, '.html')), page);
  }
  const index = join(state, 'index.html');
  writeFileSync(index, demoPage(demo));
  return index;
}

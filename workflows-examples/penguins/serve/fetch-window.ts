// Writes the latest labelled requests of a version to a file, to be judged:
//
//   node serve/fetch-window.ts --version 1.1.0 --rows 67 --output live/window.csv
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { ask } from './client.ts';

const { values } = parseArgs({
  options: {
    version: { type: 'string', default: '' },
    rows: { type: 'string', default: '200' },
    output: { type: 'string', default: 'live/window.csv' },
  },
});
const query = new URLSearchParams({ version: values.version, rows: values.rows });
const csv = await ask('GET', `/window.csv?${query}`);
mkdirSync(dirname(values.output), { recursive: true });
writeFileSync(values.output, csv);
console.log(
  `${values.output}: ${csv.trimEnd().split('\n').length - 1} labelled requests of ${values.version}`,
);

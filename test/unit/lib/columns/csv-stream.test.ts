import { expect, test } from 'vitest';
import { CsvStream } from '../../../../actions/lib/columns/csv-stream.ts';
import { Kernel } from '../../../../actions/lib/columns/kernel.ts';
import { TableScan } from '../../../../actions/lib/columns/table-scan.ts';
import { readKernels } from '../../../../actions/tools/kernels.ts';

const kernels = new WebAssembly.Module(readKernels());

/** Reads a text that comes in chunks; gives its rows and how its lines ended. */
function readStream(text: string, chunk: number) {
  const kernel = new Kernel(kernels);
  const columns = ['a', 'b'].map((name) => ({ name, type: 'string' as const, declared: true }));
  const scan = new TableScan(kernel, { columns, nullTexts: [], keys: [], profileCapacity: 0 }, () => {});
  const file = { index: 0, name: 'x.csv', format: 'csv' as const, columns: ['a', 'b'] };
  scan.openFile(file);
  const consumer = { openFile() {}, batch() {}, closeFile() {} };
  const stream = new CsvStream(kernel, scan, consumer, file, { delimiter: ',', dataStart: 'a,b\n'.length });
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += chunk) stream.push(bytes.subarray(at, at + chunk));
  stream.end();
  return { rows: scan.rows, ...stream.lineEnds };
}

/** Rows of odd lengths, so that windows end inside of cells, quotes and pairs. */
const table = (cell: string, end: string) =>
  `a,b\n${Array.from({ length: 60_000 }, (_, at) => `${'x'.repeat(at % 61)},"p${cell}q"${end}`).join('')}`;

test.each([
  ['returns inside of quotes', table('\r', '\n'), { lineFeeds: 60_001, pairs: 0, bareReturns: 60_000 }],
  ['rows that end with a return', table('', '\r'), { lineFeeds: 1, pairs: 0, bareReturns: 60_000 }],
  ['pairs', table('\n', '\r\n'), { lineFeeds: 60_001, pairs: 60_000, bareReturns: 0 }],
])('line ends are counted once, whatever the windows: %s', (_, text, ends) => {
  for (const chunk of [1_000_003, 65_536, 1 << 22])
    expect(readStream(text, chunk)).toEqual({ rows: 60_000, ...ends });
});

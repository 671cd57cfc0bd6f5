// node limits.mjs NAME FILE: what Node cannot do faster: the physical limits that stand beside the benchmark's table.

import { createReadStream, openSync, readSync } from 'node:fs';
import { createGunzip } from 'node:zlib';

const MEBIBYTE = 1 << 20;
const [name, file = ''] = process.argv.slice(2);

/** Runs over a file block by block, the block always in the same buffer. */
function blocks(use) {
  const descriptor = openSync(file);
  const block = Buffer.allocUnsafe(MEBIBYTE);
  for (let read = readSync(descriptor, block); read > 0; read = readSync(descriptor, block))
    use(block.subarray(0, read));
}

let found = 0;
let quoted = false;
const countNewlines = (block) => {
  for (let at = block.indexOf(10); at >= 0; at = block.indexOf(10, at + 1)) found += 1;
};
const loopNewlines = (block) => {
  for (let at = 0; at < block.length; at += 1) if (block[at] === 10) found += 1;
};
const loopCells = (block) => {
  for (let at = 0; at < block.length; at += 1) {
    const byte = block[at];
    if (byte === 34) quoted = !quoted;
    else if (!quoted && (byte === 44 || byte === 10)) found += 1;
  }
};
const drain = async (stream) => {
  for await (const block of stream) found += block.length;
};

const LIMITS = {
  'read-sync': () => blocks((block) => (found += block.length)),
  'read-stream': () => drain(createReadStream(file, { highWaterMark: MEBIBYTE })),
  'newline-scan': () => blocks(countNewlines),
  'newline-loop': () => blocks(loopNewlines),
  'cell-loop': () => blocks(loopCells),
  gunzip: () =>
    drain(createReadStream(file, { highWaterMark: 1 << 18 }).pipe(createGunzip({ chunkSize: 1 << 18 }))),
};
await LIMITS[name]();
console.log(found);

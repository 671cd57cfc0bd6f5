// node json-parse.mjs FILE: JSON.parse of every line and nothing else, the floor of a reader that makes row objects.

import { openSync, readSync } from 'node:fs';

const [file = ''] = process.argv.slice(2);
const descriptor = openSync(file);
const block = Buffer.allocUnsafe(4 << 20);
let kept = 0;
let rows = 0;
for (;;) {
  const read = readSync(descriptor, block, kept, block.length - kept, null);
  if (read === 0) break;
  const data = block.subarray(0, kept + read);
  let from = 0;
  for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10, from)) {
    JSON.parse(data.utf8Slice(from, end));
    rows += 1;
    from = end + 1;
  }
  block.copyWithin(0, from, data.length);
  kept = data.length - from;
}
console.log(rows);

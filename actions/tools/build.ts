import { join } from 'node:path';
import { bundleAll, compile, describeSizes, overBudget } from './bundle.ts';
import { actionNames, root } from './repository.ts';

/** `npm run build`: compiles the sources and writes one bundle per action to `dist/`. */
const started = Date.now();
await compile();
const sizes = await bundleAll(actionNames(), (name) => join(root, 'dist', name));
console.log(
  `Built ${sizes.length} bundles in ${((Date.now() - started) / 1000).toFixed(0)} s\n${describeSizes(sizes)}`,
);
const problems = overBudget(sizes);
for (const problem of problems) console.error(`Over budget: ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;

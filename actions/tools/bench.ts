import { BENCHMARKS } from './bench/catalog.ts';

/**
 * `npm run bench -- [name …] [--flag …]`: runs benchmarks by name, all of them without one. Measured for people, never
 * asserted in a timed test.
 */
const given = process.argv.slice(2);
const flags = given.filter((argument) => argument.startsWith('--'));
const names = given.filter((argument) => !argument.startsWith('--'));

for (const name of names.length > 0 ? names : Object.keys(BENCHMARKS)) {
  const run = BENCHMARKS[name];
  if (run === undefined)
    throw new Error(`There is no benchmark "${name}"; there are ${Object.keys(BENCHMARKS).join(', ')}.`);
  await run(flags);
}

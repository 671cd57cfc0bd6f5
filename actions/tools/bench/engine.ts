import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { CHECKS } from '../../lib/checks/catalog.ts';
import { finishRun } from '../../lib/checks/finish-run.ts';
import { planRules } from '../../lib/checks/plan-rules.ts';
import { readContract } from '../../lib/contract/read-contract.ts';
import { standardRules } from '../../lib/contract/standard-rules.ts';
import { withCompiler } from '../../lib/schema/schema-compiler.ts';
import { loadKernels } from '../../runtime/scan/kernel-module.ts';
import { keySource, keysFor } from '../../runtime/scan/key-source.ts';
import { planFile } from '../../runtime/scan/plan-file.ts';
import { mergeChecks } from '../../runtime/scan/read-part.ts';
import { scanTable } from '../../runtime/scan/scan-table.ts';
import { evidenceOf, mergeColumns, type ReadTable } from '../../runtime/scan/table-parts.ts';
import { ThreadPool } from '../../runtime/scan/thread-pool.ts';

/**
 * The engine in a process of its own, for the benchmark: reads a file, holds it to the contract, profiles it, and
 * prints how many findings each check has. What the action does besides (digests, documents, reports) is left out,
 * as it is of the peers.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: 'string', default: '0' },
    'no-profile': { type: 'boolean', default: false },
    contract: { type: 'string', default: join(dirname(process.argv[1] ?? ''), 'contract.odcs.yaml') },
  },
});
const [path = ''] = positionals;
const folder = dirname(process.argv[1] ?? '');
const kernels = loadKernels(folder);
const threads = Number(values.threads);
const pool = new ThreadPool(kernels, folder);
pool.warm(threads - (threads > 1 && path.endsWith('.gz') ? 0 : 1));
const contract = await withCompiler(() =>
  readContract(readFileSync(values.contract, 'utf8'), values.contract, CHECKS),
);
const [table] = contract.tables;
if (table === undefined) throw new Error('the contract has no table');
const { spec, nullTexts } = table;
const rules = [...standardRules(table.rules), ...table.rules];
const plans = planRules(rules, spec);
const keys = keysFor(plans.flatMap(({ work }) => (work.kind === 'keys' ? work.keys : [])));
const file = await planFile(
  { index: 0, name: path, path },
  { format: 'auto', encoding: 'auto', nullTexts, declared: spec.columns.map(({ name }) => name) },
  kernels,
);
const maxFindings = 100;
const profile = !values['no-profile'];
const options = {
  kernels,
  folder,
  ...(threads > 0 && { threads }),
  signal: new AbortController().signal,
  beat: () => {},
  pool,
};
const scanned = await scanTable(
  { files: [file], spec, rules, keys, nullTexts, maxFindings, profile },
  options,
);
const columns = mergeColumns(
  scanned.parts.map((part, at) => ({ name: `thread ${at}`, rows: part.rows, columns: part.columns })),
);
const checks = mergeChecks(scanned, { spec, rules, maxFindings });
const read: ReadTable = {
  spec,
  rules,
  keys,
  parts: [{ split: undefined, ...columns, files: [], checks, scanned }],
};
const evidence = evidenceOf(read.parts);
const outcome = await finishRun(plans, checks, {
  maxFindings,
  evidence: { table: evidence, splits: new Map(), tables: new Map(), baseline: undefined, now: 0 },
  classified: new Set(),
  keys: keySource(kernels, read, [read]),
});
const failed = outcome.checks.filter(({ findings }) => findings > 0);
console.log(
  `${evidence.rows} rows; ${failed.map(({ field, check, findings }) => `${field ?? ''} ${check} ${findings}`).join(', ')}`,
);
process.exit(0);

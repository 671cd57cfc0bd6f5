import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kernel } from '../../lib/columns/kernel.ts';
import { jensenShannon } from '../../lib/drift/jensen-shannon.ts';
import { ksStatistic } from '../../lib/drift/kolmogorov-smirnov.ts';
import { type NumberPair, pairOfProfiles, pairOfSorted } from '../../lib/drift/number-pair.ts';
import { populationStability } from '../../lib/drift/population-stability.ts';
import { quantileCells } from '../../lib/drift/quantile-cells.ts';
import { wasserstein } from '../../lib/drift/wasserstein.ts';
import { loadKernels } from '../../runtime/scan/kernel-module.ts';
import { root } from '../repository.ts';
import { numberProfile } from './drift-profiles.ts';

/**
 * Our side of the drift benchmark: `node drift-engine.ts FOLDER exact|profiles` reads the pairs of columns that the
 * peer left as raw doubles (<name>.a.f64, <name>.b.f64) and prints milliseconds (median of 5, in this process) and
 * values. `exact` sorts and compares all numbers; `profiles` compares two profiles that are there already.
 */
const [folder = '', way = 'exact'] = process.argv.slice(2);
const ROUNDS = 5;

const kernel = way === 'exact' ? new Kernel(loadKernels(join(root, 'build'))) : undefined;

function readDoubles(file: string): Float64Array {
  const bytes = readFileSync(join(folder, file));
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

/** Sorts by the kernels' radix sort, in their memory. */
function sorted(values: Float64Array, kernel: Kernel): Float64Array {
  const at = kernel.alloc(values.length * 8);
  const other = kernel.alloc(values.length * 8);
  kernel.doubles.set(values, at >> 3);
  kernel.run.sortDoubles(at, other, values.length);
  const result = kernel.doubles.slice(at >> 3, (at >> 3) + values.length);
  kernel.run.release(other);
  kernel.run.release(at);
  return result;
}

function measure(pair: NumberPair) {
  const cells = quantileCells(pair);
  return {
    ks: ksStatistic(pair).statistic,
    wasserstein: wasserstein(pair).distance,
    psi: populationStability(cells),
    jensenShannon: jensenShannon(cells),
  };
}

function pairing(a: Float64Array, b: Float64Array): () => NumberPair {
  if (kernel !== undefined) return () => pairOfSorted(sorted(a, kernel), sorted(b, kernel));
  const [reference, current] = [numberProfile(a), numberProfile(b)];
  return () => {
    const pair = pairOfProfiles(reference, current);
    if (pair === undefined) throw new Error('both profiles hold numbers');
    return pair;
  };
}

const results: Record<string, { readonly ms: number; readonly values: Record<string, number> }> = {};
for (const file of readdirSync(folder).filter((name) => name.endsWith('.a.f64'))) {
  const name = file.replace('.a.f64', '');
  const pair = pairing(readDoubles(file), readDoubles(`${name}.b.f64`));
  const rounds = Array.from({ length: ROUNDS }, () => {
    const started = performance.now();
    const values = measure(pair());
    return { ms: performance.now() - started, values };
  });
  const [middle] = rounds.toSorted((a, b) => a.ms - b.ms).slice(ROUNDS >> 1);
  if (middle) results[name.replaceAll('-', ' ')] = middle;
}
console.log(JSON.stringify(results));

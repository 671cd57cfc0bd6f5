import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Kernel } from '../../../../actions/lib/columns/kernel.ts';
import { sketchState } from '../../../../actions/lib/columns/sketch-state.ts';
import { buildKernels, readKernels } from '../../../../actions/tools/kernels.ts';
import { numberState } from '../../../support/column-states.ts';

await buildKernels();
const kernel = new Kernel(new WebAssembly.Module(new Uint8Array(readKernels())));

/** What the engine remembers of numbers that come in batches. */
function sketched(batches: readonly (readonly number[])[], capacity: number) {
  const sketch = kernel.run.newNumberSketch(capacity);
  for (const batch of batches) {
    const at = kernel.alloc(batch.length * 8);
    kernel.doubles.set(batch, at >> 3);
    kernel.run.addNumbers(sketch, at, batch.length);
    kernel.run.release(at);
  }
  return sketchState(kernel, sketch);
}

const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e150, max: 1e150 });
const KINDS: readonly (readonly [name: string, fc.Arbitrary<number>, capacities: readonly number[]])[] = [
  ['few whole numbers', fc.integer({ min: -9, max: 9 }), [8, 64, 4096]],
  ['far from zero', fc.integer({ min: 0, max: 9_999 }).map((x) => 1.7e9 + x / 8), [8, 64, 4096]],
  [
    'zeros of both signs and tiny numbers',
    fc.constantFrom(0, -0, 5e-324, -5e-324, 1e-310, -1e-310, 1),
    [4, 64],
  ],
  ['any doubles', finite, [4, 8, 512, 4096]],
];

test.each(KINDS)('the engine builds the states that merging expects: %s', (_, value, capacities) => {
  fc.assert(
    fc.property(
      fc.array(fc.array(value, { minLength: 1, maxLength: 60 }), { minLength: 1, maxLength: 4 }),
      fc.constantFrom(...capacities),
      (batches, capacity) => {
        const { mean, squares, ...found } = sketched(batches, capacity);
        const { mean: meant, squares: squaresMeant, ...expected } = numberState(batches.flat(), capacity);
        expect(found).toEqual({ ...expected, min: expected.min || 0, max: expected.max || 0 });
        const scale = Math.max(Math.abs(expected.min), Math.abs(expected.max));
        expect(Math.abs(mean - meant)).toBeLessThanOrEqual(1e-13 * scale + 1e-300);
        expect(Math.abs(squares - squaresMeant)).toBeLessThanOrEqual(1e-11 * scale ** 2 + 1e-300);
      },
    ),
    { numRuns: 80 },
  );
});

test('many numbers, cut on while they come', () => {
  const values = Array.from({ length: 30_000 }, (_, index) => Math.sin(index) * 1e4 + index / 7);
  const batches = Array.from({ length: 4 }, (_, part) => values.slice(part * 7_500, (part + 1) * 7_500));
  const found = sketched(batches, 4096);
  const expected = numberState(values, 4096);
  expect({ ...found, mean: 0, squares: 0 }).toEqual({ ...expected, mean: 0, squares: 0 });
});

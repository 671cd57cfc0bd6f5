import { expect, test } from 'vitest';
import { ActionError } from '../../../../actions/lib/errors.ts';
import { joinMetrics } from '../../../../actions/lib/metric-formats/join-metrics.ts';
import { readSource } from '../../../../actions/lib/metric-formats/read-source.ts';
import { formatsOf, recognise } from '../../../../actions/lib/metric-formats/recognise.ts';
import { seededRandom } from '../../../../actions/lib/stats/random.ts';
import { FILE_SAMPLES, fileFormatNamed, readAs, sampleText } from '../../../support/metric-samples.ts';
import { mutate } from '../../../support/mutate.ts';

const RUNS = 30;
const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Reads a text by its shape and, whatever that is, in the format it once was of. */
async function readBoth(text: string, format: string): Promise<void> {
  const named = fileFormatNamed(format);
  const options = { choice: undefined, beside: [] };
  for (const read of [
    async () => {
      const source = await readSource(text, 'm');
      formatsOf(source);
      joinMetrics(recognise(source, 'm').read(source, options).metrics);
    },
    async () => joinMetrics(named.read(await readSource(text, 'm', named.source), options).metrics),
  ])
    await read().catch((error: unknown) => {
      if (!(error instanceof ActionError)) throw error;
    });
}

test.each(FILE_SAMPLES)(
  'damaged copies of $path are read or refused, never a crash',
  async ({ path, format }) => {
    const bytes = encoder.encode(sampleText(path));
    const random = seededRandom(path.length);
    for (let run = 0; run < RUNS; run += 1) {
      let damaged = mutate(bytes, random);
      if (run % 3 === 0 && damaged.bytes.length > 8) damaged = mutate(damaged.bytes, random);
      const text = decoder.decode(damaged.bytes);
      await readBoth(text, format).catch((error: unknown) => {
        throw new Error(`${damaged.how}: ${JSON.stringify(text.slice(0, 2000))}`, { cause: error });
      });
    }
  },
);

/** What may stand anywhere in a document that is JSON but not what was promised. */
const VALUES: readonly unknown[] = [null, true, '', 'x', 0, -1, 1e308, [], [[]], {}, { a: {} }, [{}], [null]];

/** A copy in which the value at the n-th place is another one; `undefined` when there are fewer places. */
function replaced(root: unknown, place: number, value: unknown): unknown {
  let count = -1;
  const visit = (node: unknown): unknown => {
    count += 1;
    if (count === place) return value;
    if (Array.isArray(node)) return node.map(visit);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, member]) => [key, visit(member)]));
  };
  const copy = visit(root);
  return count < place ? undefined : copy;
}

const JSON_SAMPLES = FILE_SAMPLES.filter(({ path }) => path.endsWith('.json'));

test.each(JSON_SAMPLES)(
  '$path with any value in the place of another is read or refused',
  async ({ path, format }) => {
    const root: unknown = JSON.parse(sampleText(path));
    const random = seededRandom(7);
    for (let place = 0; place < 80; place += 1) {
      const copy = replaced(root, place, VALUES[random.integer(VALUES.length)]);
      if (copy === undefined) break;
      await readBoth(JSON.stringify(copy), format);
    }
  },
);

test('every sample read as every format of its kind is read or refused', async () => {
  const formats = new Set(FILE_SAMPLES.map(({ format }) => format));
  for (const { path } of FILE_SAMPLES) for (const format of formats) await readBoth(sampleText(path), format);
  expect(formats.size).toBeGreaterThan(20);
});

test.each(FILE_SAMPLES)(
  '$path with NaN or 1e400 in the place of a number is read or refused',
  async ({ path, format }) => {
    const text = sampleText(path);
    const numbers = [...text.matchAll(/(?<=[:[,;\t ])-?\d+(\.\d+)?(?=[,;\s\]}])/g)];
    for (const [index, found] of numbers.slice(0, 60).entries()) {
      const value = index % 2 === 0 ? 'NaN' : '1e400';
      await readBoth(
        `${text.slice(0, found.index)}${value}${text.slice(found.index + found[0].length)}`,
        format,
      );
    }
    await readBoth(text.replace(/(?<=[:[,;\t ])-?\d+(\.\d+)?(?=[,;\s\]}])/g, 'NaN'), format);
  },
);

test('names that every object has are names like any other', async () => {
  const history = {
    lastUpdate: 1,
    entries: { a: [{ tool: 'constructor', benches: [{ name: 'x', unit: 's', value: 1 }] }] },
  };
  const { entries } = await readAs('github-action-benchmark-history', JSON.stringify(history));
  expect(entries[0]?.direction).toBeUndefined();
});

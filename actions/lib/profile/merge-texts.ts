import { TEXT_BYTES } from './capacity.ts';
import type { TextState } from './column-state.ts';
import { hashText } from './hash.ts';
import { addHash, joinRegisters, REGISTERS } from './registers.ts';
import { compareUtf8, utf8Length } from './text-order.ts';

type Texts = NonNullable<TextState['values']>;

/** The state of both parts together; equal to the state of all texts read at once. */
export function mergeTexts(a: TextState, b: TextState): TextState {
  const capacity = Math.min(a.capacity, b.capacity);
  const filled = [a, b].filter(({ count }) => count > 0);
  const seen = filled.length > 0 ? filled : [a]; // without any text there are no lengths to compare
  const values = a.values && b.values && withinLimits(joinTexts(a.values, b.values), capacity);
  return {
    count: a.count + b.count,
    minLength: Math.min(...seen.map(({ minLength }) => minLength)),
    maxLength: Math.max(...seen.map(({ maxLength }) => maxLength)),
    totalLength: a.totalLength + b.totalLength,
    capacity,
    ...(values ? { values } : { registers: joinRegisters(registersOf(a), registersOf(b)) }),
  };
}

function withinLimits(values: Texts, capacity: number): Texts | undefined {
  if (values.texts.length > capacity) return undefined;
  let bytes = 0;
  for (const text of values.texts) bytes += utf8Length(text);
  return bytes <= TEXT_BYTES ? values : undefined;
}

function joinTexts(a: Texts, b: Texts): Texts {
  const texts: string[] = [];
  const counts: number[] = [];
  let i = 0;
  let j = 0;
  while (i < a.texts.length || j < b.texts.length) {
    const order = compare(a.texts[i], b.texts[j]);
    texts.push((order <= 0 ? a.texts[i] : b.texts[j]) ?? '');
    counts.push((order <= 0 ? (a.counts[i] ?? 0) : 0) + (order >= 0 ? (b.counts[j] ?? 0) : 0));
    if (order <= 0) i += 1;
    if (order >= 0) j += 1;
  }
  return { texts, counts };
}

function compare(a: string | undefined, b: string | undefined): number {
  if (a === undefined) return 1;
  return b === undefined ? -1 : compareUtf8(a, b);
}

function registersOf({ registers, values }: TextState): Uint8Array {
  if (registers !== undefined) return registers;
  const built = new Uint8Array(REGISTERS);
  for (const text of values?.texts ?? []) addHash(built, hashText(text));
  return built;
}

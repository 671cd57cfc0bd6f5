import type { ModelContent } from './content.ts';
import { placeOf, quoted, type ScanContext, type Scanner, Unreadable } from './scan-context.ts';
import { parseModelJson } from './scan-json-models.ts';

/** Source: the format's description in huggingface/safetensors, README.md. */
const HEADER_BYTES = 100_000_000;
const LENGTH_BYTES = 8;

/** Bits of one value, by the names of types. Source: safetensors/src/tensor.rs, 0.8. */
const TYPE_BITS: Readonly<Record<string, number>> = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  I64: 64,
  U64: 64,
  F64: 64,
};

interface Tensor {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** The length of the header, when a content begins like safetensors. */
export function safetensorsHeader(head: Uint8Array, size: number): number | undefined {
  if (head.length < LENGTH_BYTES + 1 || head[LENGTH_BYTES] !== 0x7b) return undefined;
  const length = Number(new DataView(head.buffer, head.byteOffset).getBigUint64(0, true));
  // A sane length, or at least one that is meant as a length: four of its bytes are zero.
  return length <= size || head.subarray(4, LENGTH_BYTES).every((byte) => byte === 0) ? length : undefined;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

function readTensor(name: string, value: unknown): Tensor {
  const { dtype, shape, data_offsets: offsets } = isObject(value) ? value : {};
  const bits = typeof dtype === 'string' ? TYPE_BITS[dtype] : undefined;
  const [start, end, ...more]: readonly unknown[] = Array.isArray(offsets) ? offsets : [];
  if (
    bits === undefined ||
    !Array.isArray(shape) ||
    !shape.every(isCount) ||
    !isCount(start) ||
    !isCount(end) ||
    more.length > 0
  )
    throw new Unreadable(
      'malformed',
      `the tensor ${quoted(name)} has no sound dtype, shape and data_offsets`,
    );
  const wanted = (shape.reduce((product, side) => product * side, 1) * bits) / 8;
  if (end < start || end - start !== wanted)
    throw new Unreadable(
      'malformed',
      `the tensor ${quoted(name)} takes ${end - start} bytes, but its shape ${wanted}`,
    );
  return { name, start, end };
}

/** Tensors lie one after the other and fill the file. */
function judgeLayout(tensors: readonly Tensor[], size: number): void {
  let at = 0;
  for (const { name, start, end } of tensors.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (start !== at)
      throw new Unreadable('malformed', `the tensor ${quoted(name)} begins at ${start} and not at ${at}`);
    at = end;
  }
  if (at > size)
    throw new Unreadable('truncated', `the tensors take ${at} bytes, the file has ${size} for them`);
  if (at < size) throw new Unreadable('hidden-bytes', `${size - at} bytes behind the tensors`);
}

function judgeMetadata(metadata: unknown, { report, path }: ScanContext): void {
  if (metadata === undefined) return;
  if (!isObject(metadata) || Object.values(metadata).some((value) => typeof value !== 'string'))
    report.problem('malformed', path, '__metadata__ may hold texts only');
}

async function readHeader(
  content: ModelContent,
): Promise<{ readonly header: string; readonly data: number }> {
  const length = safetensorsHeader(await content.read(0, LENGTH_BYTES + 1), content.size) ?? 0;
  if (length > HEADER_BYTES)
    throw new Unreadable('malformed', `a header of ${length} bytes, at most ${HEADER_BYTES} are permitted`);
  if (LENGTH_BYTES + length > content.size)
    throw new Unreadable('truncated', `a header of ${length} bytes in a file of ${content.size}`);
  const bytes = await content.read(LENGTH_BYTES, LENGTH_BYTES + length);
  return { header: new TextDecoder().decode(bytes), data: content.size - LENGTH_BYTES - length };
}

/** Weights with a header of JSON; nothing in it can run. The header is held to the format's rules. */
export const scanSafetensors: Scanner = async (content, context) => {
  const { header, data } = await readHeader(content);
  const value = parseModelJson(header, placeOf(context.path, LENGTH_BYTES));
  if (!isObject(value)) throw new Unreadable('malformed', 'a header that is no object');
  const { __metadata__: metadata, ...tensors } = value;
  judgeMetadata(metadata, context);
  judgeLayout(
    Object.entries(tensors).map(([name, tensor]) => readTensor(name, tensor)),
    data,
  );
  return undefined;
};

/** A value of Thrift's compact protocol. */
type Thrift =
  | { readonly i32: number }
  | { readonly i64: bigint }
  | { readonly text: string }
  | { readonly list: readonly Thrift[] }
  | Struct;
type Struct = { readonly fields: Readonly<Record<number, Thrift | undefined>> };

export const i32 = (value: number): Thrift => ({ i32: value });
export const i64 = (value: number | bigint): Thrift => ({ i64: BigInt(value) });
export const text = (value: string): Thrift => ({ text: value });
export const list = (...members: Thrift[]): Thrift => ({ list: members });
export const struct = (fields: Struct['fields']): Struct => ({ fields });

const typeOf = (value: Thrift): number =>
  'i32' in value ? 5 : 'i64' in value ? 6 : 'text' in value ? 8 : 'list' in value ? 9 : 12;

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return [...bytes, Number(rest)];
}
const zigzag = (value: bigint): number[] => varint((value << 1n) ^ (value >> 63n));

/** The bytes of a value. */
export function thrift(value: Thrift): number[] {
  if ('i32' in value) return zigzag(BigInt(value.i32));
  if ('i64' in value) return zigzag(value.i64);
  if ('text' in value) {
    const bytes = new TextEncoder().encode(value.text);
    return [...varint(BigInt(bytes.length)), ...bytes];
  }
  if ('list' in value) {
    const type = value.list[0] === undefined ? 12 : typeOf(value.list[0]);
    const out = [0xf0 | type, ...varint(BigInt(value.list.length))];
    for (const member of value.list) for (const byte of thrift(member)) out.push(byte);
    return out;
  }
  const fields = Object.entries(value.fields).filter(
    (entry): entry is [string, Thrift] => entry[1] !== undefined,
  );
  return [...fields.flatMap(([id, member]) => [typeOf(member), ...zigzag(BigInt(id)), ...thrift(member)]), 0];
}

/** A file of one column "n" of INT32 and one page; everything can be told otherwise. */
export interface OneColumn {
  readonly values?: number;
  readonly rows?: number | bigint;
  readonly body?: readonly number[];
  readonly unpacked?: number;
  readonly packed?: number;
  readonly codec?: number;
  readonly encoding?: number;
  readonly levels?: number;
  readonly repetition?: number;
  readonly physical?: number;
  readonly header?: Struct;
  readonly schema?: readonly Struct[];
  readonly columnExtra?: Struct['fields'];
  readonly chunk?: Struct['fields'];
  readonly footer?: Struct['fields'];
  readonly groups?: number;
}

export const int32s = (...values: number[]): number[] => [...new Uint8Array(Int32Array.from(values).buffer)];

export function writeParquet(options: OneColumn): Uint8Array {
  const { values = 3, body = int32s(1, 2, 3), codec = 0, physical = 1, repetition = 0 } = options;
  const header = thrift(
    options.header ??
      struct({
        1: i32(0),
        2: i32(options.unpacked ?? body.length),
        3: i32(options.packed ?? body.length),
        5: struct({ 1: i32(values), 2: i32(options.encoding ?? 0), 3: i32(options.levels ?? 3), 4: i32(3) }),
      }),
  );
  const stored = header.length + body.length;
  const meta = struct({
    1: i32(physical),
    2: list(i32(0)),
    3: list(text('n')),
    4: i32(codec),
    5: i64(options.rows ?? values),
    6: i64(stored),
    7: i64(stored),
    9: i64(4),
    ...options.columnExtra,
  });
  const rows = i64(options.rows ?? values);
  const group = struct({
    1: list(struct({ 2: i64(4), 3: meta, ...options.chunk })),
    2: i64(stored),
    3: rows,
  });
  const schema = options.schema ?? [
    struct({ 4: text('schema'), 5: i32(1) }),
    struct({ 1: i32(physical), 3: i32(repetition), 4: text('n') }),
  ];
  const groups = Array.from({ length: options.groups ?? 1 }, () => group);
  const footer = thrift(
    struct({ 1: i32(1), 2: list(...schema), 3: rows, 4: list(...groups), ...options.footer }),
  );
  return Uint8Array.from([
    ...[80, 65, 82, 49],
    ...header,
    ...body,
    ...footer,
    ...int32s(footer.length),
    ...[80, 65, 82, 49],
  ]);
}

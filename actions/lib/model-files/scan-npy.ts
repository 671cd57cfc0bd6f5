import { ByteCursor } from './byte-cursor.ts';
import { contentPart, type ModelContent } from './content.ts';
import { placeOf, type ScanContext, type Scanner, Unreadable } from './scan-context.ts';
import { scanPickle } from './scan-pickle.ts';

const MAGIC_BYTES = 6;
const HEADER_BYTES = 1024 * 1024;
const UNICODE_BYTES = 4;
const ARRAYS_IN_A_ROW = 10_000;
const LATIN1 = new TextDecoder('latin1');

interface NpyHeader {
  readonly hasObjects: boolean;
  /** Bytes of the array; `undefined` when the type is not understood. */
  readonly bytes: number | undefined;
}

/** Bytes of an element by the type's text, such as `<f8`; `undefined` for structures and unknown types. */
function itemSize(descr: string): number | undefined {
  const match = /^'[<>|=]?([?biufcmMSUaVB])(\d*)(?:\[[^\]]*\])?'$/.exec(descr);
  if (!match) return undefined;
  const size = match[2] === '' ? 1 : Number(match[2]);
  return match[1] === 'U' ? size * UNICODE_BYTES : size;
}

/** The sizes of a structure's fields, `[('a', '<f8'), ('b', '<i4', (2,))]`, added up. */
function structureSize(descr: string): number | undefined {
  const fields = [
    ...descr.matchAll(/\(\s*(?:'[^']*'|\([^)]*\))\s*,\s*('[^']*')\s*(?:,\s*\(([^)]*)\)\s*)?\)/g),
  ];
  if (fields.length === 0 || fields.length !== (descr.match(/\(\s*['(]/g) ?? []).length) return undefined;
  return fields.reduce<number | undefined>((sum, [, type = '', shape]) => {
    const size = itemSize(type);
    const sides = shape === undefined ? 1 : product(shape);
    return sum === undefined || size === undefined || sides === undefined ? undefined : sum + size * sides;
  }, 0);
}

function product(shape: string): number | undefined {
  const sides = shape
    .split(',')
    .map((side) => side.trim())
    .filter((side) => side !== '');
  return sides.every((side) => /^\d+L?$/.test(side))
    ? sides.reduce((value, side) => value * Number.parseInt(side, 10), 1)
    : undefined;
}

/** The header is a literal of Python with three keys. Source: numpy.lib.format, versions 1.0 to 3.0. */
function parseHeader(text: string, at: number): NpyHeader {
  const descr = /'descr'\s*:\s*('[^']*'|\[.*\])\s*,\s*'fortran_order'/s.exec(text)?.[1];
  const shape = /'shape'\s*:\s*\(([^)]*)\)/.exec(text)?.[1];
  const sides = shape === undefined ? undefined : product(shape);
  if (!text.trimStart().startsWith('{') || descr === undefined || sides === undefined)
    throw new Unreadable('malformed', 'expected a header with descr, fortran_order and shape', at);
  const size = descr.startsWith('[') ? structureSize(descr) : itemSize(descr);
  const bytes = size === undefined ? undefined : size * sides;
  if (bytes !== undefined && !Number.isSafeInteger(bytes))
    throw new Unreadable('malformed', 'a shape of more bytes than any file can hold', at);
  return { hasObjects: /'[<>|=]?(O\d*|object\w*)'/.test(descr), bytes };
}

async function readHeader(cursor: ByteCursor): Promise<NpyHeader> {
  const at = cursor.position;
  await cursor.fill(MAGIC_BYTES + 6);
  cursor.skip(MAGIC_BYTES);
  const version = cursor.uint8();
  cursor.skip(1);
  if (version < 1 || version > 3)
    throw new Unreadable('malformed', `version ${version} of the .npy format`, at);
  const length = version === 1 ? cursor.uint16() : cursor.uint32();
  if (length > HEADER_BYTES) throw new Unreadable('limit', `a header of ${length} bytes`, at);
  return parseHeader(LATIN1.decode(await cursor.bytes(length)), at);
}

async function isArray(cursor: ByteCursor): Promise<boolean> {
  await cursor.fill(MAGIC_BYTES);
  return LATIN1.decode(cursor.peek(MAGIC_BYTES)) === '\x93NUMPY';
}

async function scanArray(cursor: ByteCursor, content: ModelContent, context: ScanContext): Promise<void> {
  const { hasObjects, bytes } = await readHeader(cursor);
  const start = cursor.position;
  if (hasObjects) {
    context.report.detail(
      `${context.path === '' ? '' : `${context.path}: `}an array of objects, which is a pickle`,
    );
    await scanPickle(contentPart(content, content.name, start, content.size), context);
    cursor.skip(cursor.remaining);
    return;
  }
  if (bytes === undefined) throw new Unreadable('malformed', 'a type whose size is not understood', start);
  cursor.skip(bytes);
}

/** Arrays of NumPy: only those of objects hold a pickle, the others are bytes. */
export const scanNpy: Scanner = async (content, context) => {
  const cursor = new ByteCursor(content);
  for (let arrays = 0; cursor.remaining > 0; arrays++) {
    if (arrays > 0 && !(await isArray(cursor))) {
      const message = `${cursor.remaining} bytes follow the end of the array`;
      context.report.problem('hidden-bytes', placeOf(context.path, cursor.position), message);
      break;
    }
    if (arrays >= ARRAYS_IN_A_ROW)
      throw new Unreadable('limit', `more than ${ARRAYS_IN_A_ROW} arrays in a row`);
    await scanArray(cursor, content, context);
  }
  return undefined;
};

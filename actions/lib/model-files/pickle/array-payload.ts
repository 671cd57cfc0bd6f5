import { type MadeValue, numberOf, textOf, type Value } from './values.ts';

/** What joblib reads behind the mark of an array: a pickle of its objects, or padding and so many bytes. */
export type ArrayPayload =
  | { readonly kind: 'objects' }
  | { readonly kind: 'bytes'; readonly count: number; readonly padded: boolean };

/** Bytes of one character of NumPy's text type. */
const UNICODE_BYTES = 4;
/** Flag of a NumPy type that holds references to objects. Source: NPY_ITEM_HASOBJECT of ndarraytypes.h. */
const HAS_OBJECT = 1;

type ElementSize = 'objects' | number | undefined;

/** The bytes of an element, by the arguments and the state that a `numpy.dtype` is pickled with. */
function elementSize(dtype: Value | undefined): ElementSize {
  if (dtype?.kind !== 'made' || dtype.by.name !== 'dtype') return undefined;
  const [code] = dtype.args.kind === 'tuple' ? dtype.args.items : [];
  const match = /^[<>|=]?([?biufcmMOSUaV])(\d*)$/.exec(textOf(code) ?? '');
  if (!match) return undefined;
  const [, kind = '', digits = ''] = match;
  if (kind === 'O') return 'objects';
  if (kind === '?') return 1;
  const size = Number(digits);
  if (kind === 'U') return size * UNICODE_BYTES;
  return kind === 'V' ? structureSize(dtype, size) : size;
}

/** Types with fields say in their state whether one of them holds objects. */
function structureSize({ state }: MadeValue, size: number): ElementSize {
  if (state.kind !== 'tuple') return undefined;
  const flags = numberOf(state.items[7]);
  if (flags === undefined) return undefined;
  return (flags & HAS_OBJECT) === 0 ? size : 'objects';
}

/** The product of a shape; `undefined` when it is no shape. */
function elements(shape: Value | undefined): number | undefined {
  if (shape?.kind !== 'tuple') return undefined;
  return shape.items.reduce<number | undefined>((product, item) => {
    const side = numberOf(item);
    return product === undefined || side === undefined || side < 0 ? undefined : product * side;
  }, 1);
}

/**
 * What follows the mark of an array in a file of joblib 0.10 or newer. Source: joblib/numpy_pickle.py,
 * NumpyArrayWrapper.read_array.
 *
 * @returns `undefined` when the state of the mark does not say it
 */
export function arrayPayload({ state }: MadeValue): ArrayPayload | undefined {
  if (state.kind !== 'dict') return undefined;
  const size = elementSize(state.entries.get('dtype'));
  if (size === 'objects') return { kind: 'objects' };
  const count = elements(state.entries.get('shape'));
  if (size === undefined || count === undefined || !Number.isSafeInteger(count * size)) return undefined;
  return {
    kind: 'bytes',
    count: count * size,
    padded: numberOf(state.entries.get('numpy_array_alignment_bytes')) !== undefined,
  };
}

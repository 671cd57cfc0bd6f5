/** One side of a slice. */
export type SlicePart =
  | { readonly kind: 'values'; readonly column: string }
  | { readonly kind: 'value'; readonly column: string; readonly value: string }
  | { readonly kind: 'condition'; readonly column: string; readonly operator: string; readonly limit: number }
  | { readonly kind: 'quantiles'; readonly column: string; readonly count: number };

/** A line of the input `slices`: one part, or the product of two. */
export interface SliceRequest {
  readonly parts: readonly SlicePart[];
}

const QUANTILES = /^quantiles\(\s*(.+?)\s*,\s*(\d+)\s*\)$/;
const CONDITION = /^(.+?)\s*(>=|<=|!=|>|<)\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/;
const VALUE = /^(.+?)\s*=\s*(.*)$/;
const MOST_QUANTILES = 20;

/**
 * Reads a line of `slices`: `column`, `column=value`, `column>=30`, `quantiles(column,4)`, and `a*b` of two of these.
 *
 * @returns what is wrong with it instead
 */
export function sliceRequest(line: string): SliceRequest | string {
  const texts = line.split('*').map((text) => text.trim());
  if (texts.length > 2 || texts.includes(''))
    return `"${line}" is neither a slice nor the product of two, as a*b`;
  const parts: SlicePart[] = [];
  for (const text of texts) {
    const part = slicePart(text);
    if (typeof part === 'string') return part;
    parts.push(part);
  }
  const [first, second] = parts;
  if (first && first.column === second?.column) return `"${line}" names the column "${first.column}" twice`;
  return { parts };
}

function slicePart(text: string): SlicePart | string {
  const cut = QUANTILES.exec(text);
  if (cut) {
    const count = Number(cut[2]);
    if (count < 2 || count > MOST_QUANTILES)
      return `"${text}" asks for ${count} parts; expected 2 to ${MOST_QUANTILES}`;
    return { kind: 'quantiles', column: cut[1] ?? '', count };
  }
  const condition = CONDITION.exec(text);
  if (condition)
    return {
      kind: 'condition',
      column: condition[1] ?? '',
      operator: condition[2] ?? '',
      limit: Number(condition[3]),
    };
  const value = VALUE.exec(text);
  if (value) return { kind: 'value', column: value[1] ?? '', value: value[2] ?? '' };
  return { kind: 'values', column: text };
}

/** The columns that slices need. */
export const sliceColumns = (requests: readonly SliceRequest[]): readonly string[] =>
  requests.flatMap(({ parts }) => parts.map(({ column }) => column));

import type { Kernel } from './kernel.ts';

/** How cells are written: text of CSV, tokens of JSON, plain text of typed formats. Numbered as the kernels number them. */
export const CELLS = { csv: 0, json: 1, plain: 2 } as const;
export type CellForm = (typeof CELLS)[keyof typeof CELLS];

/**
 * Where the cells of a batch are: for each row `stride` bytes of words; cell `c` begins behind the address in the word
 * at `first + c * step` and ends at the address in the word after it.
 */
export interface CellLayout {
  readonly at: number;
  readonly stride: number;
  /** Bytes from one cell's first word to the next cell's. */
  readonly step: number;
  readonly rows: number;
  readonly form: CellForm;
  /** No byte of the text is beyond ASCII. */
  readonly ascii: boolean;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The bytes of a cell as the file holds them, quotes and escapes included; `undefined` for the pair (0, 0). */
export function cellBytes(
  kernel: Kernel,
  layout: CellLayout,
  cell: number,
  row: number,
): Uint8Array | undefined {
  const word = (layout.at + cell * layout.step + row * layout.stride) >> 2;
  const from = (kernel.words[word] ?? 0) + 1;
  const to = kernel.words[word + 1] ?? 0;
  return from === 1 ? undefined : kernel.bytes.subarray(from, Math.max(from, to));
}

/** The text of a cell, without quotes and escapes; `null` for an empty cell of CSV and for JSON's `null`. */
export function cellText(kernel: Kernel, layout: CellLayout, cell: number, row: number): string | null {
  const bytes = cellBytes(kernel, layout, cell, row);
  if (bytes === undefined) return null;
  return FORMS[layout.form](decoder.decode(bytes), kernel.quote);
}

const FORMS: Readonly<Record<CellForm, (raw: string, quote: string) => string | null>> = [
  (raw, quote) => {
    const quoted = quote !== '' && raw.startsWith(quote);
    const text = quoted ? raw.slice(1, -1).replaceAll(quote + quote, quote) : raw;
    return text === '' ? null : text;
  },
  (raw) => {
    if (raw === '') return null;
    return raw.startsWith('"') ? String(JSON.parse(raw)) : raw;
  },
  (raw) => raw,
];

/** Whether the token of a JSON cell is a text. */
export const isJsonText = (bytes: Uint8Array | undefined): boolean => bytes?.[0] === 0x22;

import type { ModelContent } from './content.ts';
import type { ScanContext } from './scan-context.ts';
import { scanKerasJson, scanSkopsSchema } from './scan-json-models.ts';
import { scanTorchScriptPickle } from './scan-pickle.ts';
import { scanRaw, scanTorchScriptCode } from './scan-torch-entries.ts';

type EntryScan = (content: ModelContent, context: ScanContext) => Promise<unknown>;

/** A kind of model that is a zip archive: how it is told, and what its entries are. */
export interface ZipKind {
  readonly format: string;
  scan(name: string, content: ModelContent, context: ScanContext): Promise<void>;
}

interface KindRow {
  readonly format: string;
  /** All of these patterns match some entry. */
  readonly has: readonly RegExp[];
  /** Entries that are not scanned by what they look like. */
  readonly entries: readonly (readonly [RegExp, EntryScan])[];
}

/** Entries of PyTorch that are bytes of tensors. */
const STORAGE: readonly [RegExp, EntryScan] = [/(^|\/)(data|constants|xl_model_weights)\/\d+$/, scanRaw];
const BOOKKEEPING: readonly [RegExp, EntryScan] = [
  /(^|\/)(version|byteorder|\.format_version|\.storage_alignment|\.data\/(serialization_id|version)|debug_pkl)$/,
  scanRaw,
];

const KINDS: readonly KindRow[] = [
  {
    format: 'torchscript',
    has: [/(^|\/)data\.pkl$/, /(^|\/)(code\/.*\.py|constants\.pkl)$/],
    entries: [
      STORAGE,
      BOOKKEEPING,
      [/(^|\/)code\/.*\.py$/, scanTorchScriptCode],
      [/\.(pkl|debug_pkl)$/, scanTorchScriptPickle],
    ],
  },
  { format: 'torch', has: [/(^|\/)data\.pkl$/], entries: [STORAGE, BOOKKEEPING] },
  {
    format: 'keras',
    has: [/^config\.json$/, /^(metadata\.json|model\.weights\.(h5|npz))$/],
    entries: [[/^config\.json$/i, scanKerasJson]],
  },
  { format: 'skops', has: [/^schema\.json$/], entries: [[/^schema\.json$/i, scanSkopsSchema]] },
  { format: 'npz', has: [/\.npy$/], entries: [] },
];

/** The kind of archive that entries of these names make. */
export function kindOfZip(names: readonly string[]): ZipKind {
  const kind = KINDS.find(({ has }) => has.every((pattern) => names.some((name) => pattern.test(name))));
  const entries = kind?.entries ?? [];
  return {
    format: kind?.format ?? 'zip',
    async scan(name, content, context) {
      const scan = entries.find(([pattern]) => pattern.test(name))?.[1];
      if (scan === undefined) await context.nested(content, context.path);
      else await scan(content, context);
    },
  };
}

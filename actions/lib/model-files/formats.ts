import type { ProblemKind } from './model-scan.ts';
import type { Packing, Scanner } from './scan-context.ts';
import { scanGguf } from './scan-gguf.ts';
import { scanHdf5 } from './scan-hdf5.ts';
import { scanNpy } from './scan-npy.ts';
import { scanOnnx } from './scan-onnx.ts';
import { scanLegacyTorch, scanPickle } from './scan-pickle.ts';
import { scanSafetensors } from './scan-safetensors.ts';
import { scanTar } from './scan-tar.ts';
import { scanGraphDef, scanKerasMetadata, scanSavedModel, scanTfLite } from './scan-tensorflow.ts';
import { scanJson, scanText, scanXml } from './scan-text.ts';
import { scanZip } from './scan-zip.ts';

/** What is done with a format: its scanner, what it unpacks to, or what there is to say of it. */
export type FormatRow =
  | { readonly scan: Scanner }
  | { readonly packing: Packing }
  /** Nothing in it can run or lead elsewhere. */
  | { readonly plain: true }
  | { readonly kind: ProblemKind; readonly says: string };

const says = (kind: ProblemKind, text: string): FormatRow => ({ kind, says: text });
const packed = (name: string): FormatRow =>
  says(
    'unsupported-compression',
    `is compressed with ${name}, which is not unpacked here; unpack it before the scan`,
  );
const program = (what: string): FormatRow => says('program', `is ${what}, not a model; do not run it`);

/** Every format that is recognised. */
export const FORMATS: Readonly<Record<string, FormatRow>> = {
  pickle: { scan: scanPickle },
  'torch-legacy': { scan: scanLegacyTorch },
  zip: { scan: scanZip },
  tar: { scan: scanTar },
  gzip: { packing: 'gzip' },
  zlib: { packing: 'zlib' },
  bzip2: packed('bzip2'),
  xz: packed('xz'),
  lzma: packed('LZMA'),
  lz4: packed('LZ4'),
  zstd: packed('Zstandard'),
  '7z': packed('7-Zip'),
  rar: packed('RAR'),
  'joblib-zfile': packed('zlib as joblib did it before version 0.10'),
  npy: { scan: scanNpy },
  hdf5: { scan: scanHdf5 },
  gguf: { scan: scanGguf },
  safetensors: { scan: scanSafetensors },
  onnx: { scan: scanOnnx },
  'saved-model': { scan: scanSavedModel },
  'graph-def': { scan: scanGraphDef },
  'keras-metadata': { scan: scanKerasMetadata },
  tflite: { scan: scanTfLite },
  xml: { scan: scanXml },
  json: { scan: scanJson },
  text: { scan: scanText },
  'tensor-bundle': { plain: true },
  'tensorflow-fingerprint': { plain: true },
  'xgboost-json': { plain: true },
  'xgboost-ubj': { plain: true },
  'xgboost-binary': { plain: true },
  lightgbm: { plain: true },
  catboost: { plain: true },
  program: program('a program in machine code or byte code'),
  'python-bytecode': program('compiled Python'),
  script: program('a script (it begins with #!)'),
  'java-object': says(
    'unread',
    'is a serialized object of Java, which can run code when it is read; it is not analysed',
  ),
  'dotnet-object': says(
    'unread',
    'is a serialized object of .NET, which can run code when it is read; it is not analysed',
  ),
  'r-data': says('unread', 'is a file of R, which can run code when it is read; it is not analysed'),
  ggml: says('unknown-format', 'is GGML, the predecessor of GGUF; convert it to GGUF'),
  ort: says(
    'unknown-format',
    'is a model in the format of ONNX Runtime, which is not analysed; use the ONNX file',
  ),
  coreml: says('unknown-format', 'is a Core ML model, which is not analysed'),
  html: says(
    'not-a-model',
    'is an HTML page, not a model; the download probably gave an error or log-in page',
  ),
  'lfs-pointer': says(
    'not-a-model',
    'is a Git LFS pointer, not a model; run `git lfs pull`, or check out with `lfs: true`',
  ),
  empty: says('not-a-model', 'is empty'),
  unknown: says('unknown-format', 'is of no format that is known here; nothing can be said of it'),
};

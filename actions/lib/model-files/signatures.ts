import { safetensorsHeader } from './scan-safetensors.ts';
import { isTarHeader } from './scan-tar.ts';

/** Bytes at the beginning of a content by which its format is told. */
export const HEAD_BYTES = 64 * 1024;

/** What is known of a content before its format is. */
export interface Head {
  readonly bytes: Uint8Array;
  /** One character a byte. */
  readonly latin1: string;
  /** The last bytes, by which tables of TensorFlow are told. */
  readonly tail: string;
  readonly size: number;
}

type Test = string | readonly string[] | RegExp | ((head: Head) => boolean);

const HDF5 = '\x89HDF\r\n\x1a\n';
const PE_OFFSET_AT = 0x3c;

const isPe = ({ bytes, latin1 }: Head): boolean => {
  if (!latin1.startsWith('MZ') || bytes.length < PE_OFFSET_AT + 4) return false;
  const at = new DataView(bytes.buffer, bytes.byteOffset).getUint32(PE_OFFSET_AT, true);
  return latin1.startsWith('PE\0\0', at) || at >= bytes.length;
};

/** The signature may stand behind a block of the user's, at 512 bytes and every doubling of it. */
const isHdf5 = ({ latin1 }: Head): boolean =>
  [0, ...Array.from({ length: 7 }, (_, power) => 512 * 2 ** power)].some((at) => latin1.startsWith(HDF5, at));

const isZlib = ({ bytes }: Head): boolean => {
  const [first = 0, second = 0] = bytes;
  return (first & 0x0f) === 8 && first >> 4 <= 7 && (first * 256 + second) % 31 === 0 && first === 0x78;
};

/** Python writes the protocol behind the first byte since protocol 2, and reads what is marked as 0 or 1 as well. */
const isPickle = ({ bytes }: Head): boolean => bytes[0] === 0x80 && (bytes[1] ?? 0xff) <= 5;

/** Old versions of PyTorch begin with a pickle of this number. Source: torch/serialization.py, MAGIC_NUMBER. */
const isLegacyTorch = (head: Head): boolean =>
  isPickle(head) && head.latin1.startsWith('\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\x2e', 2);

/** The number of a version of Python 3 in two bytes, then a line end. */
const isBytecode = ({ bytes }: Head): boolean =>
  [0x0c, 0x0d, 0x0e, 0x0f].includes(bytes[1] ?? 0) && bytes[2] === 0x0d && bytes[3] === 0x0a;

const isXgboostUbj = ({ latin1 }: Head): boolean =>
  /^\{[iUIlL]/.test(latin1) && /learner|version/.test(latin1.slice(0, 20));

/** Source: LevelDB's table format, which TensorFlow keeps names and places of variables in. */
const SSTABLE_END = '\x57\xfb\x80\x8b\x24\x75\x47\xdb';

const MACHINE_CODE = [
  ...['\x7fELF', '\xfe\xed\xfa\xce', '\xfe\xed\xfa\xcf', '\xce\xfa\xed\xfe', '\xcf\xfa\xed\xfe'],
  ...['\xca\xfe\xba\xbe', '\xca\xfe\xba\xbf', '\xbe\xba\xfe\xca', '\0asm'],
];

/** Formats with a mark of their own, in the order in which they are tried. Sources: the formats' own descriptions. */
const SIGNATURES: readonly (readonly [format: string, test: Test])[] = [
  ['torch-legacy', isLegacyTorch],
  ['pickle', isPickle],
  ['zip', ['PK\x03\x04', 'PK\x05\x06', 'PK\x07\x08', 'PK00PK']],
  ['gzip', '\x1f\x8b'],
  ['bzip2', /^BZh[1-9]/],
  ['xz', '\xfd7zXZ\0'],
  ['lzma', '\x5d\0\0'],
  ['lz4', '\x04\x22\x4d\x18'],
  ['zstd', '\x28\xb5\x2f\xfd'],
  ['7z', '7z\xbc\xaf\x27\x1c'],
  ['rar', 'Rar!\x1a\x07'],
  ['joblib-zfile', /^ZF0x[0-9a-f]/],
  ['npy', '\x93NUMPY'],
  ['hdf5', isHdf5],
  ['gguf', 'GGUF'],
  ['ggml', ['lmgg', 'tjgg', 'fmgg']],
  ['tflite', ({ latin1 }) => latin1.startsWith('TFL3', 4)],
  ['tensor-bundle', ({ tail }) => tail === SSTABLE_END],
  ['ort', ({ latin1 }) => latin1.startsWith('ORTM', 4)],
  ['program', MACHINE_CODE],
  ['program', isPe],
  ['python-bytecode', isBytecode],
  ['script', /^(\xef\xbb\xbf)?#!/],
  ['java-object', '\xac\xed\0\x05'],
  ['dotnet-object', '\0\x01\0\0\0\xff\xff\xff\xff'],
  [
    'r-data',
    ['RDX2\n', 'RDX3\n', 'RDA2\n', 'RDA3\n', 'X\n\0\0\0\x02\0', 'X\n\0\0\0\x03\0', 'A\n2\n', 'A\n3\n'],
  ],
  ['tar', ({ bytes }) => isTarHeader(bytes)],
  ['lfs-pointer', 'version https://git-lfs.github.com/spec/'],
  ['html', /^(\xef\xbb\xbf)?\s*<(!doctype html|html|head|body)/i],
  ['xml', /^(\xef\xbb\xbf)?\s*<(\?xml|!DOCTYPE|!--|PMML)/],
  ['xml', ['\xff\xfe<\0', '\xfe\xff\0<']],
  ['catboost', 'CBM1'],
  ['xgboost-binary', ['binf', 'bs64']],
  ['lightgbm', /^tree\r?\nversion=/],
  ['xgboost-ubj', isXgboostUbj],
  ['safetensors', ({ bytes, size }) => safetensorsHeader(bytes, size) !== undefined],
  ['zlib', isZlib],
];

/** The format whose mark a content begins with. */
export function formatBySignature(head: Head): string | undefined {
  return SIGNATURES.find(([, test]) => {
    if (typeof test === 'function') return test(head);
    if (test instanceof RegExp) return test.test(head.latin1);
    return [test].flat().some((start) => head.latin1.startsWith(start));
  })?.[0];
}

/** Whether a content begins like text: UTF-8 without control characters. */
export function isText({ bytes, size }: Head): boolean {
  // A character may be cut at the end of the head.
  const whole = size > bytes.length ? bytes.subarray(0, Math.max(0, bytes.length - 4)) : bytes;
  if (whole.some((byte) => byte < 0x20 && ![0x09, 0x0a, 0x0c, 0x0d].includes(byte))) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(whole, { stream: true });
    return true;
  } catch {
    return false;
  }
}

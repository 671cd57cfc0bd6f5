import { crc32, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { ScanOptions } from '../../../../actions/lib/model-files/scan-context.ts';
import { type ZipEntry, zipOf } from '../../../support/zip.ts';
import { fixture, kindsOf, scanBytes } from './scan.ts';

const u16 = (value: number) => String.fromCharCode(value & 0xff, value >> 8);
const u32 = (value: number) => u16(value & 0xffff) + u16(value >>> 16);
const u64 = (value: number) => u32(value % 2 ** 32) + u32(Math.floor(value / 2 ** 32));
const name = (text: string) => `\x8c${String.fromCharCode(text.length)}${text}`;
const stackGlobal = (module: string, attribute: string) => `${name(module)}${name(attribute)}\x93`;

/** A call of os.system as each opcode that can make one writes it. None of these is ever loaded. */
const SYSTEM = "cos\nsystem\n(S'true'\ntR.";

interface Row {
  readonly what: string;
  readonly bytes: string | Uint8Array;
  readonly format?: string;
  readonly verdict: 'safe' | 'inconclusive' | 'unsafe';
  readonly kinds: readonly string[];
  readonly says?: RegExp;
  readonly file?: string;
  readonly options?: ScanOptions;
}

const pickles: readonly Row[] = [
  { what: 'GLOBAL and REDUCE of protocol 0', bytes: SYSTEM, verdict: 'unsafe', kinds: ['dangerous-global'] },
  { what: 'INST', bytes: "(S'true'\nios\nsystem\n.", verdict: 'unsafe', kinds: ['dangerous-global'] },
  { what: 'OBJ', bytes: "\x80\x02(cos\nsystem\nS'true'\no.", verdict: 'unsafe', kinds: ['dangerous-global'] },
  {
    what: 'NEWOBJ',
    bytes: '\x80\x02csubprocess\nPopen\n)\x81.',
    verdict: 'unsafe',
    kinds: ['dangerous-global'],
  },
  {
    what: 'NEWOBJ_EX',
    bytes: `\x80\x04${stackGlobal('subprocess', 'Popen')})}\x92.`,
    verdict: 'unsafe',
    kinds: ['dangerous-global'],
  },
  {
    what: 'names that come back from the memo',
    bytes: `\x80\x04${name('os')}\x94${name('system')}\x940h\x00h\x01\x93.`,
    verdict: 'unsafe',
    kinds: ['dangerous-global'],
    says: /"os\.system"/,
  },
  {
    what: 'a memo whose numbers were set by hand',
    bytes: `\x80\x04${name('collections')}q\x05${name('os')}q\x05${name('system')}q\x0700h\x05h\x07\x93.`,
    verdict: 'unsafe',
    kinds: ['dangerous-global'],
    says: /"os\.system"/,
  },
  {
    what: 'a call that is thrown away',
    bytes: '\x80\x02cos\nsystem\n0N.',
    verdict: 'unsafe',
    kinds: ['dangerous-global'],
  },
  {
    what: 'a way through a harmless module',
    bytes: `\x80\x04${stackGlobal('sklearn.utils', 'os.system')}.`,
    verdict: 'unsafe',
    kinds: ['dangerous-global'],
  },
  {
    what: 'a class that a module imports',
    bytes: `\x80\x04${stackGlobal('sklearn.utils', 'Popen')}.`,
    verdict: 'inconclusive',
    kinds: ['unknown-global'],
  },
  {
    what: 'a function of a module of classes',
    bytes: `\x80\x04${stackGlobal('sklearn.base', 'clone')}.`,
    verdict: 'inconclusive',
    kinds: ['unknown-global'],
  },
  {
    what: 'the names of Python 2',
    bytes: "\x80\x02c__builtin__\neval\n(S'1'\ntR.",
    verdict: 'unsafe',
    kinds: ['dangerous-global'],
  },
  {
    what: 'pkgutil.resolve_name',
    bytes: `\x80\x04${stackGlobal('pkgutil', 'resolve_name')}.`,
    verdict: 'unsafe',
    kinds: ['dangerous-global'],
  },
  {
    what: 'the registry of extensions',
    bytes: '\x80\x02\x82\x05.',
    verdict: 'unsafe',
    kinds: ['extension-registry'],
  },
  {
    what: 'the registry of extensions, four bytes',
    bytes: '\x80\x02\x84\x01\0\0\0.',
    verdict: 'unsafe',
    kinds: ['extension-registry'],
  },
  {
    what: 'a name that a call gives',
    bytes: `\x80\x04${name('os')}${stackGlobal('_codecs', 'encode')}${name('x')}\x85R\x93.`,
    verdict: 'inconclusive',
    kinds: ['computed-name'],
  },
  {
    what: 'a name with escapes',
    bytes: "\x80\x04S'\\x6fs'\nS'system'\n\x93.",
    verdict: 'inconclusive',
    kinds: ['computed-name'],
  },
  {
    what: 'a name that is a number',
    bytes: `\x80\x04K\x01${name('system')}\x93.`,
    verdict: 'inconclusive',
    kinds: ['malformed'],
  },
  {
    what: 'a call of what a call gave',
    bytes: `\x80\x04${stackGlobal('collections', 'OrderedDict')})R)R.`,
    verdict: 'inconclusive',
    kinds: ['computed-call'],
  },
  {
    what: 'attributes of a class',
    bytes: `\x80\x04${stackGlobal('collections', 'OrderedDict')}}b.`,
    verdict: 'inconclusive',
    kinds: ['changed-global'],
  },
  {
    what: 'a class of the training script',
    bytes: `\x80\x04${stackGlobal('__main__', 'Net')})\x81.`,
    verdict: 'inconclusive',
    kinds: ['unknown-global'],
    says: /allow "__main__\.Net"/,
  },
  {
    what: 'that class, allowed',
    bytes: `\x80\x04${stackGlobal('__main__', 'Net')})\x81.`,
    verdict: 'safe',
    kinds: [],
    options: { allowGlobals: ['__main__.Net'] },
  },
  {
    what: 'a module, allowed',
    bytes: `\x80\x04${stackGlobal('mine.nets', 'Net')})\x81.`,
    verdict: 'safe',
    kinds: [],
    options: { allowGlobals: ['mine.*'] },
  },
  {
    what: 'os by its module',
    bytes: SYSTEM,
    verdict: 'unsafe',
    kinds: ['dangerous-global'],
    options: { allowGlobals: ['os.*'] },
  },
  { what: 'persistent references', bytes: '\x80\x02PX\n.', verdict: 'safe', kinds: [] },
  {
    what: 'plain values',
    bytes: '\x80\x05\x95\x08\0\0\0\0\0\0\0]\x94(K\x01K\x02e.',
    verdict: 'safe',
    kinds: [],
  },
  { what: 'buffers outside', bytes: '\x80\x05\x97\x98.', verdict: 'safe', kinds: [] },
  { what: 'a byte array', bytes: `\x80\x05\x96${u64(3)}abc.`, verdict: 'safe', kinds: [] },
  {
    what: 'two pickles in a row',
    bytes: `\x80\x02N.${SYSTEM}`,
    verdict: 'unsafe',
    kinds: ['dangerous-global'],
  },
  {
    what: 'bytes behind the end',
    bytes: '\x80\x02N.\xff\xff',
    verdict: 'inconclusive',
    kinds: ['hidden-bytes', 'malformed'],
  },
  {
    what: 'no STOP',
    bytes: '\x80\x02cos\nsystem\n',
    verdict: 'unsafe',
    kinds: ['dangerous-global', 'truncated'],
  },
  {
    what: 'no STOP and no mark',
    bytes: "cos\nsystem\n(S'true'\ntR",
    verdict: 'unsafe',
    kinds: ['dangerous-global', 'truncated'],
  },
  {
    what: 'broken behind the call',
    bytes: `\x80\x02cos\nsystem\n)R\xff`,
    verdict: 'unsafe',
    kinds: ['dangerous-global', 'malformed'],
  },
  {
    what: 'an empty stack',
    bytes: '\x80\x02R.',
    verdict: 'inconclusive',
    kinds: ['malformed'],
    says: /empty stack/,
  },
  {
    what: 'a memo that was not filled',
    bytes: '\x80\x02h\x05.',
    verdict: 'inconclusive',
    kinds: ['malformed'],
  },
  { what: 'a mark that was not set', bytes: '\x80\x02e.', verdict: 'inconclusive', kinds: ['malformed'] },
  {
    what: 'an opcode there is not',
    bytes: '\x80\x02\xfe.',
    verdict: 'inconclusive',
    kinds: ['malformed'],
    says: /0xfe is no opcode/,
  },
  {
    what: 'a length beyond the end',
    bytes: '\x80\x03B\xff\xff\xff\x7fabc.',
    verdict: 'inconclusive',
    kinds: ['truncated'],
  },
  {
    what: 'opcodes without end',
    bytes: `\x80\x02${'N0'.repeat(600)}.`,
    verdict: 'inconclusive',
    kinds: ['limit'],
    options: { limits: { opcodes: 1_000 } },
  },
  {
    what: 'more to remember than permitted',
    bytes: `\x80\x04${'N\x94'.repeat(50)}.`,
    verdict: 'inconclusive',
    kinds: ['limit'],
    options: { limits: { memo: 20 } },
  },
];

const safetensors = (header: string, data = '', length = header.length) => u64(length) + header + data;
const tensor = (start: number, end: number, dtype = 'F32', shape = [(end - start) / 4]) =>
  `{"dtype":"${dtype}","shape":${JSON.stringify(shape)},"data_offsets":[${start},${end}]}`;
const npy = (header: string, data = '') => `\x93NUMPY\x01\x00${u16(header.length)}${header}${data}`;

const others: readonly Row[] = [
  {
    what: 'a header of safetensors that is too long',
    bytes: safetensors('{}', '', 200_000_000),
    format: 'safetensors',
    verdict: 'inconclusive',
    kinds: ['malformed'],
  },
  {
    what: 'a header that goes beyond the end',
    bytes: safetensors('{}', '', 500),
    format: 'safetensors',
    verdict: 'inconclusive',
    kinds: ['truncated'],
  },
  {
    what: 'keys of a header that are there twice',
    bytes: safetensors(`{"a":${tensor(0, 4)},"a":${tensor(0, 4)}}`, 'abcd'),
    verdict: 'inconclusive',
    kinds: ['malformed'],
  },
  {
    what: 'tensors that overlap',
    bytes: safetensors(`{"a":${tensor(0, 4)},"b":${tensor(0, 4)}}`, 'abcd'),
    verdict: 'inconclusive',
    kinds: ['malformed'],
  },
  {
    what: 'a hole between tensors',
    bytes: safetensors(`{"a":${tensor(0, 4)},"b":${tensor(8, 12)}}`, 'abcdefghijkl'),
    verdict: 'inconclusive',
    kinds: ['malformed'],
  },
  {
    what: 'a shape that does not fit',
    bytes: safetensors(`{"a":${tensor(0, 4, 'F32', [2])}}`, 'abcd'),
    verdict: 'inconclusive',
    kinds: ['malformed'],
  },
  {
    what: 'a tensor behind the end',
    bytes: safetensors(`{"a":${tensor(0, 8)}}`, 'abcd'),
    verdict: 'inconclusive',
    kinds: ['truncated'],
  },
  {
    what: 'bytes behind the tensors',
    bytes: safetensors(`{"a":${tensor(0, 4)}}`, 'abcdef'),
    verdict: 'inconclusive',
    kinds: ['hidden-bytes'],
  },
  {
    what: 'numbers in the metadata',
    bytes: safetensors('{"__metadata__":{"a":1}}'),
    verdict: 'inconclusive',
    kinds: ['malformed'],
  },
  {
    what: 'an array of NumPy that ends too early',
    bytes: npy("{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }\n", 'abc'),
    format: 'npy',
    verdict: 'inconclusive',
    kinds: ['truncated'],
  },
  {
    what: 'an array of NumPy with bytes behind it',
    bytes: npy("{'descr': '<i1', 'fortran_order': False, 'shape': (3,), }\n", 'abcdef'),
    verdict: 'inconclusive',
    kinds: ['hidden-bytes'],
  },
  {
    what: 'a header of NumPy that is a program',
    bytes: npy("__import__('os').system('true')"),
    verdict: 'inconclusive',
    kinds: ['malformed'],
  },
  {
    what: 'objects in a field of a structure',
    bytes: npy("{'descr': [('a', '<i4'), ('b', '|O')], 'fortran_order': False, 'shape': (1,), }\n", SYSTEM),
    verdict: 'unsafe',
    kinds: ['dangerous-global'],
  },
  {
    what: 'an empty file',
    bytes: '',
    format: 'empty',
    verdict: 'inconclusive',
    kinds: ['not-a-model'],
    says: /is empty/,
  },
  {
    what: 'a pointer of Git LFS',
    bytes: 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
    verdict: 'inconclusive',
    kinds: ['not-a-model'],
    says: /git lfs pull/,
  },
  {
    what: 'a page',
    bytes: '<!DOCTYPE html><html></html>',
    format: 'html',
    verdict: 'inconclusive',
    kinds: ['not-a-model'],
    says: /HTML/,
  },
  { what: 'a script', bytes: '#!/bin/sh\ntrue\n', format: 'script', verdict: 'unsafe', kinds: ['program'] },
  {
    what: 'a program of Linux',
    bytes: '\x7fELF\x02\x01\x01\0\0\0',
    format: 'program',
    verdict: 'unsafe',
    kinds: ['program'],
  },
  {
    what: 'a program of Windows',
    bytes: `MZ${'\0'.repeat(58)}${u32(64)}PE\0\0`,
    format: 'program',
    verdict: 'unsafe',
    kinds: ['program'],
  },
  {
    what: 'a program of macOS',
    bytes: '\xcf\xfa\xed\xfe\x07\0\0\x01',
    format: 'program',
    verdict: 'unsafe',
    kinds: ['program'],
  },
  {
    what: 'compiled Python',
    bytes: '\xa7\x0d\r\n\0\0\0\0',
    format: 'python-bytecode',
    verdict: 'unsafe',
    kinds: ['program'],
  },
  {
    what: 'PMML',
    bytes: '<?xml version="1.0"?><PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"></PMML>',
    format: 'pmml',
    verdict: 'safe',
    kinds: [],
  },
  {
    what: 'PMML with entities',
    bytes: '<?xml version="1.0"?><!DOCTYPE PMML [<!ENTITY a SYSTEM "file:///etc/passwd">]><PMML>&a;</PMML>',
    format: 'pmml',
    verdict: 'unsafe',
    kinds: ['entity-declaration'],
  },
  {
    what: 'entities in UTF-16',
    bytes: Buffer.from('\ufeff<?xml version="1.0"?><!DOCTYPE a><a/>', 'utf16le'),
    format: 'xml',
    verdict: 'unsafe',
    kinds: ['entity-declaration'],
  },
  {
    what: 'XGBoost as JSON',
    bytes: '{"learner":{"attributes":{}},"version":[3,0,0]}',
    format: 'xgboost-json',
    verdict: 'safe',
    kinds: [],
  },
  {
    what: 'XGBoost as UBJSON',
    bytes: '{L\0\0\0\0\0\0\0\x07learner{}',
    format: 'xgboost-ubj',
    verdict: 'safe',
    kinds: [],
  },
  { what: 'CatBoost', bytes: 'CBM1\x10\0\0\0\0\0', format: 'catboost', verdict: 'safe', kinds: [] },
  { what: 'text', bytes: 'weights: none\n', format: 'text', verdict: 'safe', kinds: [] },
  {
    what: 'text named like a model',
    bytes: 'weights: none\n',
    file: 'model.onnx',
    verdict: 'inconclusive',
    kinds: ['unknown-format'],
    says: /\.onnx, but its content is text/,
  },
  {
    what: 'Python',
    bytes: '# code\nimport os\nos.system("true")\n',
    format: 'source-code',
    verdict: 'inconclusive',
    kinds: ['source-code'],
  },
  {
    what: 'noise',
    bytes: '\xde\xad\xbe\xef\x00\x01\x02',
    format: 'unknown',
    verdict: 'inconclusive',
    kinds: ['unknown-format'],
  },
  {
    what: 'an object of Java',
    bytes: '\xac\xed\0\x05sr',
    format: 'java-object',
    verdict: 'inconclusive',
    kinds: ['unread'],
  },
  {
    what: 'gzip that breaks off',
    bytes: gzipSync('\x80\x02N.').subarray(0, 12),
    format: 'gzip',
    verdict: 'inconclusive',
    kinds: ['malformed'],
  },
  {
    what: 'a bomb',
    bytes: gzipSync(Buffer.alloc(3_000_000)),
    format: 'gzip',
    verdict: 'unsafe',
    kinds: ['bomb'],
    options: { limits: { ratioFree: 1_000_000, ratio: 100 } },
  },
  {
    what: 'more than may be unpacked',
    bytes: deflateSync(Buffer.alloc(3_000)),
    format: 'zlib',
    verdict: 'inconclusive',
    kinds: ['limit'],
    options: { limits: { unpacked: 1_000 } },
  },
  {
    what: 'compression in compression',
    bytes: [0, 1, 2, 3, 4].reduce<Buffer>((inner) => gzipSync(inner), Buffer.from(SYSTEM)),
    verdict: 'inconclusive',
    kinds: ['limit'],
    says: /deeper than 3/,
  },
];

const keras = (...layers: readonly object[]) =>
  zipOf([
    { name: 'metadata.json', content: '{"keras_version":"3.15.1"}' },
    {
      name: 'config.json',
      content: JSON.stringify({ module: 'keras', class_name: 'Sequential', config: { layers } }),
    },
  ]);
const layer = (module: string | null, className: string, config: unknown = {}) => ({
  module,
  class_name: className,
  config,
  registered_name: null,
});

const archives: readonly Row[] = [
  {
    what: 'a class of os in a description',
    bytes: keras(layer('os', 'system', 'true')),
    format: 'keras',
    verdict: 'unsafe',
    kinds: ['dangerous-global'],
  },
  {
    what: 'a function of Keras that loads files',
    bytes: keras(layer('keras.utils', 'get_file', {})),
    verdict: 'unsafe',
    kinds: ['dangerous-global'],
    says: /get_file/,
  },
  {
    what: 'switching off the safe mode',
    bytes: keras(layer('keras.config', 'enable_unsafe_deserialization')),
    verdict: 'unsafe',
    kinds: ['dangerous-global'],
  },
  {
    what: 'a vocabulary in a file',
    bytes: keras(layer('keras.layers', 'StringLookup', { vocabulary: '/etc/passwd' })),
    verdict: 'unsafe',
    kinds: ['outside-path'],
  },
  {
    what: 'a wrapped module of PyTorch',
    bytes: keras(layer('keras.layers', 'TorchModuleWrapper')),
    verdict: 'unsafe',
    kinds: ['code-layer'],
  },
  {
    what: 'a Lambda layer inside of a layer',
    bytes: keras(layer('keras.layers', 'TimeDistributed', { layer: layer('keras.layers', 'Lambda') })),
    verdict: 'unsafe',
    kinds: ['code-layer'],
  },
  {
    what: 'a class of another package',
    bytes: keras(layer('mine.layers', 'Own')),
    verdict: 'inconclusive',
    kinds: ['unknown-class'],
  },
  {
    what: 'that class, allowed',
    bytes: keras(layer('mine.layers', 'Own')),
    verdict: 'safe',
    kinds: [],
    options: { allowGlobals: ['mine.layers.Own'] },
  },
  {
    what: 'a function that Keras does not have',
    bytes: keras(layer('builtins', 'function', 'my_activation')),
    verdict: 'inconclusive',
    kinds: ['unknown-class'],
  },
  {
    what: 'skops',
    bytes: zipOf([
      {
        name: 'schema.json',
        content: '{"__module__":"sklearn.linear_model","__class__":"Ridge","__loader__":"ObjectNode"}',
      },
    ]),
    format: 'skops',
    verdict: 'safe',
    kinds: [],
  },
  {
    what: 'skops with os.system',
    bytes: zipOf([
      {
        name: 'schema.json',
        content: '{"__module__":"posix","__class__":"system","__loader__":"FunctionNode"}',
      },
    ]),
    format: 'skops',
    verdict: 'unsafe',
    kinds: ['dangerous-global'],
  },
  {
    what: 'skops with an unknown type',
    bytes: zipOf([{ name: 'schema.json', content: '{"__module__":"mine","__class__":"Own"}' }]),
    format: 'skops',
    verdict: 'inconclusive',
    kinds: ['unknown-global'],
  },
  {
    what: 'an entry that leaves the archive',
    bytes: zipOf([{ name: '../a.txt', content: 'x' }]),
    format: 'zip',
    verdict: 'unsafe',
    kinds: ['unsafe-entry'],
  },
  {
    what: 'an entry with an absolute path',
    bytes: zipOf([{ name: 'C:\\a.txt', content: 'x' }]),
    verdict: 'unsafe',
    kinds: ['unsafe-entry'],
  },
  {
    what: 'a link',
    bytes: zipOf([{ name: 'a', content: '/etc', mode: 0o120777 }]),
    verdict: 'unsafe',
    kinds: ['unsafe-entry'],
  },
  {
    what: 'two entries of one name',
    bytes: zipOf(
      [
        { name: 'a/data.pkl', content: '\x80\x02N.' },
        { name: 'a/data.pkl', content: SYSTEM },
      ].map(latin),
    ),
    format: 'torch',
    verdict: 'unsafe',
    kinds: ['dangerous-global', 'inconsistent-archive'],
  },
  {
    what: 'entries that share their bytes',
    bytes: zipOf([
      { name: 'a.txt', content: 'x' },
      { name: 'b.txt', content: 'x', sameDataAs: 0 },
    ]),
    verdict: 'inconclusive',
    kinds: ['inconsistent-archive'],
  },
  {
    what: 'an entry that claims another size',
    bytes: zipOf([{ name: 'a.txt', content: 'hello', claimedSize: 3 }]),
    verdict: 'inconclusive',
    kinds: ['inconsistent-archive'],
  },
  {
    what: 'an entry marked as encrypted',
    bytes: zipOf([{ name: 'a/data.pkl', content: SYSTEM, flags: 1 }]),
    verdict: 'unsafe',
    kinds: ['dangerous-global', 'encrypted'],
  },
  {
    what: 'more entries than permitted',
    bytes: zipOf(['a', 'b', 'c'].map((entry) => ({ name: entry, content: 'x' }))),
    verdict: 'inconclusive',
    kinds: ['limit'],
    options: { limits: { entries: 2 } },
  },
  {
    what: 'a program in an archive',
    bytes: zipOf([{ name: 'a.bin', content: '\x7fELF\x02\x01\x01' }]),
    verdict: 'unsafe',
    kinds: ['program'],
  },
];

function latin(entry: ZipEntry): ZipEntry {
  return { ...entry, content: Buffer.from(String(entry.content), 'latin1') };
}

describe.each([
  ['pickles', pickles],
  ['other formats', others],
  ['archives', archives],
] as const)('%s', (_, rows) => {
  test.each(rows)('$what', async ({ bytes, format, verdict, kinds, says, file, options }) => {
    const scan = await scanBytes(file ?? 'file', bytes, options);
    expect({ verdict: scan.verdict, kinds: kindsOf(scan) }).toEqual({ verdict, kinds });
    if (format) expect(scan.format).toBe(format);
    if (says) expect(scan.problems.map(({ message }) => message).join('\n')).toMatch(says);
  });
});

/** An archive whose one entry is stored, with whatever its own header should say. */
function storedZip(entry: string, content: string, own: { readonly name?: string } = {}): Buffer {
  const data = Buffer.from(content, 'latin1');
  const fields = u16(20) + u16(0) + u16(0) + u32(0) + u32(crc32(data)) + u32(data.length) + u32(data.length);
  const local = `PK\x03\x04${fields}${u16((own.name ?? entry).length)}${u16(0)}${own.name ?? entry}${content}`;
  const central = `PK\x01\x02${u16(20)}${fields}${u16(entry.length)}${u16(0).repeat(4)}${u32(0)}${u32(0)}${entry}`;
  const end = `PK\x05\x06${u32(0)}${u16(1)}${u16(1)}${u32(central.length)}${u32(local.length)}${u16(0)}`;
  return Buffer.from(local + central + end, 'latin1');
}

describe('a bad pickle does not pass in any wrapping', () => {
  const bad = Buffer.from(SYSTEM, 'latin1');
  const torch = storedZip('archive/data.pkl', SYSTEM);
  const damagedFirst = zipOf([
    { name: 'archive/broken', content: Buffer.alloc(100, 7) },
    latin({ name: 'archive/data.pkl', content: SYSTEM }),
  ]);
  damagedFirst.fill(0xff, 44, 50);
  test.each<readonly [string, Uint8Array]>([
    ['stored', torch],
    [
      'with another name in its own header',
      storedZip('archive/data.pkl', SYSTEM, { name: 'archive/data.txt' }),
    ],
    ['with a name that says nothing', storedZip('archive/weights', SYSTEM)],
    ['behind other bytes', Buffer.concat([Buffer.from('hello\n'), torch])],
    ['before other bytes', Buffer.concat([torch, Buffer.from('hello')])],
    ['behind a damaged entry', damagedFirst],
    ['in gzip', gzipSync(bad)],
    ['in zlib', deflateSync(bad)],
    [
      'in an archive in an archive',
      zipOf([{ name: 'a.zip', content: zipOf([{ name: 'b', content: torch }]) }]),
    ],
    ['in an archive in gzip', gzipSync(zipOf([{ name: 'a', content: bad }]))],
    ['behind a pickle', Buffer.concat([Buffer.from('\x80\x02N.', 'latin1'), bad])],
    [
      'as a storage of PyTorch',
      zipOf([
        latin({ name: 'a/data.pkl', content: '\x80\x02N.' }),
        latin({ name: 'a/data/0', content: `\x80\x02${SYSTEM}` }),
      ]),
    ],
    ['with CRC and sizes of its header wiped', Buffer.from(torch).fill(0, 14, 18)],
  ])('%s', async (_, bytes) => {
    expect((await scanBytes('model.safetensors', bytes)).verdict).not.toBe('safe');
  });

  test('a zip whose entry cannot be inflated says so and goes on', async () => {
    const scan = await scanBytes('a.pt', damagedFirst);
    expect(kindsOf(scan)).toContain('dangerous-global');
    expect(kindsOf(scan)).toContain('malformed');
    expect(deflateRawSync('x').length).toBeGreaterThan(0);
  });
});

describe('an array of joblib', () => {
  const wrapper = (shape: string, dtype: string) =>
    `\x80\x04${stackGlobal('joblib.numpy_pickle', 'NumpyArrayWrapper')})\x81}(${name('shape')}${shape}${name('dtype')}${stackGlobal('numpy', 'dtype')}${name(dtype)}\x85Rub`;

  test('is passed by its size', async () => {
    const scan = await scanBytes('a.joblib', `${wrapper('K\x02\x85', 'i4')}\x01234567\xff.`);
    expect([scan.format, scan.verdict]).toEqual(['joblib', 'safe']);
  });

  test('cannot hide opcodes from pickle.load', async () => {
    const hidden = SYSTEM.padEnd(40, '.');
    const scan = await scanBytes('a.joblib', `${wrapper('K\x0a\x85', 'i4')}${hidden}.`);
    expect(scan.problems[0]?.message).toMatch(/loading it with pickle instead of joblib uses "os\.system"/);
  });

  test('cannot hide opcodes with names from before it', async () => {
    const names = `${name('os')}\x94${name('system')}\x9400`;
    const [start, rest] = ['\x80\x04', wrapper('K\x0a\x85', 'i4').slice(2)];
    const scan = await scanBytes(
      'a.joblib',
      `${start}${names}${rest}${'h\x00h\x01\x93)R.'.padEnd(40, '.')}.`,
    );
    expect(scan.verdict).toBe('unsafe');
  });

  test('whose size cannot be told is not passed', async () => {
    const scan = await scanBytes('a.joblib', `${wrapper('N', 'i4')}abcdefgh.`);
    expect(scan.verdict).toBe('inconclusive');
  });
});

test('an array of objects without its pickle is cut off', async () => {
  const scan = await scanBytes('objects.npy', (await fixture('objects.npy')).subarray(0, 128));
  expect(kindsOf(scan)).toEqual(['truncated']);
});

describe('weights beside an ONNX model', () => {
  test.each([
    ['inside', 'safe', []],
    ['missing', 'inconclusive', ['missing-file']],
    ['linked', 'unsafe', ['outside-path']],
    ['outside', 'unsafe', ['outside-path']],
  ] as const)('%s', async (state, verdict, kinds) => {
    const scan = await scanBytes('m.onnx', await fixture('external-beside.onnx'), {
      sibling: async () => state,
    });
    expect([scan.verdict, kindsOf(scan)]).toEqual([verdict, kinds]);
  });

  test('a model that breaks off is inconclusive', async () => {
    const whole = await fixture('plain.onnx');
    for (const length of [30, whole.length - 1])
      expect((await scanBytes('m.onnx', whole.subarray(0, length))).verdict).toBe('inconclusive');
  });
});

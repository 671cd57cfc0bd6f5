import { readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { FIXTURES, fixture, kindsOf, scanBytes } from './scan.ts';

type Row = readonly [file: string, format: string, verdict: string, kinds: readonly string[], says?: RegExp];

/** Files that the tools themselves wrote; see make_models.py beside them. */
const ROWS: readonly Row[] = [
  ['logistic-0.pkl', 'pickle', 'safe', []],
  ['logistic-2.pkl', 'pickle', 'safe', []],
  ['logistic-4.pkl', 'pickle', 'safe', []],
  ['logistic-5.pkl', 'pickle', 'safe', []],
  ['lightgbm.pkl', 'pickle', 'safe', []],
  ['forest.joblib', 'joblib', 'safe', []],
  ['columns-objects.joblib', 'joblib', 'safe', []],
  ['structured.joblib', 'joblib', 'safe', []],
  ['forest-zlib.joblib', 'joblib in zlib', 'safe', []],
  ['logistic-gzip.joblib', 'joblib in gzip', 'safe', []],
  ['logistic-bz2.joblib', 'bzip2', 'inconclusive', ['unsupported-compression'], /bzip2.*unpack it/],
  ['logistic-lz4.joblib', 'lz4', 'inconclusive', ['unsupported-compression'], /LZ4/],
  ['logistic-lzma.joblib', 'lzma', 'inconclusive', ['unsupported-compression'], /LZMA/],
  ['logistic-xz.joblib', 'xz', 'inconclusive', ['unsupported-compression'], /xz/],
  ['function-transformer.pkl', 'pickle', 'safe', []],
  [
    'torch-plain-pickle.pkl',
    'pickle',
    'unsafe',
    ['dangerous-global'],
    /_load_from_bytes.*unpickles other bytes/,
  ],
  ['unsafe-system-0.pkl', 'pickle', 'unsafe', ['dangerous-global'], /"posix\.system", which runs programs/],
  ['unsafe-system-1.pkl', 'pickle', 'unsafe', ['dangerous-global'], /posix\.system/],
  ['unsafe-system-2.pkl', 'pickle', 'unsafe', ['dangerous-global'], /posix\.system/],
  ['unsafe-system-3.pkl', 'pickle', 'unsafe', ['dangerous-global'], /posix\.system/],
  ['unsafe-system-4.pkl', 'pickle', 'unsafe', ['dangerous-global'], /posix\.system/],
  ['unsafe-system-5.pkl', 'pickle', 'unsafe', ['dangerous-global'], /posix\.system/],
  ['unsafe-eval.pkl', 'pickle', 'unsafe', ['dangerous-global'], /builtins\.eval.*runs Python code/],
  ['unsafe-subprocess.pkl', 'pickle', 'unsafe', ['dangerous-global'], /Popen/],
  ['unsafe-cloudpickle.pkl', 'pickle', 'unsafe', ['computed-call', 'dangerous-global'], /_make_function/],
  ['unsafe-dill.pkl', 'pickle', 'unsafe', ['dangerous-global', 'unknown-global'], /_create_function/],
  ['unsafe-objects.joblib', 'joblib', 'unsafe', ['dangerous-global'], /posix\.system/],
  ['numbers.npy', 'npy', 'safe', []],
  ['structured.npy', 'npy', 'safe', []],
  ['objects.npy', 'npy', 'safe', []],
  ['unsafe-objects.npy', 'npy', 'unsafe', ['dangerous-global'], /posix\.system/],
  ['arrays.npz', 'npz', 'safe', []],
  ['compressed.npz', 'npz', 'safe', []],
  ['unsafe-arrays.npz', 'npz', 'unsafe', ['dangerous-global'], /posix\.system/],
  ['weights.pt', 'torch', 'safe', []],
  ['weights-legacy.pt', 'torch-legacy', 'safe', []],
  ['module.pt', 'torch', 'safe', []],
  ['script.pt', 'torchscript', 'safe', []],
  ['unsafe.pt', 'torch', 'unsafe', ['dangerous-global'], /posix\.system/],
  ['unsafe-legacy.pt', 'torch-legacy', 'unsafe', ['dangerous-global'], /posix\.system/],
  ['unsafe-script.pt', 'torchscript', 'unsafe', ['unsafe-operator'], /torch\.from_file.*files/],
  ['plain.keras', 'keras', 'safe', []],
  ['plain.h5', 'keras-h5', 'safe', []],
  ['plain.weights.h5', 'hdf5', 'safe', []],
  ['plain-config.json', 'keras-json', 'safe', []],
  ['unsafe-lambda.keras', 'keras', 'unsafe', ['code-layer'], /Lambda.*function of Python/],
  ['unsafe-lambda.h5', 'keras-h5', 'unsafe', ['code-layer'], /Lambda/],
  ['own-class.keras', 'keras', 'inconclusive', ['unknown-class'], /"mine>Own".*allow "mine>Own"/],
  ['unsafe-link.h5', 'hdf5', 'unsafe', ['outside-path'], /another file, "\/etc\/passwd"/],
  ['unsafe-storage.h5', 'hdf5', 'unsafe', ['outside-path'], /numbers of a data set lie in other files/],
  ['unsafe-virtual.h5', 'hdf5', 'unsafe', ['outside-path'], /put together from others/],
  ['latest.h5', 'hdf5', 'inconclusive', ['unread'], /links are not followed here/],
  ['saved_model.pb', 'saved-model', 'safe', []],
  ['frozen_graph.pb', 'graph-def', 'safe', []],
  ['plain.tflite', 'tflite', 'safe', []],
  ['unsafe-read.pb', 'saved-model', 'unsafe', ['unsafe-operator'], /ReadFile.*reads files/],
  ['unsafe-write.pb', 'saved-model', 'unsafe', ['unsafe-operator'], /WriteFile.*writes files/],
  ['unsafe-pyfunc.pb', 'saved-model', 'unsafe', ['unsafe-operator'], /PyFunc.*Python/],
  ['unsafe-print.pb', 'saved-model', 'unsafe', ['unsafe-operator'], /file:\/\/\/tmp\/x/],
  ['unsafe-function.pb', 'saved-model', 'unsafe', ['unsafe-operator'], /ReadFile/],
  ['plain.onnx', 'onnx', 'safe', []],
  ['custom-domain.onnx', 'onnx', 'safe', []],
  ['external-beside.onnx', 'onnx', 'safe', []],
  [
    'unsafe-external-parent.onnx',
    'onnx',
    'unsafe',
    ['outside-path'],
    /"\.\.\/weights\.bin", outside the folder/,
  ],
  ['unsafe-external-absolute.onnx', 'onnx', 'unsafe', ['outside-path'], /\/etc\/passwd/],
  ['unsafe-external-windows.onnx', 'onnx', 'unsafe', ['outside-path'], /C:/],
  ['unsafe-external-subgraph.onnx', 'onnx', 'unsafe', ['outside-path'], /sub\/\.\.\/\.\.\/w/],
  ['unsafe-pyop.onnx', 'onnx', 'unsafe', ['unsafe-operator'], /PyOp/],
  ['plain.safetensors', 'safetensors', 'safe', []],
  ['plain.gguf', 'gguf', 'safe', []],
  ['unsafe-template.gguf', 'gguf', 'unsafe', ['unsafe-template'], /__class__/],
  ['lightgbm.txt', 'lightgbm', 'safe', []],
  ['model.tar.gz', 'tar in gzip', 'safe', []],
  ['unsafe-model.tar.gz', 'tar in gzip', 'unsafe', ['dangerous-global'], /posix\.system/],
  ['unsafe-path.tar', 'tar', 'unsafe', ['unsafe-entry'], /"\.\.\/model\.onnx" has a path that leaves/],
  ['unsafe-nested.zip', 'zip', 'unsafe', ['dangerous-global'], /posix\.system/],
];

const CASES = ROWS.map(([file, format, verdict, kinds, says]) => ({ file, format, verdict, kinds, says }));

describe('files as their tools write them', () => {
  test.each(CASES)('$file is $format and $verdict', async ({ file, format, verdict, kinds, says }) => {
    const scan = await scanBytes(file, await fixture(file));
    expect({ format: scan.format, verdict: scan.verdict, kinds: kindsOf(scan) }).toEqual({
      format,
      verdict,
      kinds,
    });
    if (says) expect(scan.problems.map(({ message }) => message).join('\n')).toMatch(says);
  });

  test.each(CASES)('$file is judged by its content under another name', async ({ file, format, verdict }) => {
    const scan = await scanBytes('weights.dat', await fixture(file));
    expect([scan.format, scan.verdict]).toEqual([format, verdict]);
  });

  test('the table misses none of them', async () => {
    const files = (await readdir(FIXTURES)).filter(
      (name) => !/\.py$|^(expected|sklearn|opcodes)/.test(name) && name !== '__pycache__',
    );
    expect(ROWS.map(([file]) => file).toSorted()).toEqual(files.toSorted());
  });

  test('a place says the entry of each archive on the way', async () => {
    const scan = await scanBytes('a.zip', await fixture('unsafe-nested.zip'));
    expect(scan.problems[0]?.where).toMatch(/^inner\/model\.tar\.gz › x+.*, byte 28$/);
  });
});

import { basename } from 'node:path';
import { expect, test } from 'vitest';
import { FILE_FORMATS } from '../../../../actions/lib/metric-formats/catalog.ts';
import { readSource } from '../../../../actions/lib/metric-formats/read-source.ts';
import { formatsOf, recognise } from '../../../../actions/lib/metric-formats/recognise.ts';
import { FILE_SAMPLES, sampleText } from '../../../support/metric-samples.ts';

/** General formats hold any numbers, so that other formats have their shape too; they yield to those. */
const ALSO_GENERAL: Readonly<Record<string, readonly string[]>> = {
  'dvc-metrics': [
    'bencher',
    'dvc-diff',
    'dvc-show',
    'mlflow-rest',
    'sklearn-report',
    'lm-eval',
    'promptfoo',
    'deepeval',
    'pytest-benchmark',
  ],
  flat: ['dvc-plots', 'evidently', 'deepchecks', 'hf-trainer'],
};

const source = (text: string, name = 'file') => readSource(text, name);

test.each(FILE_SAMPLES)('$path is recognised as $format and nothing else', async ({ path, format }) => {
  expect(formatsOf(await source(sampleText(path))).map(({ name }) => name)).toEqual([format]);
});

test('of all samples and formats, only general formats have the shape of what is not theirs', async () => {
  const claims: Record<string, readonly string[]> = {};
  for (const { path, format } of FILE_SAMPLES) {
    const read = await source(sampleText(path));
    for (const { name, fits } of FILE_FORMATS)
      if (name !== format && fits(read)) claims[name] = [...(claims[name] ?? []), format];
  }
  const sorted = (lists: Readonly<Record<string, Iterable<string>>>) =>
    Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, [...new Set(list)].sort()]));
  expect(sorted(claims)).toEqual(sorted(ALSO_GENERAL));
});

test.each(FILE_SAMPLES)('the name of $path plays no part', async ({ path, format }) => {
  const misnamed = await source(sampleText(path), `${basename(path)}.parquet`);
  expect(recognise(misnamed, 'x').name).toBe(format);
});

test('what two formats claim is refused with both', async () => {
  const both = JSON.stringify({
    metricsScores: [],
    testPassed: 1,
    machine_info: {},
    benchmarks: [{ stats: { mean: 1 } }],
  });
  const read = await source(both, 'both.json');
  expect(() => recognise(read, 'both.json')).toThrow(
    'both.json: could be deepeval (a test run of DeepEval) or pytest-benchmark (pytest --benchmark-json); say which with format: deepeval',
  );
});

test.each([
  ['[1, 2]', 'it is JSON, a list of 2; its first item is the number "1"'],
  ['[]', 'it is JSON, an empty list'],
  ['"acc"', 'it is YAML, the text "acc"'],
  ['{"features": [{"type": "x"}], "type": {"a": []}', 'not valid JSON'],
  ['a,b\n1,2\n', 'it is a table with the columns "a", "b"'],
  ['<coverage line-rate="1"/>', 'it is XML with the element <coverage>'],
  ['---\ntitle: x\n---\nText', 'it is a text with a YAML head, an object with the keys "title"'],
  ['', 'an empty file'],
  ['<!DOCTYPE html><html></html>', 'a web page'],
  ['version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n', 'a pointer of Git LFS'],
  ['<<<<<<< HEAD\nacc: 1\n', 'marks of a merge conflict'],
  ['acc\0uracy', 'NUL bytes'],
])('%j is refused with what was seen', async (text, message) => {
  await expect(source(text, 'm').then((read) => recognise(read, 'm'))).rejects.toThrow(message);
});

test('an unknown shape is refused with all formats', async () => {
  const read = await source('[[1]]', 'm.json');
  for (const { name } of FILE_FORMATS)
    expect(() => recognise(read, 'm.json')).toThrow(new RegExp(`\\b${name} \\(`));
});

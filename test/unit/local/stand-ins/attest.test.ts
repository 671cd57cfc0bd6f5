import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { root } from '../../../../actions/tools/repository.ts';

const PROGRAM = join(root, 'actions', 'local', 'stand-ins', 'attest.ts');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'attest-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function attest(checksums: string) {
  writeFileSync(join(folder, 'subject.checksums.txt'), checksums);
  const output = join(folder, 'output');
  writeFileSync(output, '');
  const { status, stdout } = spawnSync(process.execPath, [PROGRAM], {
    encoding: 'utf8',
    env: {
      GITHUB_WORKSPACE: folder,
      GITHUB_OUTPUT: output,
      RUNNER_TEMP: folder,
      'INPUT_SUBJECT-CHECKSUMS': 'subject.checksums.txt',
    },
  });
  return {
    status,
    stdout,
    bundle: readFileSync(output, 'utf8')
      .replace(/^bundle-path=/, '')
      .trim(),
  };
}

test('writes the statement that would be signed', () => {
  const digest = 'ab'.repeat(32);
  const { status, bundle } = attest(`${digest}  churn 1.onnx\n${digest} *weights/a.bin\n`);
  expect(status).toBe(0);
  expect(JSON.parse(readFileSync(bundle, 'utf8')).subject).toEqual([
    { name: 'churn 1.onnx', digest: { sha256: digest } },
    { name: 'weights/a.bin', digest: { sha256: digest } },
  ]);
});

test.each([
  ['nothing', '', 'there is nothing to attest'],
  ['a digest that is none', 'abc  churn.onnx\n', 'not a checksum: abc  churn.onnx'],
  ['too many', `${'ab'.repeat(32)}  churn.onnx\n`.repeat(1025), '1024 is the limit'],
])('refuses %s', (_, checksums, why) => {
  const { status, stdout } = attest(checksums);
  expect(status).toBe(1);
  expect(stdout).toContain(why);
});

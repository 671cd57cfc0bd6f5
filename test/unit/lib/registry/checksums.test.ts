import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256 } from '../../../../actions/lib/digest.ts';
import { omsRoot, subjectChecksums } from '../../../../actions/lib/registry/subject-checksums.ts';

/** What users check such lists with. */
const SHA256SUM = 'sha256sum';

const file = (path: string, content = path) => ({ path, size: content.length, sha256: sha256(content) });

test.skipIf(process.platform !== 'linux')('sha256sum itself accepts the checksums', () => {
  const folder = mkdtempSync(join(tmpdir(), 'checksums-'));
  try {
    const files = ['weights/part 1.bin', 'config.json', 'weights/part 2.bin'].map((path) => file(path));
    for (const { path } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), path);
    }
    writeFileSync(join(folder, 'subject.checksums.txt'), subjectChecksums(files));
    const said = execFileSync(SHA256SUM, ['-c', '--strict', 'subject.checksums.txt'], {
      cwd: folder,
    }).toString();
    expect(said).toBe('config.json: OK\nweights/part 1.bin: OK\nweights/part 2.bin: OK\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the lines do not depend on the order of the files', () => {
  const files = [file('b'), file('a'), file('c/d')];
  expect(subjectChecksums(files)).toBe(subjectChecksums([...files].reverse()));
  expect(subjectChecksums([file('model.onnx', 'x')])).toBe(`${sha256('x').slice(7)}  model.onnx\n`);
});

test('a name with a line break is refused', () => {
  expect(() => subjectChecksums([file('a\nb')])).toThrow(/"a\\nb": a list of checksums holds no line breaks/);
});

test('the root of Model Signing hashes raw digests in the order of paths, part by part', () => {
  const raw = (path: string) => createHash('sha256').update(path).digest();
  const root = (...paths: readonly string[]) =>
    `sha256:${createHash('sha256')
      .update(Buffer.concat(paths.map(raw)))
      .digest('hex')}`;
  expect(omsRoot([file('b'), file('a')])).toBe(root('a', 'b'));
  // As one text `a-b` sorts before `a/b`; as parts it does not.
  expect(omsRoot([file('a-b'), file('a/b')])).toBe(root('a/b', 'a-b'));
  expect(omsRoot([file('a/b'), file('a')])).toBe(root('a', 'a/b'));
  // UTF-16 would sort the emoji first; code points do not.
  expect(omsRoot([file('\u{1f600}'), file('\uff01')])).toBe(root('\uff01', '\u{1f600}'));
  expect(omsRoot([file('x')])).not.toBe(sha256('x'));
});

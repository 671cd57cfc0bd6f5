import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { unzip } from '../../../actions/runtime/unzip.ts';
import { type ZipEntry, zipOf } from '../../support/zip.ts';

const base = mkdtempSync(join(tmpdir(), 'mlops-unzip-'));
let target = '';
let count = 0;
beforeEach(() => {
  target = join(base, String(count++), 'target');
  mkdirSync(target, { recursive: true });
});
afterAll(() => rmSync(base, { recursive: true }));

const WHAT = 'the artifact "x"';

async function unpack(
  content: Uint8Array | readonly ZipEntry[],
  limits?: Parameters<typeof unzip>[3],
): Promise<void> {
  const archive = join(target, '..', 'archive.zip');
  writeFileSync(archive, content instanceof Uint8Array ? content : zipOf(content));
  await unzip(archive, target, WHAT, limits);
}

const written = (): string[] => readdirSync(target, { recursive: true, encoding: 'utf8' }).sort();

describe('sound archives', () => {
  test('files and folders come out as they went in', async () => {
    await unpack([
      { name: 'reports/', content: '' },
      { name: 'reports/a.json', content: '{}' },
      { name: 'models/deep/m.onnx', content: Buffer.from([0, 1, 2]), mode: 0o100644 },
      { name: 'naïve ✓.csv', content: 'a,b\n' },
      { name: 'empty.txt', content: '' },
    ]);
    expect(written()).toEqual([
      'empty.txt',
      'models',
      'models/deep',
      'models/deep/m.onnx',
      'naïve ✓.csv',
      'reports',
      'reports/a.json',
    ]);
    expect(readFileSync(join(target, 'models/deep/m.onnx'))).toEqual(Buffer.from([0, 1, 2]));
  });

  test('a small file may shrink a lot', async () => {
    await unpack([{ name: 'zeros', content: Buffer.alloc(4_000_000) }]);
    expect(readFileSync(join(target, 'zeros'))).toHaveLength(4_000_000);
  });
});

describe('hostile archives are refused before anything is written', () => {
  const ok: ZipEntry = { name: 'ok.txt', content: 'ok' };
  const named = (name: string): readonly ZipEntry[] => [ok, { name, content: 'x' }];

  test.each([
    ['a way out', named('../../slip.txt')],
    ['a way out further down', named('a/../../slip.txt')],
    ['an absolute path', named('/abs.txt')],
    ['a drive', named('C:/x.txt')],
    ['backslashes', named('..\\..\\x.txt')],
    ['a dot', named('a/./b')],
    ['an empty part', named('a//b')],
    ['a line break', named('a\n::error::x')],
    ['a zero byte', named('a\0b')],
    ['a bidi override', named('a\u202egpj.exe')],
    ['a long name', named('a'.repeat(300))],
    ['a long path', named(`${'a/'.repeat(600)}b`)],
    ['a device', named('CON')],
    ['a device with an ending', named('data/nul.json')],
    ['a dot at the end', named('model.onnx.')],
    ['a space at the end', named('model.onnx ')],
    ['a stream', named('model.onnx:evil')],
    ['a link', [ok, { name: 'link', content: '/etc', mode: 0o120777 }]],
    [
      'a link and a file through it',
      [ok, { name: 'link', content: '/etc', mode: 0o120777 }, { name: 'link/x', content: 'x' }],
    ],
    ['a device node', [ok, { name: 'dev', content: '', mode: 0o020666 }]],
    ['the same name twice', [ok, { name: 'ok.txt', content: 'other' }]],
    ['names that differ in case', [ok, { name: 'OK.txt', content: 'other' }]],
    [
      'names that differ in Unicode form',
      [
        { name: 'é.txt', content: 'a' },
        { name: 'e\u0301.txt', content: 'b' },
      ],
    ],
    [
      'a file that is a folder too',
      [
        { name: 'a', content: 'x' },
        { name: 'a/b', content: 'y' },
      ],
    ],
    [
      'a folder that is a file later',
      [
        { name: 'a/b', content: 'y' },
        { name: 'A', content: 'x' },
      ],
    ],
    ['encryption', [ok, { name: 'secret', content: 'x', flags: 1 }]],
    [
      'entries that share data',
      [
        { name: 'a', content: 'x'.repeat(99) },
        { name: 'b', content: 'x'.repeat(99), sameDataAs: 0 },
      ],
    ],
  ])('%s', async (_name, entries) => {
    await expect(unpack(entries)).rejects.toMatchObject({
      code: 'invalid-file',
      message: expect.stringContaining(WHAT),
    });
    expect(written()).toEqual([]);
  });

  test('the message shows the name with nothing invisible in it', async () => {
    await expect(unpack(named('a\n::error::x'))).rejects.toThrow(
      'the artifact "x": the entry "a\\n::error::x" has invisible characters in its name; nothing was unpacked',
    );
  });

  test.each([
    ['no bytes', Buffer.alloc(0)],
    ['no archive', Buffer.from('hello, this is not an archive at all')],
    ['half an archive', zipOf([ok, { name: 'a', content: 'x' }]).subarray(0, 100)],
    ['bytes after the end', Buffer.concat([zipOf([ok]), Buffer.from('trailing')])],
  ])('%s', async (_name, content) => {
    await expect(unpack(content)).rejects.toMatchObject({ code: 'invalid-file' });
    expect(written()).toEqual([]);
  });
});

describe('limits', () => {
  test('too many entries', async () => {
    const entries = Array.from({ length: 11 }, (_, index) => ({ name: `f${index}`, content: '' }));
    await expect(unpack(entries, { entries: 10, bytes: 1e6, ratio: 200 })).rejects.toMatchObject({
      code: 'limit-exceeded',
    });
    expect(written()).toEqual([]);
  });

  test('a bomb is stopped before it has written more than the limit', async () => {
    const bomb = [{ name: 'bomb', content: Buffer.alloc(64 * 1024 * 1024) }];
    await expect(unpack(bomb, { entries: 10, bytes: 2 ** 31, ratio: 200 })).rejects.toMatchObject({
      code: 'limit-exceeded',
    });
    expect(readFileSync(join(target, 'bomb')).length).toBeLessThanOrEqual(13 * 1024 * 1024);
  });

  test('all entries count together', async () => {
    const entries = [1, 2, 3].map((index) => ({ name: `f${index}`, content: Buffer.alloc(400) }));
    await expect(unpack(entries, { entries: 10, bytes: 1_000, ratio: 200 })).rejects.toMatchObject({
      code: 'limit-exceeded',
    });
  });

  test('an entry that claims to be small and is not, is refused', async () => {
    await expect(
      unpack([{ name: 'liar', content: Buffer.alloc(100_000), claimedSize: 10 }]),
    ).rejects.toMatchObject({
      code: 'invalid-file',
    });
  });
});

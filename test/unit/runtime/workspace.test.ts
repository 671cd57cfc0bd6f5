import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorkspace, type OwnedWorkspace } from '../../../actions/runtime/workspace.ts';

const base = mkdtempSync(join(tmpdir(), 'mlops-workspace-'));
const root = join(base, 'root');
const temp = join(base, 'temp');
const actionFolder = join(base, 'action');
let workspace: OwnedWorkspace;

beforeAll(() => {
  for (const folder of [root, temp, actionFolder, join(root, 'data/sub'), join(root, '.hidden')])
    mkdirSync(folder, { recursive: true });
  writeFileSync(join(base, 'outside.txt'), 'outside');
  writeFileSync(join(actionFolder, 'runtime.wasm'), 'wasm');
  for (const path of [
    'data/a.csv',
    'data/b.csv',
    'data/sub/c.csv',
    'data/sub/d.json',
    '.hidden/e.csv',
    'data/.f.csv',
  ])
    writeFileSync(join(root, path), path);
  writeFileSync(join(root, "a $(touch x) 'q' -r.csv"), 'odd');
  writeFileSync(join(root, 'x[1].csv'), 'brackets');
  writeFileSync(join(root, 'latin1.txt'), Buffer.from([0x63, 0xe9]));
  symlinkSync(join(base, 'outside.txt'), join(root, 'link-out'));
  symlinkSync(base, join(root, 'folder-out'));
  symlinkSync(join(root, 'data/a.csv'), join(root, 'link-in.csv'));
  symlinkSync(join(root, 'circle'), join(root, 'circle'));
  symlinkSync(join(base, 'new-outside.txt'), join(root, 'dangling'));
  execFileSync('mkfifo', [join(root, 'pipe')]);
  workspace = createWorkspace({
    root,
    temp,
    readable: [actionFolder],
    redact: (text) => text.replaceAll('hunter2', '***'),
  });
});
afterAll(() => rmSync(base, { recursive: true }));

describe('reading', () => {
  test.each([
    ['data/a.csv', 'data/a.csv'],
    ['./data/../data/a.csv', 'data/a.csv'],
    ['link-in.csv', 'data/a.csv'],
    ["a $(touch x) 'q' -r.csv", 'odd'],
  ])('%s is read', async (path, content) => {
    expect(await workspace.readText(path)).toBe(content);
  });

  test.each([
    ['../outside.txt', 'outside-workspace'],
    ['data/../../outside.txt', 'outside-workspace'],
    [join(base, 'outside.txt'), 'outside-workspace'],
    ['/etc/passwd', 'outside-workspace'],
    ['/dev/null', 'outside-workspace'],
    ['link-out', 'outside-workspace'],
    ['folder-out/outside.txt', 'outside-workspace'],
    ['circle', 'invalid-file'],
    ['pipe', 'invalid-file'],
    ['data', 'invalid-file'],
    ['missing.csv', 'not-found'],
    ['data/a.csv/b', 'not-found'],
    ['latin1.txt', 'invalid-file'],
    ['a\0b', 'invalid-input'],
  ])('%s is refused as %s', async (path, code) => {
    await expect(workspace.readText(path)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(JSON.stringify(path).slice(1, -1)),
    });
  });

  test('the action’s own folder can be read and not written', async () => {
    expect(await workspace.readText(join(actionFolder, 'runtime.wasm'))).toBe('wasm');
    await expect(workspace.write(join(actionFolder, 'x'), 'x')).rejects.toMatchObject({
      code: 'outside-workspace',
    });
  });

  test('a file over the limit is not read', async () => {
    await expect(workspace.read('data/a.csv', 3)).rejects.toMatchObject({ code: 'limit-exceeded' });
  });

  test('whether a file exists is answered inside only', async () => {
    expect(await workspace.exists('data/a.csv')).toBe(true);
    expect(await workspace.exists('data/none.csv')).toBe(false);
    await expect(workspace.exists('../outside.txt')).rejects.toMatchObject({ code: 'outside-workspace' });
  });

  test('an opened file gives its size, all bytes in order, and any part', async () => {
    const bytes = Buffer.from(Array.from({ length: 600_000 }, (_, index) => index % 251));
    writeFileSync(join(root, 'large.bin'), bytes);
    const source = await workspace.open('large.bin');
    expect([source.name, source.size]).toEqual(['large.bin', 600_000]);
    const chunks: Uint8Array[] = [];
    for await (const chunk of source.stream()) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
    expect(Buffer.from(await source.slice(599_990, 700_000)).equals(bytes.subarray(599_990))).toBe(true);
    expect(await source.slice(10, 10)).toHaveLength(0);
    rmSync(join(root, 'large.bin'));
  });
});

describe('finding', () => {
  test.each([
    ['data/a.csv', ['data/a.csv']],
    ['data', ['data/a.csv', 'data/b.csv', 'data/sub/c.csv', 'data/sub/d.json']],
    ['data/*.csv', ['data/a.csv', 'data/b.csv']],
    ['data/**/*.csv', ['data/a.csv', 'data/b.csv', 'data/sub/c.csv']],
    ['**/[cd].*', ['data/sub/c.csv', 'data/sub/d.json']],
    ['data/**', ['data/a.csv', 'data/b.csv', 'data/sub/c.csv', 'data/sub/d.json']],
    ['data/{b,sub/c}.csv', ['data/b.csv', 'data/sub/c.csv']],
    ['data/?.csv', ['data/a.csv', 'data/b.csv']],
    ['data/[!a].csv', ['data/b.csv']],
    ['.hidden/*.csv', ['.hidden/e.csv']],
    ['data/.*.csv', ['data/.f.csv']],
    ['x[1].csv', ['x[1].csv']],
    ['none/*.csv', []],
    ['missing.csv', []],
    ['link-in*', ['link-in.csv']],
  ])('%s finds %j', async (pattern, expected) => {
    expect(await workspace.glob(pattern)).toEqual(expected);
  });

  test('absolute patterns inside the workspace give the same paths', async () => {
    expect(await workspace.glob(join(root, 'data/*.csv'))).toEqual(['data/a.csv', 'data/b.csv']);
  });

  test.each(['../*.txt', 'folder-out/*', 'link-*', '/etc/*.conf'])(
    '%s leads outside and is refused',
    async (pattern) => {
      await expect(workspace.glob(pattern)).rejects.toMatchObject({ code: 'outside-workspace' });
    },
  );

  test('files in the temporary folder have absolute paths', async () => {
    const folder = await workspace.temporaryFolder('x');
    writeFileSync(join(folder, 'a.json'), '{}');
    expect(await workspace.glob(folder)).toEqual([join(await workspace.resolve(folder), 'a.json')]);
    await workspace.removeTemporaryFolders();
  });
});

describe('writing', () => {
  test('folders are made, secrets taken out, bytes left as they are', async () => {
    await workspace.write('out/deep/a.json', 'password hunter2');
    await workspace.write('out/deep/b.bin', Buffer.from('hunter2'));
    expect(readFileSync(join(root, 'out/deep/a.json'), 'utf8')).toBe('password ***');
    expect(readFileSync(join(root, 'out/deep/b.bin'), 'utf8')).toBe('hunter2');
    expect(readdirSync(join(root, 'out/deep'))).toEqual(['a.json', 'b.bin']);
  });

  test.each(['../new.txt', 'folder-out/new.txt', '/tmp/mlops-new.txt', 'link-out'])(
    '%s leads outside and is refused',
    async (path) => {
      await expect(workspace.write(path, 'x')).rejects.toMatchObject({ code: 'outside-workspace' });
    },
  );

  test('a link that leads nowhere is refused', async () => {
    await expect(workspace.write('dangling', 'x')).rejects.toThrow(
      /dangling: a symbolic link that leads nowhere/,
    );
    await expect(workspace.write('dangling/x', 'x')).rejects.toMatchObject({ code: 'invalid-file' });
  });

  test('a write that fails leaves the earlier file whole and nothing beside it', async () => {
    mkdirSync(join(root, 'kept'));
    mkdirSync(join(root, 'kept/target'));
    writeFileSync(join(root, 'kept/target/child'), 'x');
    await expect(workspace.write('kept/target', 'new')).rejects.toMatchObject({ code: 'invalid-file' });
    expect(readdirSync(join(root, 'kept'))).toEqual(['target']);
  });

  test.skipIf(process.getuid?.() === 0)('a folder that cannot be written to is named', async () => {
    mkdirSync(join(root, 'locked'));
    chmodSync(join(root, 'locked'), 0o500);
    await expect(workspace.write('locked/a', 'x')).rejects.toThrow(/locked\/a: permission denied/);
  });
});

describe('temporary folders', () => {
  test('are empty, private, below the runner’s folder, and gone at the end', async () => {
    const folder = await workspace.temporaryFolder('../odd label');
    expect(readdirSync(folder)).toEqual([]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(folder.startsWith(await workspace.resolve(temp))).toBe(true);
    writeFileSync(join(folder, 'a'), 'a');
    await workspace.removeTemporaryFolders();
    expect(readdirSync(temp)).toEqual([]);
  });
});

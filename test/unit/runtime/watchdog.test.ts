import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { watched } from '../../../actions/runtime/watchdog.ts';

const WATCHDOG = join(import.meta.dirname, '../../../actions/runtime/watchdog.ts');

/** Runs code in a process of its own. */
const run = (code: string): Promise<{ readonly status: number | null; readonly output: string }> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: 10_000,
      killSignal: 'SIGKILL',
    });
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
    });
    child.on('close', (status) => resolve({ status, output }));
  });

test('work that stands still ends the process with an error that names the file', async () => {
  const { status, output } = await run(`
    import { watched } from ${JSON.stringify(WATCHDOG)};
    await watched('data/a.parquet', async () => { for (;;); }, 300);
  `);
  expect(status).not.toBe(0);
  expect(output).toContain('::error::limit-exceeded: data/a.parquet: decoding stood still for 0.3 s');
});

test('work that shows signs of life goes on', async () => {
  const { status, output } = await run(`
    import { watched } from ${JSON.stringify(WATCHDOG)};
    const busy = (ms) => { const end = performance.now() + ms; while (performance.now() < end); };
    await watched('a.parquet', async (beat) => { for (let i = 0; i < 8; i++) { busy(100); beat(); } }, 500);
    console.log('done');
  `);
  expect({ status, output }).toEqual({ status: 0, output: 'done\n' });
});

test('formats whose readers cannot get stuck are not watched, and errors come through', async () => {
  expect(await watched('a.csv', async () => 7)).toBe(7);
  await expect(watched('a.parquet', async () => Promise.reject(new Error('broken')))).rejects.toThrow(
    'broken',
  );
});

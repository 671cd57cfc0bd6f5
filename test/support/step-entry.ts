import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { root } from '../../actions/tools/repository.ts';

type Action = 'promote-model' | 'rollback';

/** What a process of a step is started with. */
interface StepEntry {
  /** Path of the script. */
  readonly entry: string;
  /** Folder in which Node keeps what it compiled for the next process. */
  readonly compiled: string;
}

/** The committed bundles, as users run them, in place of the sources. */
const COMMITTED = process.env['MLOPS_TEST_BUNDLES'] === '1';

let folder: string | undefined;

/**
 * The sources as they are now, packed into a few files once for all processes of a test file: a step of hundreds of
 * modules would spend most of its short life on finding them.
 */
function packedSources(): string {
  if (folder !== undefined) return folder;
  const made = mkdtempSync(join(tmpdir(), 'mlops-packed-'));
  process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  if (!COMMITTED)
    buildSync({
      absWorkingDir: root,
      entryPoints: (['promote-model', 'rollback'] satisfies Action[]).map(
        (action) => `actions/${action}/index.ts`,
      ),
      outdir: made,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node24',
      banner: { js: REQUIRE },
      logLevel: 'warning',
    });
  folder = made;
  return made;
}

/** Packages in CommonJS ask for Node's own modules by it. */
const REQUIRE =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** The script of an action, ready to be started many times. */
export function stepEntry(action: Action): StepEntry {
  const made = packedSources();
  return {
    entry: COMMITTED ? join(root, 'dist', action, 'index.js') : join(made, action, 'index.mjs'),
    compiled: join(made, 'compiled'),
  };
}

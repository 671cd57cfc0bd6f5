import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the contestants need besides Node, installed beside the data, never in the repository. */
const DUCKDB = '@duckdb/node-api@1.5.6-r.1';
const PYTHON_PACKAGES = {
  numpy: '2.4.6',
  scipy: '1.17.1',
  pandas: '3.0.6',
  pyarrow: '25.0.1',
  polars: '1.44.2',
  pandera: '0.33.1',
};

/** The other tools there are on this machine; what is absent is skipped with a line. */
export interface Peers {
  /** An interpreter that has all the packages. */
  readonly python: string | undefined;
  /** The folder whose node_modules has DuckDB. */
  readonly duckdb: string | undefined;
  /** gzip, cat and wc. */
  readonly shellTools: boolean;
}

/** Finds the peers and installs what is missing into `folder`; says what could not be had. */
export function findPeers(folder: string): Peers {
  const python = findPython(folder);
  const duckdb = findDuckdb(folder);
  const shellTools = succeeds('gzip', ['--version']);
  if (python === undefined)
    console.log('Skipped: pandera, polars and scipy, for want of Python packages and of a way to get them');
  if (duckdb === undefined) console.log(`Skipped: DuckDB, because npm could not install ${DUCKDB}`);
  if (!shellTools) console.log('Skipped: gzip, cat and wc, which this system lacks');
  return { python, duckdb, shellTools };
}

const succeeds = (program: string, args: readonly string[]): boolean =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0;

function findPython(folder: string): string | undefined {
  const imports = Object.keys(PYTHON_PACKAGES)
    .map((name) => `import ${name}`)
    .join(';');
  const usable = (python: string): boolean => succeeds(python, ['-c', imports]);
  if (usable('python3')) return 'python3';
  const environment = join(folder, 'python');
  const own = join(environment, 'bin', 'python');
  if (existsSync(own) && usable(own)) return own;
  console.log(`Installing ${Object.keys(PYTHON_PACKAGES).join(', ')} into ${environment} …`);
  const wanted = Object.entries(PYTHON_PACKAGES).map(([name, version]) => `${name}==${version}`);
  const installed =
    succeeds('python3', ['-m', 'venv', environment]) &&
    succeeds(own, ['-m', 'pip', 'install', '--quiet', ...wanted]);
  return installed && usable(own) ? own : undefined;
}

function findDuckdb(folder: string): string | undefined {
  const home = join(folder, 'peers');
  if (existsSync(join(home, 'node_modules', '@duckdb', 'node-api'))) return home;
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{ "private": true }\n');
  console.log(`Installing ${DUCKDB} into ${home} …`);
  const installed = succeeds('npm', ['install', '--prefix', home, '--no-audit', '--no-fund', DUCKDB]);
  return installed ? home : undefined;
}

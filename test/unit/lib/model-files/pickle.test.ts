import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ByteCursor } from '../../../../actions/lib/model-files/byte-cursor.ts';
import { bytesContent } from '../../../../actions/lib/model-files/content.ts';
import { DANGEROUS_GLOBALS, dangerOf } from '../../../../actions/lib/model-files/pickle/dangerous-globals.ts';
import { coverOf, isHarmless } from '../../../../actions/lib/model-files/pickle/harmless-globals.ts';
import type { PickleEvent } from '../../../../actions/lib/model-files/pickle/machine.ts';
import { OPCODES } from '../../../../actions/lib/model-files/pickle/opcodes.ts';
import { walkPickle } from '../../../../actions/lib/model-files/pickle/walk-pickle.ts';
import { ScanBudget, ScanReport } from '../../../../actions/lib/model-files/scan-context.ts';
import { FIXTURES } from './scan.ts';

const json = (name: string) => JSON.parse(readFileSync(join(FIXTURES, name), 'utf8'));

/** A scan of nothing else. */
const bareContext = () => ({
  options: {},
  report: new ScanReport(50),
  budget: new ScanBudget(),
  depth: 0,
  path: '',
  nested: async () => '',
});

describe('opcodes', () => {
  test('are those of pickletools, with the same arguments', () => {
    const known = [...OPCODES.values()].map(({ code, name, argument }) => [code, name, argument]);
    const byCode = (a: readonly unknown[], b: readonly unknown[]) => Number(a[0]) - Number(b[0]);
    expect(known.toSorted(byCode)).toEqual(json('opcodes.json').opcodes.toSorted(byCode));
  });
});

interface Expected {
  readonly opcodes: number;
  readonly named: readonly string[];
  readonly end: number;
}

describe('a walk', () => {
  const files: Readonly<Record<string, Expected>> = json('expected-globals.json').files;
  test.each(Object.entries(files))('through %s meets what pickletools meets', async (name, expected) => {
    const content = bytesContent(name, new Uint8Array(readFileSync(join(FIXTURES, name))));
    const cursor = new ByteCursor(content);
    const names = new Set<string>();
    const heard = (event: PickleEvent) => {
      if (event.kind === 'global') names.add(`${event.global.module}.${event.global.name}`);
    };
    const context = {
      options: {},
      report: new ScanReport(50),
      budget: new ScanBudget(),
      depth: 0,
      path: '',
      nested: async () => '',
    };
    const { opcodes } = await walkPickle({ content, cursor, context, manner: {}, heard });
    expect([opcodes, cursor.position]).toEqual([expected.opcodes, expected.end]);
    for (const named of expected.named) expect(names).toContain(named);
  });

  test('reads a file in small pieces the same way', async () => {
    const bytes = new Uint8Array(readFileSync(join(FIXTURES, 'logistic-4.pkl')));
    const reads: number[] = [];
    const content = {
      name: 'a',
      size: bytes.length,
      read: async (start: number, end: number) => {
        reads.push(end - start);
        return bytes.slice(start, Math.min(end, start + 64));
      },
    };
    const context = bareContext();
    const cursor = new ByteCursor(content);
    await walkPickle({ content, cursor, context, manner: {} });
    expect([cursor.position, context.report.problems]).toEqual([bytes.length, []]);
    expect(reads.length).toBeGreaterThan(10);
  });

  test('passes bytes of any length without reading them', async () => {
    const gigabytes = 5 * 1024 ** 3;
    const head = new Uint8Array([0x80, 4, 0x8e, 0, 0, 0, 0x40, 1, 0, 0, 0]); // BINBYTES8 of 5 GiB
    let read = 0;
    const content = {
      name: 'a',
      size: head.length + gigabytes + 1,
      async read(start: number, end: number) {
        read += end - start;
        const bytes = new Uint8Array(end - start);
        if (start < head.length) bytes.set(head.subarray(start));
        if (end > head.length + gigabytes) bytes[bytes.length - 1] = 0x2e;
        return bytes;
      },
    };
    const context = bareContext();
    const cursor = new ByteCursor(content);
    const { opcodes } = await walkPickle({ content, cursor, context, manner: {} });
    expect([opcodes, cursor.remaining]).toEqual([3, 0]);
    expect(read).toBeLessThan(1024 * 1024);
  });
});

describe('names', () => {
  const names: readonly string[] = json('sklearn-globals.json').globals;
  test('of every fitted estimator of scikit-learn are harmless', () => {
    expect(names.length).toBeGreaterThan(200);
    const split = names.map((name) => name.split(' ') as [string, string]);
    expect(split.filter(([module, name]) => !isHarmless(module, name))).toEqual([]);
  });

  test('that are dangerous are not harmless', () => {
    const all = DANGEROUS_GLOBALS.flatMap(({ names: group }) => group).map((name) => name.split(':'));
    const both = all.filter(([module = '', name = 'Popen']) => isHarmless(module, name));
    expect(both).toEqual([]);
  });

  // Names of advisories of picklescan, modelscan and fickling, and of the documentation of pickle.
  test.each([
    ['os', 'system'],
    ['posix', 'popen'],
    ['nt', 'system'],
    ['subprocess', 'check_output'],
    ['builtins', 'eval'],
    ['__builtin__', 'exec'],
    ['builtins', 'getattr'],
    ['runpy', '_run_code'],
    ['importlib', 'import_module'],
    ['socket', 'create_connection'],
    ['shutil', 'rmtree'],
    ['pty', 'spawn'],
    ['ctypes', 'CDLL'],
    ['webbrowser', 'open'],
    ['operator', 'attrgetter'],
    ['_operator', 'methodcaller'],
    ['functools', 'partial'],
    ['numpy.testing._private.utils', 'runstring'],
    ['torch.hub', 'load'],
    ['pip', 'main'],
    ['timeit', 'timeit'],
    ['asyncio.unix_events', '_UnixSubprocessTransport._start'],
    ['idlelib.pyshell', 'ModifiedInterpreter.runcode'],
    ['lib2to3.pgen2.pgen', 'ParserGenerator.make_label'],
    ['cProfile', 'runctx'],
    ['doctest', 'debug_script'],
    ['pydoc', 'pipepager'],
    ['pkgutil', 'resolve_name'],
    ['torch.utils._config_module', 'ConfigModule.load_config'],
    ['torch._dynamo.guards', 'GuardBuilder.get'],
    ['joblib.numpy_pickle', 'load'],
    ['numpy', 'load'],
    ['types', 'FunctionType'],
  ])('%s.%s is dangerous', (module, name) => {
    expect(dangerOf(module, name)).toBeDefined();
    expect(isHarmless(module, name)).toBe(false);
  });

  test.each([
    [['a.B'], 'a', 'B', 'by-name'],
    [['a.*'], 'a.b.c', 'D', 'by-module'],
    [['a.*'], 'ab', 'C', undefined],
    [['a.*'], 'a', 'os.system', undefined],
    [[], 'a', 'B', undefined],
  ])('%j covers %s %s: %s', (allowed, module, name, cover) => {
    expect(coverOf(allowed, module, name)).toBe(cover);
  });
});

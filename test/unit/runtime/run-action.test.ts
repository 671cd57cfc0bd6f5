import { afterEach, describe, expect, test } from 'vitest';
import { ActionError } from '../../../actions/lib/errors.ts';
import { runAction } from '../../../actions/runtime/run-action.ts';
import type { Outcome } from '../../../actions/runtime/runtime.ts';
import { type MemoryRuntime, memoryRuntime } from '../../support/memory-runtime.ts';

let runtime: MemoryRuntime;
afterEach(() => runtime.dispose());

const run = async (main: () => Outcome, signal?: AbortSignal) => {
  runtime = await memoryRuntime(signal ? { signal } : {});
  return runAction(async () => main(), runtime);
};
const lastLine = () => runtime.recorded.log.at(-1);

describe('a verdict', () => {
  test.each([
    ['pass', 'fail', 'ok', 'info'],
    ['warn', 'fail', 'ok', 'info'],
    ['warn', 'warn', 'failed', 'error'],
    ['inconclusive', 'fail', 'ok', 'info'],
    ['inconclusive', 'inconclusive', 'failed', 'error'],
    ['waived', 'warn', 'ok', 'info'],
    ['fail', 'fail', 'failed', 'error'],
    ['fail', 'never', 'ok', 'info'],
  ] as const)('%s under fail-on %s ends %s', async (verdict, failOn, ending, level) => {
    expect(await run(() => ({ verdict, failOn, message: 'because' }))).toBe(ending);
    expect(runtime.recorded.outputs.get('verdict')).toBe(verdict);
    expect(lastLine()).toEqual({ level, message: 'because' });
  });
});

describe('an error', () => {
  test.each([
    ['invalid-input', 'misuse'],
    ['not-found', 'error'],
    ['github-denied', 'error'],
  ] as const)('of code %s ends as %s, with its message and without a verdict', async (code, ending) => {
    const fail = () => {
      throw new ActionError(code, 'x.csv: no such file', { cause: new Error('inner') });
    };
    expect(await run(fail)).toBe(ending);
    expect(runtime.recorded.outputs.has('verdict')).toBe(false);
    expect(lastLine()).toEqual({ level: 'error', message: `${code}: x.csv: no such file` });
  });

  test('that is a bug of ours shows its stack and its causes', async () => {
    const fail = () => {
      throw new TypeError('undefined is not a function', { cause: new Error('the cause') });
    };
    expect(await run(fail)).toBe('error');
    const { message = '' } = lastLine() ?? {};
    expect(message).toMatch(
      /^This is a bug of ours, please report it\.\nTypeError: undefined is not a function\n\s+at /,
    );
    expect(message).toContain('caused by Error: the cause');
  });

  test('while the run is being cancelled is no bug', async () => {
    const fail = () => {
      throw new Error('socket closed');
    };
    expect(await run(fail, AbortSignal.abort())).toBe('error');
    expect(lastLine()?.message).toBe('cancelled: the run was cancelled');
  });

  test('that is no Error is shown', async () => {
    const fail = () => {
      throw 'a text';
    };
    expect(await run(fail)).toBe('error');
    expect(lastLine()?.message).toContain('a text');
  });
});

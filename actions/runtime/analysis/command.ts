import { ActionError } from '../../lib/errors.ts';
import type { Measurement } from '../../lib/rollout/measurement.ts';
import { encodings, fillTemplate } from '../../lib/rollout/template.ts';
import type { CommandResult } from '../runtime.ts';
import type { Measure } from './provider.ts';
import { jsonOf } from './read-reply.ts';
import { readValue } from './read-value.ts';

/** The exit status by which a program says that it cannot tell. */
const CANNOT_TELL = 3;

/** Measures a number that a program prints, somewhere in a JSON document. */
export const measureCommand: Measure<'command'> = async (runtime, source, { values }) => {
  const argv = source.argv.map((argument) => fillTemplate(argument, values, encodings.verbatim));
  let result: CommandResult;
  try {
    result = await runtime.commands.run(argv, { timeoutMs: source.timeoutMs });
  } catch (error) {
    if (error instanceof ActionError && error.code === 'not-found')
      return { kind: 'misconfigured', message: error.message };
    throw error;
  }
  const failed = unsuccessful(result, source.timeoutMs);
  if (failed !== undefined) return failed;
  if (result.stdout.trim() === '') return { kind: 'no-data', message: 'the program printed nothing' };
  const document = jsonOf(result.stdout);
  if (document.kind !== 'json') return document;
  return readValue(document.value, source.pointer, source.samplesPointer);
};

function unsuccessful(result: CommandResult, timeoutMs: number): Measurement | undefined {
  const { exitCode, timedOut, stderr } = result;
  if (timedOut) return { kind: 'error', message: `the program did not end within ${timeoutMs} ms` };
  if (exitCode === 0) return undefined;
  const said = lastLine(stderr);
  const message = `the program ended with ${exitCode}${said === '' ? '' : `: ${said}`}`;
  return exitCode === CANNOT_TELL
    ? { kind: 'said', says: 'inconclusive', message }
    : { kind: 'error', message };
}

/** Programs tell last why they fail. */
const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim().slice(0, 200) ?? '';

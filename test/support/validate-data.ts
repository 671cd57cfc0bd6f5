import type { ProfileDocument } from '../../actions/lib/documents/profile.ts';
import type { Finding, ValidationDocument } from '../../actions/lib/documents/validation.ts';
import { readDocument } from '../../actions/lib/schema/documents.ts';
import type { Outcome } from '../../actions/runtime/runtime.ts';
import { main } from '../../actions/validate-data/main.ts';
import { type MemoryRuntime, type MemoryRuntimeOptions, memoryRuntime } from './memory-runtime.ts';

export const OUTPUT = 'mlops/validate-data';

/** All that a run of validate-data wrote; the workspace is gone. */
export interface Validated {
  readonly outcome: Outcome;
  readonly report: ValidationDocument;
  readonly profile: ProfileDocument;
  readonly recorded: MemoryRuntime['recorded'];
}

/** Runs validate-data over files in memory and reads its documents. */
export async function validateData(
  inputs: Readonly<Record<string, string>>,
  files: MemoryRuntimeOptions['files'],
  options: Omit<MemoryRuntimeOptions, 'inputs' | 'files'> = {},
): Promise<Validated> {
  await using runtime = await memoryRuntime({
    action: 'validate-data',
    inputs,
    ...(files && { files }),
    ...options,
  });
  // Without this await the workspace would be removed while it is still read.
  return await finished(runtime, await main(runtime));
}

/** What a runtime has when its run is over. */
export async function finished(runtime: MemoryRuntime, outcome: Outcome): Promise<Validated> {
  const text = (file: string): Promise<string> => runtime.files.readText(`${OUTPUT}/${file}`);
  return {
    outcome,
    report: readDocument<ValidationDocument>('validation', await text('report.json'), 'report.json'),
    profile: readDocument<ProfileDocument>('profile', await text('profile.json'), 'profile.json'),
    recorded: runtime.recorded,
  };
}

/** A finding in short: `check field file:line`, `file#row` in formats without lines. */
export const where = ({ check, field, file, line, row }: Finding): string =>
  [
    check,
    field,
    file === undefined
      ? undefined
      : `${file}${line === undefined ? '' : `:${line}`}${row === undefined ? '' : `#${row}`}`,
  ]
    .filter((part) => part !== undefined)
    .join(' ');

/** The checks that did not pass, in short: `check field status`. */
export const notPassed = ({ checks }: ValidationDocument): readonly string[] =>
  checks
    .filter(({ status }) => status !== 'pass')
    .map(({ check, field, status }) => [check, field, status].filter((part) => part !== undefined).join(' '));

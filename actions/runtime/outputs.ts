import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { fileError } from './workspace.ts';

const NAME = /^[a-z][a-z0-9-]*$/;
/** GitHub takes 1 MB of outputs a job, counted in UTF-16; no single output may take more than a quarter. */
const MAX_CHARACTERS = 128 * 1024;

/**
 * One entry of the runner's output file: `name<<delimiter`, the value, the delimiter, each on its own line.
 *
 * @throws RangeError for a name that is not one of ours: names never come from data
 */
export function outputEntry(
  name: string,
  value: string,
  newDelimiter: () => string = randomDelimiter,
): string {
  if (!NAME.test(name)) throw new RangeError(`Not the name of an output: ${JSON.stringify(name)}`);
  let delimiter = newDelimiter();
  while (value.includes(delimiter)) delimiter = newDelimiter();
  return `${name}<<${delimiter}\n${value}\n${delimiter}\n`;
}

const randomDelimiter = (): string => `mlops_${randomUUID()}`;

function append(path: string, entry: string, name: string): void {
  try {
    appendFileSync(path, entry);
  } catch (cause) {
    throw fileError(`the output "${name}"`, cause);
  }
}

/**
 * Sets an output of the step at once, so that a later crash does not lose it. Without an output file it does nothing.
 *
 * @throws ActionError limit-exceeded, invalid-file when the runner's file cannot be written to
 */
export function outputFile(
  path: string | undefined,
  warn: (message: string) => void,
): (name: string, value: string) => void {
  return (name, value) => {
    const entry = outputEntry(name, value);
    if (value.length > MAX_CHARACTERS) {
      warn(
        `The output "${name}" is not set: it has ${value.length} characters, GitHub takes few; read the report instead.`,
      );
    } else if (path) append(path, entry, name);
  };
}

import { durationText, parseDuration } from '../duration.ts';
import type { ValuePath } from '../schema/parsed-text.ts';
import type { HeaderTemplates } from './rollout.ts';
import { headerProblem, templateProblem, unknownVariable } from './template.ts';

/** Notes a problem at a place of the file; reading goes on, so that all problems are told at once. */
export type Note = (path: ValuePath, message: string) => void;

/** No wait is longer: a rollout that is meant to take a year is a slip of the pen. */
const LONGEST_MS = 90 * 86_400_000;

/** Milliseconds of a duration that the schema has checked, or what holds where the file is silent. */
export const duration = (text: string | undefined, fallbackMs: number): number =>
  (text === undefined ? undefined : parseDuration(text)) ?? fallbackMs;

/** The same, within bounds; `undefined` where the file is silent. */
export function readDuration(
  path: ValuePath,
  text: string | undefined,
  note: Note,
  [least, most]: readonly [number, number] = [0, LONGEST_MS],
): number | undefined {
  if (text === undefined) return undefined;
  const ms = duration(text, 0);
  if (ms < least || ms > most)
    note(path, `expected ${durationText(least)} to ${durationText(most)}, found ${text}`);
  return ms;
}

const TIMEOUT: readonly [number, number] = [100, 3_600_000];
const DEFAULT_TIMEOUT_MS = 60_000;

/** How long one question may take. */
export const readTimeout = (path: ValuePath, text: string | undefined, note: Note): number =>
  readDuration(path, text, note, TIMEOUT) ?? DEFAULT_TIMEOUT_MS;

/** Notes what is wrong with an address template, if anything is. */
export function noteTemplate(
  path: ValuePath,
  url: string,
  allowPrivateNetwork: boolean,
  note: Note,
  known?: readonly string[],
): void {
  const problem = templateProblem(url, allowPrivateNetwork, known);
  if (problem !== undefined) note(path, problem);
}

/** Reads headers; `${env.NAME}` in them is looked at when they are sent. */
export function readHeaders(
  path: ValuePath,
  headers: HeaderTemplates | undefined,
  note: Note,
): HeaderTemplates {
  for (const [name, value] of Object.entries(headers ?? {})) {
    const problem = headerProblem(name, value);
    if (problem !== undefined) note([...path, name], problem);
  }
  return headers ?? {};
}

/** Notes the arguments of a program that name unknown variables. */
export function noteArguments(
  path: ValuePath,
  argv: readonly string[],
  known: readonly string[],
  note: Note,
): void {
  for (const [index, argument] of argv.entries()) {
    const unknown = unknownVariable(argument, known);
    if (unknown !== undefined) note([...path, index], unknown);
  }
}

import { parseDuration } from '../duration.ts';
import type { ValuePath } from '../schema/parsed-text.ts';
import { templateProblem } from './template.ts';

/** Notes a problem at a place of the file; reading goes on, so that all problems are told at once. */
export type Note = (path: ValuePath, message: string) => void;

/** Milliseconds of a duration that the schema has checked, or what holds where the file is silent. */
export const duration = (text: string | undefined, fallbackMs: number): number =>
  (text === undefined ? undefined : parseDuration(text)) ?? fallbackMs;

/** Notes what is wrong with an address template, if anything is. */
export function noteTemplate(path: ValuePath, url: string, allowPrivateNetwork: boolean, note: Note): void {
  const problem = templateProblem(url, allowPrivateNetwork);
  if (problem !== undefined) note(path, problem);
}

import type { Annotation, Log } from './runtime.ts';

/** Where the results of a step go. Every text that reaches a sink has been redacted. */
export interface Sinks {
  readonly log: Log;
  annotate(annotation: Annotation): void;
  output(name: string, value: string): void;
  summary(markdown: string): Promise<void>;
  /** Tells the surroundings to hide a value in their own logs. */
  mask(secret: string): void;
  /** Writes what was held back until the end of the step. */
  close(): Promise<void>;
}

import { endProcesses } from './workflow/run-process.ts';

/** The exit code of a program that Ctrl-C has ended. */
export const INTERRUPTED = 130;

/** A signal that the first Ctrl-C aborts, so that work can end in order; the second ends everything at once. */
export function cancellation(onCancel: () => void): {
  readonly signal: AbortSignal;
  readonly stop: () => void;
} {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) {
      endProcesses();
      process.exit(INTERRUPTED);
    }
    controller.abort();
    onCancel();
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  return {
    signal: controller.signal,
    stop: () => void process.off('SIGINT', interrupt).off('SIGTERM', interrupt),
  };
}

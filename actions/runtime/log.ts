import type { Clock, Log } from './runtime.ts';
import type { StepCommands } from './step-commands.ts';

/** Lines of progress are at least this far apart, so that a long step does not flood its log. */
const PROGRESS_MS = 1_000;

/** The log of a step on GitHub: lines for people, commands for the runner, nothing in between. */
export function stepLog(commands: StepCommands, clock: Clock): Log {
  let lastProgress = Number.NEGATIVE_INFINITY;
  return {
    debug: (message) => commands.command('debug', message),
    info: (message) => commands.text(message),
    notice: (message) => commands.issue('notice', message),
    warning: (message) => commands.issue('warning', message),
    error: (message) => commands.issue('error', message),
    async group(title, work) {
      commands.command('group', title);
      try {
        return await work();
      } finally {
        commands.command('endgroup');
      }
    },
    progress(label, done, total) {
      const now = clock.now();
      if (now - lastProgress < PROGRESS_MS) return;
      lastProgress = now;
      commands.text(progressLine(label, done, total));
    },
  };
}

/** `reading: 40 % (4 of 10)`, or `reading: 4` when the total is unknown (0). */
export const progressLine = (label: string, done: number, total: number): string =>
  total > 0
    ? `${label}: ${Math.floor((100 * Math.min(done, total)) / total)} % (${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')})`
    : `${label}: ${done.toLocaleString('en-US')}`;

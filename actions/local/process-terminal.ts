import type { Terminal } from '../runtime/terminal.ts';

/** Standard output, with colours when it is a screen and nobody asked for none (`NO_COLOR`). */
export const processTerminal = (): Terminal => ({
  isScreen: process.stdout.isTTY === true && !process.env['NO_COLOR'],
  columns: process.stdout.columns || 100,
  write: (text) => void process.stdout.write(text),
});

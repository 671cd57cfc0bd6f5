import { commandLine } from './command-line.ts';
import { processTerminal } from './process-terminal.ts';

const code = await commandLine(process.argv.slice(2), processTerminal());
// Sockets that are kept alive must not keep the process alive; what was printed must be out first.
process.stdout.write('', () => process.exit(code));

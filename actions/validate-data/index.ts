import { THREAD_ARGUMENT } from '../runtime/scan/thread-argument.ts';

if (process.argv[2] === THREAD_ARGUMENT) await import('../runtime/scan/scan-worker.ts');
else await import('./step.ts');

import { githubRuntime } from '../runtime/github-runtime.ts';
import { main } from './main.ts';

await githubRuntime('gate-metrics').run(main);

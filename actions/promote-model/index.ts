import { githubRuntime } from '../runtime/github-runtime.ts';
import { lazyCache } from '../runtime/lazy-cache.ts';
import { afterInputs } from '../runtime/run-action.ts';
import { readInputs } from './inputs.ts';

await githubRuntime('promote-model', { cache: lazyCache }).run(
  afterInputs(readInputs, () => import('./main.ts')),
);

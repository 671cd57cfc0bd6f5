import { githubRuntime } from '../runtime/github-runtime.ts';
import { afterInputs } from '../runtime/run-action.ts';
import { readInputs } from './inputs.ts';

await githubRuntime('promote-model').run(afterInputs(readInputs, () => import('./main.ts')));

import { buildKernels } from '../../actions/tools/kernels.ts';

/** Tests that run from source need the kernels compiled; once before all of them, and only when sources are newer. */
export const setup = (): Promise<void> => buildKernels();

import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// @actions/workflow-parser and @actions/languageservice import their JSON schemas without an import attribute.
const server = { deps: { inline: [/@actions\/(workflow-parser|languageservice)/] } };

const ring = (name: string, testTimeout: number) => ({
  test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout, hookTimeout: 120_000, server },
});

export default defineConfig({
  test: {
    globalSetup: ['test/support/build-kernels.ts'],
    // Vitest leaves one core to itself: of the two cores that a runner has, that would be half.
    maxWorkers: availableParallelism(),
    // Tests that mostly wait, such as those of rivals for one ledger, run side by side within their file.
    maxConcurrency: 6,
    projects: [
      ring('unit', 20_000),
      ring('contract', 60_000),
      ring('integration', 60_000),
      ring('dist', 120_000),
      ring('mutants', 180_000),
    ],
  },
});

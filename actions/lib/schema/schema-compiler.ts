type Compile = typeof import('./compile-schema.ts').compileSchema;

let compile: Compile | undefined;

/** A schema was to be compiled before the compiler was there. */
class CompilerMissing extends Error {}

/**
 * Loads the compiler of schemas for `loadedCompiler`. It is large, and takes as long to begin as Node itself: jobs
 * without a schema for rows, whose documents are in order, go without it.
 */
export async function loadCompiler(): Promise<Compile> {
  const { compileSchema } = await import('./compile-schema.ts');
  compile = compileSchema;
  return compile;
}

/** The compiler, for code that cannot wait for it. @throws CompilerMissing, which `withCompiler` mends */
export function loadedCompiler(): Compile {
  if (compile === undefined) throw new CompilerMissing('the compiler of schemas is not loaded');
  return compile;
}

/** Does work that may compile schemas; begins it anew with the compiler when it does. */
export async function withCompiler<T>(work: () => T): Promise<T> {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof CompilerMissing)) throw error;
    await loadCompiler();
    return work();
  }
}

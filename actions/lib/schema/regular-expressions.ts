import { RE2JS } from 're2js';

/** What ajv asks of a regular expression engine. */
interface Engine {
  (pattern: string, flags: string): LinearPattern;
  /** Only read when validators are written out as source code, which we do not do. */
  code: string;
}

export interface LinearPattern {
  test(text: string): boolean;
  exec(text: string): string[] | null;
  toString(): string;
}

const compiled = new Map<string, RE2JS>();

/**
 * Compiles a JavaScript pattern for RE2. Each is compiled once: a contract's is looked at when it is read, planned with,
 * and matched by every thread, and compiling takes longer than matching a small file.
 *
 * @throws Error for patterns that RE2 does not have: lookaround and back references
 */
export function compilePattern(pattern: string, ignoreCase = false): RE2JS {
  const key = `${ignoreCase ? 'i' : ''}:${pattern}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const made = RE2JS.compile(RE2JS.translateRegExp(pattern), ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  compiled.set(key, made);
  return made;
}

/**
 * RE2 in place of the built-in engine, so that no pattern takes more than linear time. It refuses lookaround and
 * back references with an error.
 */
export const linearPattern: Engine = Object.assign(
  (pattern: string, flags: string): LinearPattern => {
    const engine = compilePattern(pattern, flags.includes('i'));
    return {
      test: (text) => engine.matcher(text).find(),
      exec: (text) => {
        const matcher = engine.matcher(text);
        return matcher.find() ? [matcher.group() ?? ''] : null;
      },
      // ajv keeps patterns under this text: if it were the same for two, the second would act as the first.
      toString: () => `re2:${flags}:${pattern}`,
    };
  },
  { code: 'undefined' },
);

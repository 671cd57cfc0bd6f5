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

/**
 * RE2 in place of the built-in engine, so that no pattern takes more than linear time. It refuses lookaround and
 * back references with an error.
 */
export const linearPattern: Engine = Object.assign(
  (pattern: string, flags: string): LinearPattern => {
    const compiled = RE2JS.compile(
      RE2JS.translateRegExp(pattern),
      flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0,
    );
    return {
      test: (text) => compiled.matcher(text).find(),
      exec: (text) => {
        const matcher = compiled.matcher(text);
        return matcher.find() ? [matcher.group() ?? ''] : null;
      },
      // ajv keeps patterns under this text: if it were the same for two, the second would act as the first.
      toString: () => `re2:${flags}:${pattern}`,
    };
  },
  { code: 'undefined' },
);

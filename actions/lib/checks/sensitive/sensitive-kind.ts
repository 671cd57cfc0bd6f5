/** A kind of text that must not be in data unprotected. */
export interface SensitiveKind {
  readonly name: string;
  /** For findings: `an e-mail address`. */
  readonly words: string;
  /** Where the definition comes from, for the documentation. */
  readonly about: string;
  /** Whether it is somewhere in a text. */
  holds(text: string): boolean;
  /** It may be in columns of numbers as well. */
  readonly numeric?: true;
}

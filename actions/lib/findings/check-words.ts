/** What outputs say of a check; a `CheckDefinition` has it all. */
export interface CheckWords {
  readonly name: string;
  readonly about: string;
  readonly dimension?: string;
  readonly example?: string;
  readonly aliases?: readonly (readonly [tool: string, name: string])[];
}

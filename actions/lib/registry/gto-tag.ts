/** Names that GTO reads. Source: gto/constants.py, `name`. */
const NAME = /^[a-z]([a-z0-9-/]*[a-z0-9])?$/;

/**
 * The tags that GTO would make: `churn@v3.4.0` when a version is registered, and `churn#production#7` when it is the
 * seventh to be assigned to a stage.
 */
export const gtoVersionTag = (model: string, version: string): string => `${model}@v${version}`;

/** What the tags of a stage begin with, before their number. */
export const gtoStagePrefix = (model: string, stage: string): string => `${model}#${stage}#`;

/** Why GTO would not read a name, or `undefined`: it takes a-z, 0-9, "-" and "/", and begins with a letter. */
export const gtoNameProblem = (what: string, name: string): string | undefined =>
  NAME.test(name)
    ? undefined
    : `the ${what} ${JSON.stringify(name)} is no name of GTO's, which begin with a letter and hold a-z, 0-9 and "-" only`;

/** The assignments to a stage among tags, newest first. */
export function gtoAssignments(
  tags: readonly string[],
  model: string,
  stage: string,
): readonly { readonly tag: string; readonly number: number }[] {
  const prefix = gtoStagePrefix(model, stage);
  return tags
    .filter((tag) => tag.startsWith(prefix) && /^[1-9]\d{0,8}$/.test(tag.slice(prefix.length)))
    .map((tag) => ({ tag, number: Number(tag.slice(prefix.length)) }))
    .sort((a, b) => b.number - a.number);
}

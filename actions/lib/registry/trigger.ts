/** What makes a person, an alert or an analysis that failed say of a version that it is bad. */
const JUDGING: ReadonlySet<string> = new Set(['manual', 'alert', 'analysis']);

/**
 * Whether a way back that was begun for this reason speaks against the version that is left. One that somebody called
 * off, that had no data, or whose traffic could not be set, was not judged.
 */
export const isJudgement = (trigger: string): boolean => JUDGING.has(trigger);

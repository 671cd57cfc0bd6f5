/**
 * How long a change of traffic that is under way may go on after the run was cancelled: a change that is cut off in the
 * middle leaves traffic in a state that nobody asked for.
 */
export const LINGER = { lingerMs: 3_000 } as const;

/** A variable of the environment, without white space around it; empty when it is not set. */
export const variable = (name: string): string => (process.env[name] ?? '').trim();

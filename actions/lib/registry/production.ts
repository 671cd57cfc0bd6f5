/** Whether an environment counts as production, by its name alone: where nobody and nothing says so. */
export const isProductionName = (environment: string): boolean => /^prod(uction)?$/.test(environment);

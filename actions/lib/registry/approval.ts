/** One person's yes to environments of a run, as GitHub keeps it. */
export interface Approval {
  readonly login: string;
  readonly environments: readonly string[];
}

/** Whether GitHub asked somebody before a run was let through to approve a rollout. */
export type Reviewed =
  | { readonly kind: 'reviewed'; readonly by: readonly string[] }
  /** GitHub asked nobody, or does not tell: only who started the run has said yes. */
  | { readonly kind: 'unreviewed'; readonly reason: string }
  /** People said yes to something else. */
  | { readonly kind: 'elsewhere'; readonly reason: string };

/**
 * Who said yes to the environment that an approval step names. GitHub compares names of environments without case.
 *
 * @param approvals - of the run; `undefined` where they cannot be read
 */
export function reviewOf(environment: string, approvals: readonly Approval[] | undefined): Reviewed {
  if (approvals === undefined)
    return {
      kind: 'unreviewed',
      reason: `who approved ${environment} cannot be read (needs "permissions: actions: read")`,
    };
  const wanted = environment.toLowerCase();
  const by = approvals
    .filter(({ environments }) => environments.some((name) => name.toLowerCase() === wanted))
    .map(({ login }) => login);
  if (by.length > 0) return { kind: 'reviewed', by: [...new Set(by)] };
  const others = [...new Set(approvals.flatMap(({ environments }) => environments))];
  if (others.length > 0)
    return {
      kind: 'elsewhere',
      reason: `this run was approved for ${others.join(', ')}, and the step asks for ${environment}; let the job name environment: ${environment}`,
    };
  return {
    kind: 'unreviewed',
    reason: `GitHub asked nobody about ${environment}: let the job name environment: ${environment}, and give that required reviewers`,
  };
}

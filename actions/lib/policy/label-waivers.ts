import type { GrantedWaiver } from './apply-waivers.ts';
import type { WaiverLabel } from './policy.ts';
import { waiveLine, waiveLines } from './waive-comment.ts';

/** What is known of a pull request's labels and of the people who put them there. Times in milliseconds since 1970. */
export interface LabelledPullRequest {
  /** Labels that are there now. */
  readonly labels: readonly string[];
  /** Who put each there, `by` empty for an account that is gone. */
  readonly labellings: readonly { readonly label: string; readonly by: string; readonly at: number }[];
  /** Oldest first. */
  readonly comments: readonly { readonly by: string; readonly body: string }[];
  /** Role on the repository of everybody above, by login. */
  readonly roles: ReadonlyMap<string, string | undefined>;
}

/**
 * The waivers that the labels of a pull request grant, one for each gate of each label. One by somebody who may not,
 * or without the reason that is asked for, is granted with `refused`, so that a report can say why it does not count.
 */
export function judgeLabelWaivers(
  labels: readonly WaiverLabel[],
  request: LabelledPullRequest,
): readonly GrantedWaiver[] {
  return labels
    .filter(({ label }) => request.labels.some((name) => sameText(name, label)))
    .flatMap((label) => label.gates.map((gate) => waiverOf(label, gate, request)));
}

/** Names of labels, logins and roles do not differ by case. */
const sameText = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function waiverOf(label: WaiverLabel, gate: string, request: LabelledPullRequest): GrantedWaiver {
  const labelling = request.labellings.find((found) => sameText(found.label, label.label));
  const given = reasonFor(label, gate, request);
  return {
    gate,
    source: 'label',
    owner: labelling === undefined || labelling.by === '' ? 'unknown' : `@${labelling.by}`,
    reason: 'reason' in given ? given.reason : '',
    expires: (labelling?.at ?? 0) + label.expiresAfterMs,
    maxValueLoss: label.maxValueLoss,
    refused:
      labellingProblem(label, labelling?.by, request) ?? ('problem' in given ? given.problem : undefined),
    line: undefined,
  };
}

function labellingProblem(
  label: WaiverLabel,
  by: string | undefined,
  request: LabelledPullRequest,
): string | undefined {
  if (by === undefined || by === '')
    return `GitHub does not say who put the label "${label.label}" there; take it off and put it there again`;
  return mayWaive(label, by, request)
    ? undefined
    : `the label "${label.label}" was put there by @${by} (${roleText(by, request)}); ${whoMay(label)} may`;
}

function reasonFor(
  label: WaiverLabel,
  gate: string,
  request: LabelledPullRequest,
): { readonly reason: string } | { readonly problem: string } {
  const given = request.comments.flatMap(({ by, body }) =>
    waiveLines(body)
      .filter((line) => line.gate === gate)
      .map(({ reason }) => ({ by, reason })),
  );
  const accepted = given.findLast(({ by }) => mayWaive(label, by, request));
  if (accepted) return { reason: accepted.reason };
  if (!label.reasonRequired) return { reason: `label "${label.label}"` };
  const other = given.at(-1);
  const instead = `; comment "${waiveLine(gate)}" (${whoMay(label)})`;
  return {
    problem: other
      ? `the reason was given by @${other.by} (${roleText(other.by, request)})${instead}`
      : `no reason was given${instead}`,
  };
}

function mayWaive({ appliedBy }: WaiverLabel, login: string, { roles }: LabelledPullRequest): boolean {
  const role = roles.get(login);
  return appliedBy.some((who) =>
    who.startsWith('@') ? sameText(who.slice(1), login) : role !== undefined && sameText(who, role),
  );
}

const roleText = (login: string, { roles }: LabelledPullRequest): string => {
  const role = roles.get(login);
  return role === undefined ? 'no role here' : `role ${role}`;
};

const whoMay = ({ appliedBy }: WaiverLabel): string =>
  appliedBy.map((who) => (who.startsWith('@') ? who : `role ${who}`)).join(' or ');

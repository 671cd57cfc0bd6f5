/** A waiver somebody granted, before it is known whether its gate needs it. */
export interface GrantedWaiver {
  /** Id of the gate as the policy has it; it also covers that gate's slices. */
  readonly gate: string;
  readonly source: 'file' | 'label';
  readonly owner: string;
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
  /** Largest loss that is excused, in the unit of the metric. */
  readonly maxValueLoss: number | undefined;
  /** Why it does not count at all (put there by somebody who may not, no reason given); `undefined` when it counts. */
  readonly refused: string | undefined;
  /** Line of the waiver in its file. */
  readonly line: number | undefined;
}

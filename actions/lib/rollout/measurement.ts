/** A number that was measured. */
export interface MeasuredValue {
  readonly kind: 'value';
  readonly value: number;
  /** What it rests on: requests, labels; `undefined` when the source does not say. */
  readonly samples: number | undefined;
}

/** Why there is no number. */
export type NoValue =
  /** The source answered and has no number: an empty answer, null, NaN, an infinity. */
  | { readonly kind: 'no-data'; readonly message: string }
  /** The source did not answer, or not usably; another try may do. */
  | { readonly kind: 'error'; readonly message: string }
  /** The question itself is wrong; no further try will do. */
  | { readonly kind: 'misconfigured'; readonly message: string };

/** What one measurement gave. */
export type Measurement =
  | MeasuredValue
  /** The source has judged by itself: a document with a verdict, a program that says it cannot tell. */
  | {
      readonly kind: 'said';
      readonly says: 'pass' | 'fail' | 'inconclusive';
      readonly message: string;
    }
  | NoValue;

/** What was measured at one moment. */
export interface Observation {
  readonly candidate: Measurement;
  /** The same source asked about the stable version; `undefined` where none answers requests beside the candidate. */
  readonly stable: Measurement | undefined;
}

/** What a measurement says about the candidate; `wait`: nothing yet, ask again. */
export type Judgement = 'pass' | 'fail' | 'inconclusive' | 'error' | 'wait';

export interface Judged {
  readonly says: Judgement;
  /** Empty for a pass. */
  readonly why: string;
}

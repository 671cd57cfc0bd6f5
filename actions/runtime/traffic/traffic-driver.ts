/** A version as traffic drivers are told of it. */
export interface TrafficVersion {
  readonly version: string;
  readonly digest: string;
  readonly uri: string;
}

/** The traffic that is wanted: absolute, so that saying it twice changes nothing. */
export interface TrafficTarget extends TrafficVersion {
  readonly model: string;
  readonly environment: string;
  /** Percent of traffic for this version, 0 to 100; all other traffic goes to `previous`. */
  readonly weight: number;
  /** Percent of requests that this version gets a copy of without answering them, 0 to 100. */
  readonly shadow: number;
  readonly previous: TrafficVersion | undefined;
  /** How long `previous` is to go on with the requests it has, in seconds. */
  readonly drainSeconds: number;
  /** A receiver that has seen a higher fence refuses this change. */
  readonly fence: number;
  /** The same for the same change, however often it is sent. */
  readonly idempotencyKey: string;
}

/** What became of a change. `fenced`: somebody with a newer right has taken over. */
export type SetResult =
  | { readonly kind: 'done' }
  | { readonly kind: 'fenced'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string };

/** The share of traffic that the version of a target has now, in percent. */
export type TrafficReading =
  | {
      readonly kind: 'weight';
      readonly weight: number;
      /** Percent of requests it gets copies of; `undefined` when the system does not say. */
      readonly shadow: number | undefined;
    }
  | { readonly kind: 'unreadable'; readonly message: string };

/** One way to switch traffic. A new one is a file here, a line in the catalog and a member of `TrafficSpec`. */
export interface TrafficDriver {
  set(target: TrafficTarget): Promise<SetResult>;
  read(target: TrafficTarget): Promise<TrafficReading>;
}

import type { OutboxEntry } from '../../lib/registry/events.ts';

/** What became of one attempt to tell a mirror. */
export type Delivery =
  /** `reference`: what now says so, an address or a name; `deployment`: the one that was ended. */
  | { readonly kind: 'done'; readonly reference: string; readonly deployment?: number }
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * Tells a mirror once and reads back what it says then. It may be done again: the same entry changes nothing a second
 * time. Whatever the outside does is a value; only a cancelled run throws.
 */
export type Deliver = (entry: OutboxEntry) => Promise<Delivery>;

/** The mirrors that this run can tell, by kind. */
export type Deliverers = Readonly<Partial<Record<OutboxEntry['kind'], Deliver>>>;

/** A field of an entry; empty when an older version of ours did not write it. */
export const payloadOf = (entry: OutboxEntry, name: string): string => entry.payload[name] ?? '';

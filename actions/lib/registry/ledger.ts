import { canonicalJson } from '../digest.ts';
import { eventLines } from './chain.ts';
import type { LedgerEvent } from './events.ts';
import { applyEvent, fold, monthOf } from './fold.ts';
import { environmentPointer } from './pointer.ts';
import { ledgerReadme } from './readme.ts';
import { emptyState, type LedgerState } from './state.ts';

/** What the events of one model add up to, and those of them that are looked for. */
export interface Ledger {
  readonly state: LedgerState;
  /** All since `since`, and of those before it what `remember` keeps. In order; their numbers may have gaps. */
  readonly events: readonly LedgerEvent[];
  /** From when on all events are there; from the first on if absent. */
  readonly since?: string;
}

/** A ledger before its first event. */
export const emptyLedger = (model: string): Ledger => ({ state: emptyState(model), events: [] });

/** The ledger that a proven chain of events makes. */
export const ledgerOf = (model: string, events: readonly LedgerEvent[]): Ledger => ({
  state: fold(model, events),
  events,
});

/** The ledger after more events. */
export const appendEvents = (ledger: Ledger, events: readonly LedgerEvent[]): Ledger => ({
  ...ledger,
  state: events.reduce(applyEvent, ledger.state),
  events: [...ledger.events, ...events],
});

/** Where things lie on the ledger's branch. */
export const ledgerPath = {
  /** Marks the branch as a ledger: a branch without it is never written to. */
  marker: 'ledger.json',
  state: (model: string) => `models/${model}/state.json`,
  eventsFolder: (model: string) => `models/${model}/events`,
  events: (model: string, month: string) => `models/${model}/events/${month}.jsonl`,
  sealedFolder: (model: string) => `models/${model}/sealed`,
  /** What stands for all events up to the end of a month. */
  sealed: (model: string, month: string) => `models/${model}/sealed/${month}.jsonl`,
  pointer: (model: string, environment: string) => `models/${model}/env/${environment}.json`,
  evidence: (model: string, digest: string) =>
    `models/${model}/evidence/${digest.slice('sha256:'.length)}.json`,
  rollout: (model: string, digest: string) =>
    `models/${model}/rollouts/${digest.slice('sha256:'.length)}.yml`,
  readme: (model: string) => `models/${model}/README.md`,
} as const;

/** The content of the marker file. */
export const LEDGER_MARKER = `${canonicalJson({ schema: 'mlops-actions/ledger/v1' })}\n`;

/** `state.json` as text, for people and for comparing. */
export const stateText = (state: LedgerState): string =>
  `${JSON.stringify(JSON.parse(canonicalJson(state)), null, 2)}\n`;

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** The files of a commit that takes the ledger to its next state: the months it touches, the state, pointers, history. */
export function ledgerFiles(
  ledger: Ledger,
  added: readonly LedgerEvent[],
): readonly { readonly path: string; readonly content: string }[] {
  const { state } = ledger;
  const months = [...new Set(added.map((event) => monthOf(event.ts)))];
  const environments = [...new Set(added.map((event) => event.env).filter((env) => env !== undefined))];
  return [
    { path: ledgerPath.marker, content: LEDGER_MARKER },
    ...months.map((month) => ({
      path: ledgerPath.events(state.model, month),
      content: eventLines(ledger.events.filter((event) => monthOf(event.ts) === month)),
    })),
    { path: ledgerPath.state(state.model), content: stateText(state) },
    ...environments.map((environment) => ({
      path: ledgerPath.pointer(state.model, environment),
      content: pretty(environmentPointer(state, environment)),
    })),
    { path: ledgerPath.readme(state.model), content: ledgerReadme(state, ledger.events) },
  ];
}

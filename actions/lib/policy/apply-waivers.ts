import type { GuardResult, WaiverUse } from '../documents/gate.ts';
import { didYouMean } from '../nearest-name.ts';
import type { Verdict } from '../verdict.ts';
import type { JudgedGate } from './judgement.ts';
import { numberText } from './words.ts';

/** A waiver somebody granted, before it is known whether its gate needs it. */
export interface GrantedWaiver {
  /** Id of a gate as the policy has it, which covers all of its slices, or as the result has it; or of a guard. */
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

/** What became of the waivers, and of the gates and guards they were granted for. */
export interface Waived {
  readonly uses: readonly WaiverUse[];
  readonly gates: readonly JudgedGate[];
  readonly guards: readonly GuardResult[];
}

/** Something a waiver may excuse. */
interface Excusable {
  /** The names it goes by; the first is its own. */
  readonly ids: readonly string[];
  readonly verdict: Verdict;
  readonly loss: number | undefined;
}

type State = WaiverUse['state'];

/** What a waiver does for one gate that does not hold. */
interface Ruling {
  readonly state: Exclude<State, 'unused'>;
  readonly message: string;
}

/**
 * Excuses the gates that do not hold and whose waiver counts: they become `waived`, whatever their severity. A gate
 * that holds stays as it is, and a waiver that has expired, was not granted by somebody who may, or is exceeded leaves
 * its gate as it is and says so there.
 *
 * `maxValueLoss` bounds what is excused: the loss against the baseline (of a limit: how far the value is beyond it). A
 * waiver that names a bound can therefore excuse only what was measured. One without a bound accepts a loss of any
 * size, an unknown one included: it also excuses missing metrics, refused evidence and guards. Whoever grants it
 * says that they need no number.
 *
 * @param now - milliseconds since 1970
 */
export function applyWaivers(
  granted: readonly GrantedWaiver[],
  gates: readonly JudgedGate[],
  guards: readonly GuardResult[],
  now: number,
): Waived {
  const ofGates = gates.map(
    ({ gate, result, loss }): Excusable => ({ ids: [result.id, gate.id], verdict: result.verdict, loss }),
  );
  const ofGuards = guards.map(({ id, verdict }): Excusable => ({ ids: [id], verdict, loss: undefined }));
  const waivers = granted.map((waiver) => useOf(waiver, [...ofGates, ...ofGuards], now));
  return {
    uses: waivers.map(({ use }) => use),
    gates: gates.map((judged, index) => {
      const { verdict, reason, use } = outcomeFor(ofGates[index], judged.result, waivers, now);
      if (verdict !== 'waived') return { ...judged, result: { ...judged.result, reason } };
      const result = { ...judged.result, verdict, reason, ...(use && { waiver: use }) };
      return { ...judged, stands: verdict, result };
    }),
    guards: guards.map((guard, index) => {
      const { verdict, reason } = outcomeFor(ofGuards[index], guard, waivers, now);
      return { ...guard, verdict, reason };
    }),
  };
}

interface Used {
  readonly waiver: GrantedWaiver;
  readonly use: WaiverUse;
}

const covers = ({ gate }: GrantedWaiver, { ids }: Excusable): boolean => ids.includes(gate);

const holds = ({ verdict }: Excusable): boolean => verdict === 'pass';

/** What becomes of one gate or guard by all waivers. */
function outcomeFor(
  excusable: Excusable | undefined,
  { verdict, reason }: { readonly verdict: Verdict; readonly reason: string },
  waivers: readonly Used[],
  now: number,
): { readonly verdict: Verdict; readonly reason: string; readonly use?: WaiverUse } {
  if (excusable === undefined || holds(excusable)) return { verdict, reason };
  const rulings = waivers
    .filter(({ waiver }) => covers(waiver, excusable))
    .map((used) => ({ ...used, ...rule(used.waiver, excusable, now) }));
  const excuse = rulings.find(({ state }) => state === 'used');
  if (excuse) {
    const { waiver, use, message } = excuse;
    const said = `waived by ${waiver.owner} until ${use.expires.slice(0, 10)}: ${waiver.reason}`;
    return { verdict: 'waived', reason: `${reason}; ${said}`, use: { ...use, state: 'used', message } };
  }
  const said = rulings.map(
    ({ waiver, message }) => `; the waiver of ${waiver.owner} does not count: ${message}`,
  );
  return { verdict, reason: [reason, ...said].join('') };
}

/** What a waiver says to one gate that does not hold. */
function rule(waiver: GrantedWaiver, { ids, loss }: Excusable, now: number): Ruling {
  const void_ = voidOf(waiver, now);
  if (void_) return void_;
  const { maxValueLoss } = waiver;
  if (maxValueLoss === undefined) return { state: 'used', message: `it excuses ${ids[0]}` };
  const allowed = `it excuses a loss of ${numberText(maxValueLoss)} at most`;
  if (loss === undefined)
    return { state: 'exceeded', message: `${allowed}, and what is lost of ${ids[0]} is not known` };
  const lost = `${ids[0]} lost ${numberText(Math.max(0, loss))}`;
  return loss <= maxValueLoss
    ? { state: 'used', message: `${allowed}, and ${lost}` }
    : { state: 'exceeded', message: `${allowed}, but ${lost}` };
}

/** Why a waiver does not count for any gate. */
function voidOf({ refused, expires }: GrantedWaiver, now: number): Ruling | undefined {
  if (refused !== undefined) return { state: 'refused', message: refused };
  if (now <= expires) return undefined;
  return {
    state: 'expired',
    message: `it expired on ${dayOf(expires)}; mend the gate, or let somebody who may grant it anew`,
  };
}

/** The last moment a date can name. */
const LAST_DATE = 8.64e15;

const isoOf = (time: number): string => new Date(Math.min(time, LAST_DATE)).toISOString();
const dayOf = (time: number): string => isoOf(time).slice(0, 10);

/** What became of one waiver over all it was granted for. */
function useOf(waiver: GrantedWaiver, excusables: readonly Excusable[], now: number): Used {
  const covered = excusables.filter((excusable) => covers(waiver, excusable));
  const { gate, source, owner, reason, expires, maxValueLoss, line } = waiver;
  return {
    waiver,
    use: {
      gate,
      source,
      owner,
      reason,
      expires: isoOf(expires),
      ...stateOf(waiver, covered, excusables, now),
      ...(maxValueLoss !== undefined && { maxValueLoss }),
      ...(line !== undefined && { line }),
    },
  };
}

function stateOf(
  waiver: GrantedWaiver,
  covered: readonly Excusable[],
  excusables: readonly Excusable[],
  now: number,
): { readonly state: State; readonly message: string } {
  const void_ = voidOf(waiver, now);
  if (void_) return void_;
  if (covered.length === 0) {
    const ids = excusables.flatMap((excusable) => excusable.ids);
    return { state: 'unused', message: `there is no gate "${waiver.gate}"${didYouMean(waiver.gate, ids)}` };
  }
  const rulings = covered.filter((one) => !holds(one)).map((one) => rule(waiver, one, now));
  if (rulings.length === 0)
    return { state: 'unused', message: `${waiver.gate} holds without it; take the waiver away` };
  const exceeded = rulings.some(({ state }) => state === 'exceeded');
  return {
    state: exceeded ? 'exceeded' : 'used',
    message: rulings.map(({ message }) => message).join('; '),
  };
}

import type { Fault } from '../../actions/local/services/github/faults.ts';

/** A request that never gets to the server. */
export interface Unreachable {
  readonly kind: 'unreachable';
  /** Where nobody listens, or a name that nobody has. */
  readonly instead: string;
}

const status = (code: number, when: 'before' | 'after', headers: Record<string, string> = {}): Fault => ({
  kind: 'status',
  when,
  status: code,
  headers,
});

/** A fault that is over when the request is sent again, and may be: nobody knows whether it took effect. */
const PASSING = {
  'F1 refused': { kind: 'unreachable', instead: 'http://127.0.0.1:9' },
  // Longer than a name may be, so that nobody is asked for it.
  'F1 no such name': { kind: 'unreachable', instead: `http://${'n'.repeat(64)}.invalid` },
  'F2 reset before': { kind: 'reset', when: 'before' },
  'F3 reset after': { kind: 'reset', when: 'after' },
  'F4 no answer, no effect': { kind: 'silence', when: 'before' },
  'F5 the answer stalls': { kind: 'stall' },
  'F6 half an answer': { kind: 'truncated' },
  'F7 HTML with 200': { kind: 'html' },
  'F7 502': status(502, 'before'),
  'F8 500 before': status(500, 'before'),
  'F8 503 with a date to come back': status(503, 'before', { 'retry-after': '2' }),
  'F9 500 after': status(500, 'after'),
  'F10 429': status(429, 'before', { 'retry-after': '1' }),
} as const satisfies Readonly<Record<string, Fault | Unreachable>>;

/** What can become of a write besides. */
const WRITES = {
  'F4 no answer, an effect': { kind: 'silence', when: 'after' },
  'F4 no answer, an effect after the step': { kind: 'silence', when: 'late' },
  'F14 twice': { kind: 'twice' },
} as const satisfies Readonly<Record<string, Fault>>;

/** Ways in which only GitHub asks for patience. */
const LIMITS = {
  'F10 secondary limit': { kind: 'secondary-limit', retryAfterSeconds: 2 },
  'F11 primary limit, soon over': { kind: 'primary-limit', resetInSeconds: 5 },
} as const satisfies Readonly<Record<string, Fault>>;

/** Answers that say no, and mean it for this request. */
const REFUSALS = {
  'F11 primary limit of an hour': { kind: 'primary-limit', resetInSeconds: 3_600 },
  'F12 401': status(401, 'before'),
  'F12 403': status(403, 'before'),
  'F13 404': status(404, 'before'),
  'F13 410': status(410, 'before'),
  'F13 422': status(422, 'before'),
} as const satisfies Readonly<Record<string, Fault>>;

/** Somebody else was there first. */
const CONFLICTS = { 'F13/F14 409': status(409, 'before') } as const satisfies Readonly<Record<string, Fault>>;
const STALE = { 'F15 stale read': { kind: 'stale' } } as const satisfies Readonly<Record<string, Fault>>;

type FaultClass = 'passing' | 'refusal' | 'conflict' | 'stale';

export interface FaultKind {
  readonly name: string;
  readonly class: FaultClass;
  readonly fault: Fault | Unreachable;
}

const kinds = (of: FaultClass, faults: Readonly<Record<string, Fault | Unreachable>>): readonly FaultKind[] =>
  Object.entries(faults).map(([name, fault]) => ({ name, class: of, fault }));

/** Every kind of fault that can hit a call. F16 to F18 hit the step and not a call: other tests have them. */
export const faultKinds = (method: string, toGitHub: boolean): readonly FaultKind[] => [
  ...kinds('passing', {
    ...PASSING,
    ...(method === 'GET' ? {} : WRITES),
    ...(toGitHub ? LIMITS : {}),
  }),
  ...kinds(
    'refusal',
    toGitHub ? REFUSALS : { ...REFUSALS, 'F11 primary limit of an hour': status(400, 'before') },
  ),
  ...kinds('conflict', CONFLICTS),
  ...(toGitHub && method === 'GET' ? kinds('stale', STALE) : []),
];

/**
 * Loaded before a step that is started as a process (`node --import`): its clock begins at `MLOPS_TEST_NOW` and runs
 * `MLOPS_TEST_SPEED` times as fast, in what it reads and in what it waits, so that a bake of minutes is over in a
 * moment. Limits of a single request (`setTimeout`, `AbortSignal.timeout`) keep the machine's time. From the moment a
 * signal comes, of which it gives a sign, all time is real: what is measured then is GitHub's patience.
 */
import { writeSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';

/** What is said of a signal, to whoever sent it. */
const HEARD = 'The clock has heard a signal.\n';

const RealDate = Date;
const realDelay = timers.setTimeout;
let speed = Number(process.env['MLOPS_TEST_SPEED'] ?? 1);
let [base, since] = [Date.parse(process.env['MLOPS_TEST_NOW'] ?? ''), RealDate.now()];
if (Number.isNaN(base)) base = since;

const now = (): number => Math.floor(base + (RealDate.now() - since) * speed);

class QuickDate extends RealDate {
  constructor(...parts: ConstructorParameters<typeof Date> | []) {
    if (parts.length === 0) super(now());
    else super(...parts);
  }
  static override now = now;
}

globalThis.Date = QuickDate as DateConstructor;
timers.setTimeout = ((ms: number, ...rest: unknown[]) =>
  Reflect.apply(realDelay, timers, [ms / speed, ...rest])) as typeof timers.setTimeout;
syncBuiltinESMExports();

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    [base, since, speed] = [now(), RealDate.now(), 1];
    writeSync(2, HEARD);
  });

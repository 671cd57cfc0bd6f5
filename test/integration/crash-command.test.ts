import { beforeAll, expect, test, vi } from 'vitest';
import { type CancelCase, cancelledAtEach } from '../support/cancel-case.ts';
import {
  AT_A_TIME,
  inWorld,
  momentsWithout,
  type Problems,
  runNext,
  type Victim,
} from '../support/crash-case.ts';
import { brokenPromises, stateOf } from '../support/kept-promises.ts';
import { interruptedAt, kill, type Moment, momentText, sample, someAtATime } from '../support/kill-points.ts';
import type { OutsideWorld } from '../support/outside-world.ts';
import { promotion, rollback, type StepChange, tick } from '../support/registry-steps.ts';
import { type Fate, TrafficProgram } from '../support/traffic-program.ts';
import { COMPLETED, promotionVictim } from '../support/victims.ts';

vi.mock(
  '../../actions/local/services/github/bare-repository.ts',
  () => import('../support/memory-repository.ts'),
);

/** A moment of a rollout whose traffic is switched by a program, and what becomes of the program. */
type Case = readonly [moment: Moment, fate: Fate];

const isSet = ({ call }: Moment): boolean => call === 'RUN set';

let registry: Pick<Victim, 'registry' | 'weights'>;
let cases: readonly Case[];

const promoted = (world: OutsideWorld, { block, files }: TrafficProgram, change: StepChange = {}) =>
  promotion(world, 'model two', { ...change, traffic: block, files });

/** Runs work in a world with a program. */
const withProgram = <T>(work: (world: OutsideWorld, program: TrafficProgram) => Promise<T>): Promise<T> =>
  inWorld(registry, async (world) => {
    const program = await TrafficProgram.start(world);
    try {
      return await work(world, program);
    } finally {
      program.close();
    }
  });

beforeAll(async () => {
  registry = await promotionVictim();
  let program: TrafficProgram | undefined;
  const victim: Victim = {
    ...registry,
    async request(world) {
      program = await TrafficProgram.start(world);
      return promoted(world, program);
    },
  };
  const moments = await momentsWithout(victim, async (world) => {
    program?.show();
    return brokenPromises(world, COMPLETED);
  });
  program?.close();
  const before = moments
    .filter(isSet)
    .flatMap((moment) =>
      (['dies', 'goes on', 'comes late'] as const).map((fate): Case => [{ ...moment, when: 'before' }, fate]),
    );
  cases = [...before, ...sample(moments, 4).map((moment): Case => [moment, 'dies'])];
});

/** Kills a promotion in each case, and looks at what comes of it. */
const killedIn = async (
  chosen: readonly Case[],
  afterwards: (world: OutsideWorld, program: TrafficProgram) => Promise<Problems>,
): Promise<Problems> =>
  (
    await someAtATime(chosen, AT_A_TIME, ([moment, fate]) =>
      withProgram(async (world, program) => {
        program.fate = fate;
        const { interrupted } = await interruptedAt(world, await promoted(world, program), moment, kill);
        const problems = interrupted ? await afterwards(world, program) : ['was not killed'];
        return problems.map((problem) => `killed ${momentText(moment)}, a program ${fate}: ${problem}`);
      }),
    )
  ).flat();

test('a promotion by a program, killed at any effect, the program before and after it too, ends as if nothing had been', async () => {
  // Each of three steps has three fates.
  expect(cases.filter(([{ when, number }]) => when === 'before' && number > 1)).toHaveLength(9);
  const problems = await killedIn(cases, async (world, program) => {
    const again = await runNext(world, await promoted(world, program, { attempt: 2, minutes: 1 }));
    await program.settle();
    program.show();
    return [...again, ...(await brokenPromises(world, COMPLETED))];
  });
  expect(problems).toEqual([]);
}, 600_000);

test('a rollback takes over from a killed promotion whose program is still to make its change', async () => {
  const late = cases.filter(([, fate]) => fate === 'comes late');
  const problems = await killedIn(late, async (world, program) => {
    const { block: traffic, files } = program;
    const inputs = { 'incident-issue': 'off', retrain: 'off' };
    const back = await runNext(world, await rollback(world, { minutes: 1, inputs, traffic, files }));
    await program.settle();
    program.show();
    return [...back, ...(await brokenPromises(world, { current: '0.0.1', quarantined: ['0.0.2'] }))];
  });
  expect(problems).toEqual([]);
}, 600_000);

test('a promotion that is cancelled while its program is under way lets it end, says paused, and is resumed', async () => {
  const programs = new Map<OutsideWorld, TrafficProgram>();
  const victim: Victim = {
    ...registry,
    async request(world) {
      const program = await TrafficProgram.start(world);
      programs.set(world, program);
      return promoted(world, program);
    },
  };
  const underWay = cases.filter(([moment, fate]) => isSet(moment) && fate === 'goes on');
  const chosen = underWay.map(([moment]): CancelCase => [moment, 'SIGINT']);
  const problems = await cancelledAtEach(victim, chosen, async (world, { moment }) => {
    const program = programs.get(world);
    if (program === undefined) return ['there was no program'];
    await program.settle();
    program.show();
    const { phase } = (await stateOf(world)).environments.production.rollout;
    const changes = world.router.changes.length;
    const on = { minutes: 2, inputs: { wait: 'inline', reason: 'by mistake' }, files: program.files };
    const resumed = await runNext(world, await tick(world, on));
    program.show();
    const problems = [
      ...(phase === 'paused' ? [] : [`the rollout is ${phase}`]),
      ...(changes === underWay.findIndex(([one]) => one === moment) + 1 ? [] : [`${changes} changes`]),
      ...resumed,
      ...(await brokenPromises(world, COMPLETED)),
    ];
    program.close();
    return problems;
  });
  expect(problems).toEqual([]);
}, 600_000);

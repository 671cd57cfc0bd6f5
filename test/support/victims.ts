import type { Problems, Victim } from './crash-case.ts';
import type { Expected } from './kept-promises.ts';
import type { OutsideWorld } from './outside-world.ts';
import { prepareRegistry } from './prepared-registry.ts';
import { promotion, rollback, TRAINING } from './registry-steps.ts';

/** The second version is promoted in three steps. */
export const promotionVictim = async (inputs: Readonly<Record<string, string>> = {}): Promise<Victim> => ({
  registry: await prepareRegistry(['model one']),
  weights: { '0.0.1': 100 },
  request: (world) => promotion(world, 'model two', { inputs }),
});

/** How a promotion of the second version ends. */
export const COMPLETED: Expected = {
  current: '0.0.2',
  verified: ['0.0.1', '0.0.2'],
  deployments: [
    ['promote', 'success'],
    ['promote', 'inactive'],
  ],
};

/** The second version, which serves all traffic, is rolled back, with an incident, an alert and a request for retraining. */
export const rollbackVictim = async (): Promise<Victim> => ({
  registry: await prepareRegistry(['model one', 'model two'], TRAINING),
  weights: { '0.0.2': 100, '0.0.1': 0 },
  request: (world) => rollback(world),
});

/** How a rollback to the first version ends. */
export const ROLLED_BACK: Expected = {
  current: '0.0.1',
  quarantined: ['0.0.2'],
  deployments: [
    ['rollback', 'success'],
    ['promote', 'inactive'],
    ['promote', 'inactive'],
  ],
  incidents: 1,
};

/** Retraining is asked for once, even where the run was lost right behind its request: the next one looks for it. */
export function askedOnce({ service }: OutsideWorld): Problems {
  const keys = service.dispatches.map((one) => (one.kind === 'workflow' ? one.inputs['dedupe_key'] : ''));
  return keys.length === 1 ? [] : [`retraining was asked for under ${keys.join(', ') || 'no key'}`];
}

/** What the metrics say of the second version from half of all traffic on, NaN for no data; below that it is well. */
export function errorsAtHalf(world: OutsideWorld, errors: number): void {
  world.errors = {
    get '0.0.2'() {
      return (world.router.weights['0.0.2'] ?? 0) >= 50 ? errors : 0;
    },
  };
}

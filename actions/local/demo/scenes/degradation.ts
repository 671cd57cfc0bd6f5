import { LATEST } from '../live-traffic.ts';
import { jobConclusion, outputOf } from '../run-facts.ts';
import type { Stage } from '../stage.ts';
import type { Scene } from './scene.ts';

/** The world changes, the watch notices, and the version that was proven good comes back. */
export const degradation: Scene = {
  title: 'The world changes',
  story:
    'The field team gets new calipers, which are read at the tip of the beak, where it is thinner. The new model relies on the depth of the beak and starts to err. model-watch.yml sees the drift and, once the truth is known, the errors: the old version comes back, the new one is quarantined, an incident is opened and retraining is asked for.',
  async play(stage, expect) {
    stage.traffic.changeWorld(stage.birds('live-drifted.csv'));
    await stage.traffic.answered(LATEST + 1);
    const before = stage.traffic.accuracy();
    expect.that('production errs', before !== undefined && before < 0.75, percent(before));
    const run = await stage.run('model-watch.yml', { event: 'schedule', cron: '7,22,37,52 * * * *' });
    const drifted = outputOf(run, 'validate-data', 'drifted-columns') ?? '';
    expect.that('the depth of the beak has drifted', drifted.includes('beak_depth_mm'), drifted);
    expect.equal('the production gate fails', outputOf(run, 'gate-metrics', 'verdict'), 'fail');
    expect.equal('the rollback succeeds', jobConclusion(run, 'rollback'), 'success');
    await expectRestored(stage, expect);
    const [incident] = await stage.state.issues('mlops-incident');
    expect.that('an incident is open', incident !== undefined);
    const asked = stage.dispatches().map(({ workflow }) => workflow);
    expect.equal('retraining was asked for', asked.join(', '), 'train.yml');
    await stage.traffic.answered(LATEST);
    const after = stage.traffic.accuracy();
    expect.that('production is right again', after !== undefined && after > 0.85, percent(after));
    return { outcome: `0.1.0 is back: ${percent(before)} → ${percent(after)} right`, runs: [run] };
  },
};

async function expectRestored(stage: Stage, expect: Parameters<Scene['play']>[1]): Promise<void> {
  const state = await stage.ledger.state();
  const current = state?.environments['production']?.current ?? undefined;
  expect.equal('the ledger says that 0.1.0 serves again', current, '0.1.0');
  expect.equal('the model server says so too', await stage.servingVersion(), '0.1.0');
  const bad = state?.versions['0.2.0']?.digest ?? '';
  expect.that('the bytes of 0.2.0 are in quarantine', Object.keys(state?.quarantine ?? {}).includes(bad));
}

const percent = (share: number | undefined): string =>
  share === undefined ? 'no answers' : `${Math.round(share * 100)} %`;

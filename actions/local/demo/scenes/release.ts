import { jobConclusion, outputOf } from '../run-facts.ts';
import type { Stage } from '../stage.ts';
import type { Scene } from './scene.ts';

const VERSION = '0.2.0';

/** The better model is merged and goes to production in steps; the monitor finds nothing to do. */
export const release: Scene = {
  title: 'The release',
  story:
    'The better model is merged. release.yml gathers evidence on its very bytes, registers the version, promotes it to staging, and gives it 20, 50 and 100 % of production’s traffic, with an analysis after each step. Then monitor.yml looks at what serves and leaves it alone.',
  async play(stage, expect) {
    const files = { 'models/penguins.onnx': stage.file('models/candidate.onnx') };
    await stage.commit('main', files, 'Look at all four measurements');
    const run = await stage.run('release.yml', { event: 'push', branch: 'main' });
    expect.equal('the release succeeds', run.conclusion, 'success');
    const state = await stage.ledger.state();
    const version = state?.versions[VERSION];
    expect.that(
      'the evidence is in the ledger',
      version?.evidence['gate'] !== undefined,
      JSON.stringify(version?.evidence),
    );
    expect.that('staging was verified first', version?.verified['staging'] !== undefined);
    expect.equal('production got it in steps', (await weights(stage)).join(' → '), '20 → 50 → 100');
    expect.equal(
      'the ledger says that 0.2.0 serves',
      state?.environments['production']?.current ?? undefined,
      VERSION,
    );
    expect.equal('the model server says so too', await stage.servingVersion(), VERSION);
    const seen = stage.traffic.samples.some(({ shares }) => Object.keys(shares).length === 2);
    expect.that('visitors met both versions on the way', seen);
    const watch = await stage.run('monitor.yml', { event: 'schedule', cron: '7,37 * * * *' });
    expect.equal('the monitor finds production good', outputOf(watch, 'gate-metrics', 'verdict'), 'pass');
    expect.equal('and rolls nothing back', jobConclusion(watch, 'rollback'), 'skipped');
    return { outcome: `${VERSION} serves production`, runs: [run, watch] };
  },
};

/** The shares that the version was given in production, in order. */
const weights = async (stage: Stage): Promise<readonly number[]> =>
  (await stage.ledger.events()).flatMap((event) =>
    event.type === 'rollout.step.applied' && event.env === 'production' && event.version === VERSION
      ? [event.data.weight]
      : [],
  );

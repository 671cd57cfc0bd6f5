import { jobConclusion, outputOf } from '../run-facts.ts';
import type { Stage } from '../stage.ts';
import { releaseAndApprove } from './approved-release.ts';
import type { Scene } from './scene.ts';

const VERSION = '0.2.0';

/** The better model is merged and goes to production in steps; model-watch.yml finds nothing to do. */
export const release: Scene = {
  title: 'The release',
  story:
    'The better model is merged. release.yml gathers evidence on its very bytes, registers the version, promotes it to staging, and gives it 20 % of production’s traffic. Then a person is asked: approve.yml lets it go on to 50 and 100 %, with an analysis after each step. At last model-watch.yml looks at what serves and leaves it alone.',
  async play(stage, expect) {
    const files = { 'models/penguins.onnx': stage.file('models/candidate.onnx') };
    await stage.commit('main', files, 'Look at all four measurements');
    const runs = await releaseAndApprove(stage, expect);
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
    const watch = await stage.run('model-watch.yml', { event: 'schedule', cron: '7,22,37,52 * * * *' });
    expect.equal('the watch finds production good', outputOf(watch, 'gate-metrics', 'verdict'), 'pass');
    expect.equal('rolls nothing back', jobConclusion(watch, 'rollback'), 'skipped');
    expect.equal('and asks for no new model', jobConclusion(watch, 'retrain'), 'skipped');
    return { outcome: `${VERSION} serves production`, runs: [...runs, watch] };
  },
};

/** The shares that the version was given in production, in order. */
const weights = async (stage: Stage): Promise<readonly number[]> =>
  (await stage.ledger.events()).flatMap((event) =>
    event.type === 'rollout.step.applied' && event.env === 'production' && event.version === VERSION
      ? [event.data.weight]
      : [],
  );

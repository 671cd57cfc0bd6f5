import { annotationsOn, outputOf } from '../run-facts.ts';
import { openPullRequest, viewPullRequest } from './pull-request.ts';
import type { Scene } from './scene.ts';

const TRAIN = 'data/train.csv';

/** A pull request with damaged data and a model that saves on measuring. */
export const worseModel: Scene = {
  title: 'Bad data and a worse model',
  story:
    'A pull request replaces the training data by a careless hand-over (kilograms for grams, species nobody agreed on, missing ids, decimal commas, rows pasted twice), and the model by one that never looks at the beak. The author learns in one round what is wrong, on the very lines.',
  async play(stage, expect) {
    const pull = await openPullRequest(stage, {
      branch: 'measure-less',
      title: 'Measure less',
      files: {
        [TRAIN]: stage.file('data/train-damaged.csv'),
        'models/penguins.onnx': stage.file('models/worse.onnx'),
      },
    });
    const run = await stage.run('pull-request.yml', { event: 'pull_request', number: pull.number });
    const view = await viewPullRequest(stage, pull);
    const annotations = annotationsOn(run, TRAIN);
    expect.equal('the check fails', run.conclusion, 'failure');
    expect.equal('the data break the contract', outputOf(run, 'validate-data', 'verdict'), 'fail');
    expect.that(
      'annotations name lines of the data file',
      annotations.some(({ level, line = 0 }) => level === 'error' && line > 1),
      `${annotations.length} annotations`,
    );
    expect.equal(
      'the gate fails: the model is worse, for certain',
      outputOf(run, 'gate-metrics', 'verdict'),
      'fail',
    );
    const comment = view.comments[0] ?? '';
    expect.that('the comment names the gate that failed', comment.includes('accuracy'), comment.slice(0, 80));
    expect.equal('the check run is red', view.checks[0]?.conclusion, 'failure');
    return { outcome: 'stopped, with the reasons', runs: [run], pullRequest: view };
  },
};

import { outputOf } from '../run-facts.ts';
import { openPullRequest, viewPullRequest } from './pull-request.ts';
import type { Scene } from './scene.ts';

/** A pull request with a good candidate. */
export const betterModel: Scene = {
  title: 'A better model',
  story:
    'A pull request brings a model that looks at all four measurements. One step checks the training data against its contract, scores the model on the test set, and compares it with the released one on the same penguins.',
  async play(stage, expect) {
    const pull = await openPullRequest(stage, {
      branch: 'four-measurements',
      title: 'Look at all four measurements',
      files: { 'models/penguins.onnx': stage.file('models/candidate.onnx') },
    });
    const run = await stage.run('pull-request.yml', { event: 'pull_request', number: pull.number });
    const view = await viewPullRequest(stage, pull);
    expect.equal('the check passes', run.conclusion, 'success');
    expect.equal('the data are what the contract says', outputOf(run, 'validate-data', 'verdict'), 'pass');
    expect.equal('the gate passes', outputOf(run, 'gate-metrics', 'verdict'), 'pass');
    expect.equal('the pull request has one comment', view.comments.length, 1);
    expect.equal('the check run is green', view.checks[0]?.conclusion, 'success');
    return { outcome: 'passed, and may be merged', runs: [run], pullRequest: view };
  },
};

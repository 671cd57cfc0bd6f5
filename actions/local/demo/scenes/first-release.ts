import { releaseAndApprove } from './approved-release.ts';
import type { Scene } from './scene.ts';

/** The world before the demo's first pull request: a modest model serves production. */
export const firstRelease: Scene = {
  title: 'The first release',
  story:
    'A modest model, which looks at the length of beak and flipper only, is released by release.yml: evidence, a version in the registry, staging, production; approve.yml is a person’s yes on the way. It is what everything later is compared with, and what a rollback can go back to.',
  async play(stage, expect) {
    stage.traffic.start();
    const runs = await releaseAndApprove(stage, expect);
    const state = await stage.ledger.state();
    const version = state?.environments['production']?.current ?? undefined;
    expect.equal('the ledger says that 0.1.0 serves production', version, '0.1.0');
    expect.equal('the model server says so too', await stage.servingVersion(), '0.1.0');
    return { outcome: `${version} serves production`, runs };
  },
};

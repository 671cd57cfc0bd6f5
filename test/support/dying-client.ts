import type { GitHub } from '../../actions/runtime/github/github.ts';

/** A client that throws before, or after, the n-th call that changes the ledger's branch: a runner that is lost. */
export const dyingAt =
  (nth: number, when: 'before' | 'after' = 'before') =>
  (github: GitHub): GitHub => {
    let calls = 0;
    return {
      ...github,
      git: {
        ...github.git,
        async publish(branch, commit) {
          calls += 1;
          if (calls === nth && when === 'before') throw new Error('the runner was lost');
          const result = await github.git.publish(branch, commit);
          if (calls === nth) throw new Error('the runner was lost');
          return result;
        },
      },
    };
  };

import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../../actions/lib/digest.ts';
import { releaseNotes } from '../../../../actions/lib/registry/release-notes.ts';
import { renderLikeGitHub } from '../../../support/github-markdown.ts';
import { metric, notesFacts, versionOf } from '../../../support/notes-facts.ts';

const file = (path: string, size: number, content = path) => ({ path, size, sha256: sha256(content) });

describe('what changed', () => {
  test('links the commits between, and names both sets of data', () => {
    const notes = releaseNotes(notesFacts());
    expect(notes).toContain(
      '- Code: [`332000000000` → `340000000000`](https://github.com/octo/models/compare/3320000000000000000000000000000000000000...3400000000000000000000000000000000000000)',
    );
    expect(notes).toContain(`- Data: \`${sha256('data of 3.3.2')}\` → \`${sha256('data of 3.4.0')}\``);
    expect(renderLikeGitHub(notes).links).toHaveLength(1);
  });

  test.each([
    [{ candidate: versionOf('3.4.0', { commit: '' }) }, 'Code: `332000000000` → no commit known'],
    [{ repositoryUrl: '' }, 'Code: `332000000000` → `340000000000`\n'],
    [
      { candidate: versionOf('3.4.0', { commit: versionOf('3.3.2').commit }) },
      'Code: the same commit, `332000000000`',
    ],
    [
      { candidate: versionOf('3.4.0', { dataDigest: versionOf('3.3.2').dataDigest }) },
      'Data: the same, `sha256:',
    ],
    [{ candidate: versionOf('3.4.0', { dataDigest: null }) }, '→ data not known'],
    [
      { candidate: versionOf('3.4.0', { digest: versionOf('3.3.2').digest }) },
      'The bytes of the model are the same.',
    ],
    [{ candidate: versionOf('3.4.0', { cause: 'drift of age' }) }, 'Trained because of drift of age'],
    [{ serving: undefined }, 'The first version for production: nothing serves there yet.'],
    [
      { serving: undefined },
      '](https://github.com/octo/models/commit/3400000000000000000000000000000000000000)',
    ],
  ])('%# says %s', (change, expected) => {
    expect(releaseNotes(notesFacts(change))).toContain(expected);
  });
});

describe('metrics', () => {
  const rowOf = (now: ReturnType<typeof metric>[], then: ReturnType<typeof metric>[]) =>
    releaseNotes(
      notesFacts({
        candidate: versionOf('3.4.0', { metrics: now }),
        serving: versionOf('3.3.2', { metrics: then }),
      }),
    )
      .split('\n')
      .find((line) => line.startsWith('| `m`'));

  test.each([
    [
      metric('m', 0.9, [0.89, 0.91], 'higher'),
      metric('m', 0.8, [0.79, 0.81]),
      '| `m` | 0.9 [0.890, 0.910] | 0.8 [0.790, 0.810] | +0.1 | **better** |',
    ],
    [
      metric('m', 0.9, [0.89, 0.91], 'lower'),
      metric('m', 0.8, [0.79, 0.81]),
      '| `m` | 0.9 [0.890, 0.910] | 0.8 [0.790, 0.810] | +0.1 | **worse** |',
    ],
    [
      metric('m', 0.9, [0.7, 1], 'higher'),
      metric('m', 0.8, [0.6, 0.9]),
      '| `m` | 0.9 [0.70, 1.00] | 0.8 [0.600, 0.900] | +0.1 | cannot be told: the intervals overlap |',
    ],
    [
      metric('m', 0.9, undefined, 'higher'),
      metric('m', 0.8),
      '| `m` | 0.9 | 0.8 | +0.1 | cannot be told: an interval is missing |',
    ],
    [
      { ...metric('m', 0.9, [0.7, 1], 'higher'), difference: { low: 0.05, high: 0.15 } },
      metric('m', 0.8, [0.6, 0.9]),
      '| +0.1 | **better**: the difference is within [0.050, 0.150] |',
    ],
    [
      { ...metric('m', 0.9, [0.89, 0.91], 'lower'), difference: { low: 0.05, high: 0.15 } },
      metric('m', 0.8),
      '| +0.1 | **worse**: the difference is within [0.050, 0.150] |',
    ],
    [
      { ...metric('m', 0.9, [0.89, 0.91], 'higher'), difference: { low: -0.01, high: 0.15 } },
      metric('m', 0.8, [0.79, 0.81]),
      '| +0.1 | no certain difference: the difference is within [-0.010, 0.150] |',
    ],
    [
      { ...metric('m', 0.9), difference: { low: 0.05, high: 0.15 } },
      metric('m', 0.8),
      '| `m` | 0.9 | 0.8 | +0.1 |  |',
    ],
    [metric('m', 0.9), metric('m', 0.8), '| `m` | 0.9 | 0.8 | +0.1 |  |'],
    [
      metric('m', 0.9, [0.8, 1], 'higher'),
      metric('m', 0.9, [0.8, 1]),
      '| `m` | 0.9 [0.80, 1.00] | 0.9 [0.80, 1.00] | 0 | equal |',
    ],
    [metric('m', 0.9), metric('other', 1), '| `m` | 0.9 | - | - | new |'],
    [metric('other', 1), metric('m', 0.8), '| `m` | - | 0.8 | - | not measured any more |'],
  ])('%#: %s', (now, then, expected) => {
    expect(rowOf([now], [then])).toContain(expected);
  });

  test('without a version before there is nothing to compare', () => {
    const notes = releaseNotes(
      notesFacts({ serving: undefined, candidate: versionOf('1.0.0', { metrics: [metric('m', 0.9)] }) }),
    );
    expect(notes).toContain('| metric | 1.0.0 |\n| :-- | --: |\n| `m` | 0.9 |');
  });
});

describe('files', () => {
  test('are compared with those that serve', () => {
    const notes = releaseNotes(
      notesFacts({
        candidate: versionOf('3.4.0', {
          files: [file('a', 3_000, 'x'), file('b', 10), file('c', 5), file('d', 7, 'z')],
        }),
        serving: versionOf('3.3.2', { files: [file('a', 1_000), file('b', 10), file('d', 7), file('e', 1)] }),
      }),
    );
    expect(notes).toContain('| `a` | 2.93 KiB | changed, 1.95 KiB larger |');
    expect(notes).toContain('| `b` | 10 bytes | same |');
    expect(notes).toContain('| `c` | 5 bytes | new |');
    expect(notes).toContain('| `d` | 7 bytes | changed, of the same size |');
    expect(notes).toContain('No longer there: `e`.');
    expect(notes).toContain('Together 2.95 KiB.');
  });

  test('of a thousand, and events of a thousand, are counted beyond a few dozen', () => {
    const files = Array.from({ length: 1_000 }, (_, index) => file(`weights/part-${index}.bin`, 1_024));
    const history = Array.from({ length: 1_000 }, (_, index) => ({
      at: '2026-10-10',
      text: `event ${index}`,
    }));
    const notes = releaseNotes(
      notesFacts({
        candidate: versionOf('3.4.0', { files }),
        serving: versionOf('3.3.2', { files: [] }),
        history,
      }),
    );
    expect(notes).toContain('And 950 more files.');
    expect(notes).toContain('- 970 earlier events, in the ledger');
    expect(notes).toContain('event 999');
    // GitHub takes 125,000 characters.
    expect(notes.length).toBeLessThan(20_000);
  });
});

test('approval, evidence and history are there when something is known, and not otherwise', () => {
  const plain = releaseNotes(notesFacts());
  for (const title of ['Approval', 'Evidence', 'History', 'Metrics']) expect(plain).not.toContain(title);
  const evidence = [
    { kind: 'gate', verdict: 'pass', created: '2026-10-10T08:50:00Z', digest: sha256('gate') },
  ];
  const candidate = versionOf('3.4.0', { approvers: ['alice'], evidence });
  const full = releaseNotes(
    notesFacts({ candidate, history: [{ at: '2026-10-10T09:00:00Z', text: 'registered 3.4.0' }] }),
  );
  expect(full).toContain('Approved by `alice`.');
  expect(full).toContain(`| gate | pass | 2026-10-10T08:50:00Z | \`${sha256('gate')}\` |`);
  expect(full).toContain('- 2026-10-10T09:00:00Z: registered 3.4.0');
});

test('what others wrote does nothing', () => {
  const evil =
    '@mallory <img src=x onerror=y> #1 [x](https://evil.example) | `a` $x$\n# title ![i](https://evil.example/i.png)';
  const candidate = versionOf('3.4.0', {
    commit: evil,
    uri: evil,
    cause: evil,
    registered: evil,
    approvers: [evil],
    files: [file(evil, 1)],
    metrics: [metric(evil, 1)],
    evidence: [{ kind: evil, verdict: evil, created: evil, digest: sha256('x') }],
  });
  const rendered = renderLikeGitHub(
    releaseNotes(notesFacts({ candidate, history: [{ at: evil, text: evil }] })),
  );
  expect(rendered.links).toEqual([]);
  expect(rendered.mentions).toEqual([]);
  expect(rendered.references).toEqual([]);
  expect(rendered.tags.has('img')).toBe(false);
});

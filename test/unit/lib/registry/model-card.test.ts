import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../../actions/lib/digest.ts';
import { ActionError } from '../../../../actions/lib/errors.ts';
import type { LedgerEvent } from '../../../../actions/lib/registry/events.ts';
import { modelCard } from '../../../../actions/lib/registry/model-card.ts';
import { emptyState, type LedgerState, type VersionState } from '../../../../actions/lib/registry/state.ts';
import { omsRoot } from '../../../../actions/lib/registry/subject-checksums.ts';
import { versionFacts } from '../../../../actions/lib/registry/version-facts.ts';
import { renderLikeGitHub } from '../../../support/github-markdown.ts';
import { metric, notesFacts, versionOf } from '../../../support/notes-facts.ts';

const errorOf = (text: string): ActionError => {
  try {
    modelCard(notesFacts(), { text, where: '.mlops/card.md' });
  } catch (error) {
    if (error instanceof ActionError) return error;
  }
  return expect.fail('no ActionError was thrown');
};

describe('the card of what is known', () => {
  test('has the identity of the model, its evaluation and what changed', () => {
    const candidate = versionOf('3.4.0', { metrics: [metric('roc_auc', 0.884)], cause: 'incident #12' });
    const card = modelCard(notesFacts({ candidate }));
    const { text } = renderLikeGitHub(card);
    for (const part of [
      'Model card: churn 3.4.0',
      candidate.digest,
      candidate.omsRoot ?? '',
      candidate.commit,
      'roc_auc',
      '0.884',
    ])
      expect(text).toContain(part);
    expect(card).toContain('## What changed');
    expect(card).not.toContain('## History');
  });

  test('says what is not known', () => {
    const card = modelCard(
      notesFacts({
        serving: undefined,
        candidate: versionOf('1.0.0', {
          uri: '',
          commit: '',
          dataDigest: null,
          omsRoot: undefined,
          files: [],
        }),
      }),
    );
    expect(card).toContain('| Address | not stored |');
    expect(card).toContain('| Commit | unknown |');
    expect(card).toContain('| Training data | unknown |');
    expect(card).not.toContain('Model Signing');
    expect(card).not.toContain('## Files');
  });
});

describe('a template', () => {
  test('is filled, in front matter as well, with its own text untouched', () => {
    const text =
      '---\nlicense: mit\nversion: {{version}}\nsha256: {{ digest }}\n---\n# {{model}}\n\nFor $& and $1.\n\n{{metrics}}\n\\{{ x }}\n';
    const candidate = versionOf('3.4.0', { metrics: [metric('roc_auc', 0.884)] });
    expect(modelCard(notesFacts({ candidate, serving: undefined }), { text, where: 'card.md' })).toBe(
      `---\nlicense: mit\nversion: 3.4.0\nsha256: ${candidate.digest}\n---\n# churn\n\nFor $& and $1.\n\n| metric | 3.4.0 |\n| :-- | --: |\n| \`roc_auc\` | 0.884 |\n{{ x }}\n`,
    );
  });

  test('may use every placeholder, and each says something when nothing is known', () => {
    const known = [...errorOf('{{?}}').message.matchAll(/\{\{([a-z-]+)\}\}/g)].map(([, name]) => name);
    expect(known).toHaveLength(17);
    const empty = versionOf('1.0.0', {
      uri: '',
      commit: '',
      dataDigest: null,
      omsRoot: undefined,
      files: [],
    });
    for (const name of known) {
      const card = modelCard(notesFacts({ candidate: empty, serving: undefined }), {
        text: `{{${name}}}`,
        where: 'x',
      });
      expect(card).not.toBe('');
      expect(card).not.toContain('{{');
    }
  });

  test('with a placeholder that does not exist is refused, with line, column and the likely name', () => {
    const { code, message } = errorOf('# {{model}}\n\nof {{verson}} and {{ metrcs }}\n{{constructor}}');
    expect(code).toBe('invalid-file');
    expect(message.split('\n').slice(0, 3)).toEqual([
      '.mlops/card.md, line 3, column 4: unknown placeholder {{verson}}; did you mean "version"?; write \\{{ for two braces',
      '.mlops/card.md, line 3, column 19: unknown placeholder {{metrcs}}; did you mean "metrics"?; write \\{{ for two braces',
      '.mlops/card.md, line 4, column 1: unknown placeholder {{constructor}}; write \\{{ for two braces',
    ]);
    expect(message).toMatch(/known are \{\{model\}\}, \{\{version\}\}/);
  });

  test('with braces that are not closed is refused', () => {
    expect(errorOf('a\n{{model').message).toMatch(/line 2, column 1: \{\{ is not closed on its line/);
    expect(errorOf('{{model\n}}').message).toMatch(/line 1, column 1: \{\{ is not closed/);
  });

  test('takes what others wrote as text, also when it looks like a placeholder', () => {
    const candidate = versionOf('3.4.0', { cause: '{{digest}} @mallory', uri: '{{model}}' });
    const card = modelCard(notesFacts({ candidate }), { text: '{{cause}} {{uri}}', where: 'x' });
    expect(renderLikeGitHub(card)).toMatchObject({ mentions: [] });
    expect(card).toContain('{{digest}}');
    expect(card).not.toContain(candidate.digest);
  });
});

describe('what the ledger knows of a version', () => {
  const files = [{ path: 'model.onnx', size: 3, sha256: sha256('abc') }];
  const registered: VersionState = {
    digest: sha256('model'),
    uri: '',
    commit: 'c'.repeat(40),
    registered: '2026-10-10T08:55:00Z',
    dataDigest: null,
    metrics: { b: 2, a: 1 },
    intervals: { a: [0.5, 1.5] },
    signature: null,
    cause: 'drift',
    approvers: ['alice'],
    evidence: {},
    verified: {},
  };
  const state: LedgerState = { ...emptyState('churn'), versions: { '1.0.0': registered } };
  const event = { type: 'version.registered', version: '1.0.0', data: { files } } as unknown as LedgerEvent;

  test('is its state, its files from the event, and what evidence says from elsewhere', () => {
    const difference = { low: 0.1, high: 0.2 };
    const insight = new Map([['a', { direction: 'higher', difference } as const]]);
    const facts = versionFacts(state, [event], '1.0.0', insight);
    expect(facts).toMatchObject({
      version: '1.0.0',
      files,
      omsRoot: omsRoot(files),
      cause: 'drift',
      approvers: ['alice'],
    });
    expect(facts?.metrics).toEqual([
      { name: 'a', value: 1, interval: { low: 0.5, high: 1.5 }, direction: 'higher', difference },
      { name: 'b', value: 2, interval: undefined, direction: undefined },
    ]);
  });

  test('is nothing for a version that is not registered, and no root without files', () => {
    expect(versionFacts(state, [], '2.0.0')).toBeUndefined();
    expect(versionFacts(state, [], 'constructor')).toBeUndefined();
    expect(versionFacts(state, [], '1.0.0')?.omsRoot).toBeUndefined();
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { annotationsOf } from '../../../actions/gate-metrics/report/annotations.ts';
import { COMMENT_LIMITS, type ReportContext, renderReport } from '../../../actions/gate-metrics/report.ts';
import type { GateDocument } from '../../../actions/lib/documents/gate.ts';
import { GATE_DOCUMENTS } from '../../support/gate-documents.ts';
import { type Rendered, renderLikeGitHub } from '../../support/github-markdown.ts';

const HOSTILE = [
  '@org/everyone',
  '@octo',
  '![x](http://evil.example/x.png)',
  '[click](http://evil.example)',
  '[click][1]\n\n[1]: http://evil.example',
  '[x](javascript:alert(1))',
  '<img src=x onerror=alert(1)>',
  '<a href="https://evil.example">passed</a>',
  '<script>alert(1)</script>',
  '<!-- mlops-actions:gate-metrics -->',
  '--> <!-- mlops-gate-state said=pass open=0123456789abcdef -->',
  '</details><h1>passed</h1>',
  '</summary></details># passed',
  'http://evil.example',
  'ftp://evil.example',
  'www.evil.example',
  'a | b | c',
  '| :white_check_mark: | passed |',
  '# ✅ passed',
  ':white_check_mark:',
  ':x: :tada:',
  '`code`',
  '``` \n### Model gate passed\n```',
  '**bold**',
  '#123',
  'GH-123',
  'fixes #1',
  'octo/models#1',
  'octo/models@41d0e7c9b2a1f00d41d0e7c9b2a1f00d41d0e7c9',
  '41d0e7c9b2a1f00d41d0e7c9b2a1f00d41d0e7c9',
  'deadbeef',
  'CVE-2021-44228',
  'GHSA-jfh8-c2jp-5v3q',
  'line\nbreak\n\n### Model gate passed',
  '\u202Egnp.exe',
  '&lt;b&gt;&#64;octo',
  '- item',
  '1. item',
  '> quote',
  '    indented code',
  '~~gone~~',
  '$x$',
  '$$\\href{https://evil.example}{x}$$',
  '<https://evil.example>',
  'mail@evil.example',
  'mailto:mail@evil.example',
  '\\@octo',
  '\\',
  '[^1]',
  '- [x] done',
  '" --> "]\nline [1,2]',
  '%%{init: {"securityLevel": "loose"}}%%',
];

const CONTEXT: ReportContext = {
  runUrl: 'https://github.com/o/r/actions/runs/813',
  run: 813,
  headSha: 'e'.repeat(40),
  baseBranch: 'main',
  artifactUrl: 'https://github.com/o/r/actions/runs/813/artifacts/5',
  waivers: { file: undefined, labels: [] },
  previous: undefined,
  mention: [],
  origin: undefined,
};

/** Every text of a document that its user may choose, replaced. */
function poisoned(document: GateDocument, text: string): GateDocument {
  const name = (own: string | undefined): string => (own === undefined ? text : `${own} ${text}`);
  const waiver = document.waivers.map((use) => ({
    ...use,
    gate: text,
    owner: text,
    reason: text,
    message: text,
  }));
  return {
    ...document,
    model: { name: text, digest: document.candidate.digest },
    candidate: { ...document.candidate, location: text },
    baseline: document.baseline && { ...document.baseline, location: text, basis: text },
    baselineSearch: [{ place: text, found: text }],
    namedBaselines: {
      [text]: document.baseline && { ...document.baseline, location: text, basis: text },
      gone: null,
    },
    policy: { ...document.policy, path: text, ref: text },
    ...(document.policyChange && {
      policyChange: {
        ...document.policyChange,
        differences: [{ id: text, base: { allowed: text, verdict: 'fail' }, head: null }],
      },
    }),
    gates: document.gates.map((gate, index) => ({
      ...gate,
      id: index === 0 ? text : name(gate.id),
      metric: text,
      ...(gate.slice !== undefined && { slice: `a=${text}` }),
      ...(gate.by !== undefined && { by: text }),
      against: text,
      allowed: text,
      reason: text,
      ...(gate.method !== undefined && { method: text }),
      ...(index % 2 === 0 && { unit: text }),
    })),
    guards: [
      { id: text, verdict: 'fail', reason: text },
      { id: text, verdict: 'pass', reason: text },
    ],
    waivers: [...waiver, ...waiver.map((use) => ({ ...use, state: 'unused' as const }))],
    composite: { expression: text, holds: false },
    trends: document.trends.flatMap(({ points }) => [
      { metric: text, points },
      { metric: text, points: points.map((point) => ({ ...point, value: point.value * 1e-9 })) },
    ]),
    report: { primary: [text], changedRows: 10, mentionOnFail: ['@org/leads'] },
    changedRows: [{ id: text, actual: text, candidate: text, baseline: text, change: 'broken' }],
    notes: [text],
  };
}

const poisonedContext = (text: string): ReportContext => ({
  ...CONTEXT,
  baseBranch: text,
  previous: text,
  waivers: {
    file: text,
    labels: [
      {
        label: text,
        gates: [text],
        appliedBy: [text],
        reasonRequired: true,
        expiresAfterMs: 1,
        maxValueLoss: undefined,
      },
    ],
  },
  origin: { run: 12, runUrl: 'https://github.com/o/r/actions/runs/12', doubts: [text] },
});

const OURS = [
  'https://github.com/o/r/actions/runs/812',
  ...[12, 813].map((run) => `https://github.com/o/r/actions/runs/${run}`),
  CONTEXT.artifactUrl,
];
const TAGS = [
  ...['h3', 'p', 'a', 'strong', 'code', 'pre', 'ul', 'li', 'details', 'summary', 'blockquote', 'br'],
  ...['table', 'thead', 'tbody', 'tr', 'th', 'td', 'em'],
];

function expectInert(rendered: Rendered): void {
  expect(rendered.links.filter((link) => !OURS.includes(link))).toEqual([]);
  expect(rendered.mentions).toEqual([]);
  expect(rendered.references).toEqual([]);
  expect([...rendered.tags].filter((tag) => !TAGS.includes(tag))).toEqual([]);
  expect(rendered.attributes).toEqual([]);
  expect(rendered.html.match(/<h3>/g)).toHaveLength(1);
  const named = [':x:', ':question:', ':warning:', ':white_check_mark:', ':ballot_box_with_check:'];
  expect(rendered.emoji.filter((emoji) => !named.includes(emoji))).toEqual([]);
  const cells = (row: string): number => row.match(/<t[dh]/g)?.length ?? 0;
  for (const table of rendered.html.match(/<table>.*?<\/table>/gs) ?? []) {
    const rows = table.match(/<tr>.*?<\/tr>/gs) ?? [];
    expect(new Set(rows.map(cells)).size).toBe(1);
  }
}

describe.each(Object.entries(GATE_DOCUMENTS))('a report that says %s', (_, document) => {
  test.each(HOSTILE)('shows %j and lets it do nothing', (text) => {
    const report = renderReport(poisoned(document, text), poisonedContext(text), COMMENT_LIMITS);
    expectInert(renderLikeGitHub(report));
    expect(report).not.toContain('\u202E');
    expect(report).not.toMatch(/<!--/);
    // A symbol as a whole cell is ours alone.
    expect(report.match(/:white_check_mark: \| passed/)).toBeNull();
  });
});

const PIECES = [
  '@',
  '#1',
  '`',
  '|',
  '<',
  '>',
  '[',
  ']',
  '(',
  ')',
  '!',
  '\\',
  '*',
  '_',
  '~',
  '$',
  '\n',
  ':',
  '//',
  'www.',
  'http',
  'x',
  '&',
  ';',
  '-',
  '1.',
  ' ',
  '=',
  'abcdef12',
  'GH-1',
  '"',
  "'",
  '\u200b',
  '\u202e',
  '/',
  'octo',
];

test('texts of any characters do nothing wherever a user may write them', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 12 }).map((pieces) => pieces.join('')),
  );
  fc.assert(
    fc.property(texts, fc.constantFrom(...Object.values(GATE_DOCUMENTS)), (text, document) => {
      expectInert(
        renderLikeGitHub(renderReport(poisoned(document, text), poisonedContext(text), COMMENT_LIMITS)),
      );
    }),
    { numRuns: 300, seed: 5 },
  );
});

test('a chart cannot be broken out of by the name of a metric', () => {
  for (const text of HOSTILE) {
    const report = renderReport(poisoned(GATE_DOCUMENTS.pass, text), CONTEXT, COMMENT_LIMITS);
    const charts = report.match(/^```mermaid\n[^`]*\n```$/gm) ?? [];
    expect(charts).toHaveLength(2);
    for (const chart of charts)
      expect(chart).toMatch(
        /^```mermaid\n%%\{init: [^\n]*\}%%\nxychart-beta\n {2}title "[^"\n<>@#`]*, commit by commit"\n {2}x-axis "commits, oldest first" \[["\w, ]+\]\n {2}y-axis .*\n {2}line \[[-\d., ]+\]\n```$/,
      );
  }
});

test('there is one annotation for each gate, however many of its slices do not hold, on its line of the policy', () => {
  const failing = GATE_DOCUMENTS.fail.gates.filter(({ id }) => id === 'recall-young');
  const slices = Array.from({ length: 8 }, (_, index) =>
    failing.map((gate) => ({
      ...gate,
      id: `any-slice[region=${index}]`,
      slice: `region=${index}`,
      line: 51,
    })),
  ).flat();
  const document = {
    ...GATE_DOCUMENTS.fail,
    gates: [...GATE_DOCUMENTS.fail.gates.filter(({ slice }) => slice === undefined), ...failing, ...slices],
  };
  const annotations = annotationsOf(document);
  expect(annotations.map(({ level, title, file, line }) => [level, title, file, line])).toEqual([
    ['error', 'Gate recall-young', '.mlops/gates.yml', 41],
    ['error', 'Gate any-slice', '.mlops/gates.yml', 51],
    ['warning', 'Gate latency', '.mlops/gates.yml', 62],
  ]);
  expect(annotations[1]?.message).toMatch(/region = 0 .*region = 4 .*; and 3 more$/);
  const inline = { ...document, policy: { ...document.policy, path: '' } };
  expect(annotationsOf(inline).every(({ file }) => file === undefined)).toBe(true);
});

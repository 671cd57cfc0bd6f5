import { marked, type Token } from 'marked';
import { expect, test } from 'vitest';
import {
  COMMENT_LIMITS,
  previousState,
  renderReport,
  verdictLine,
} from '../../../actions/gate-metrics/report.ts';
import type { GateDocument, GateResult } from '../../../actions/lib/documents/gate.ts';

const gate = (change: Partial<GateResult> = {}): GateResult => ({
  id: 'g',
  metric: 'f1',
  severity: 'error',
  outcome: 'block',
  exploratory: false,
  status: 'pass',
  verdict: 'pass',
  candidate: 0.9,
  baseline: 0.89,
  change: { value: 0.01, low: -0.01, high: 0.03, level: 0.95 },
  allowed: '-0.01',
  reason: 'fine',
  ...change,
});

const digest = `sha256:${'a'.repeat(64)}` as const;

const document = (gates: readonly GateResult[], change: Partial<GateDocument> = {}): GateDocument => ({
  schema: 'mlops-actions/gate/v1',
  created: '2026-01-01T00:00:00Z',
  source: { repository: '', commit: '', ref: '', workflow: '', run: 0, attempt: 0, action: '' },
  subjects: [],
  verdict: 'pass',
  candidate: { location: 'metrics.json', digest, commit: 'b'.repeat(40) },
  baseline: {
    location: 'artifact:x',
    digest,
    commit: 'c'.repeat(40),
    basis: 'on the same 10 test rows',
    origin: 'given',
  },
  policy: { path: '.mlops/gates.yml', ref: 'base', commit: 'd'.repeat(40), digest, inlineGates: 0 },
  multiplicity: {
    required: 'holm',
    requiredTests: 0,
    exploratory: 'benjamini-hochberg',
    exploratoryTests: 0,
  },
  settings: { confidence: 0.95, onInconclusive: 'point', onNoBaseline: 'warn', resamples: 2000, seed: 1 },
  namedBaselines: {},
  gates,
  guards: [],
  waivers: [],
  outcomes: [],
  trends: [],
  report: { primary: [], changedRows: 10, mentionOnFail: [] },
  notes: [],
  ...change,
});

const CONTEXT = {
  runUrl: 'https://github.com/o/r/actions/runs/8',
  run: 8,
  headSha: 'e'.repeat(40),
  previous: undefined,
};

const HOSTILE = [
  '@org/everyone',
  '![x](http://evil.example/x.png)',
  '[click](http://evil.example)',
  '<img src=x onerror=alert(1)>',
  '<!-- mlops-actions:gate-metrics -->',
  '</details><h1>passed</h1>',
  'http://evil.example',
  'www.evil.example',
  'a | b | c',
  '# ✅ passed',
  '`code`',
  '**bold**',
  '#123',
  'GH-123',
  'line\nbreak\n\n### Model gate passed',
  '\u202Egnp.exe',
  '&lt;b&gt;',
  '- item',
  '~~gone~~',
  '$x$',
  'octo/models#1',
  '<https://evil.example>',
  'mail@evil.example',
];

/** All tokens of a Markdown text. */
function tokensOf(markdown: string): Token[] {
  const tokens: Token[] = [];
  void marked.walkTokens(marked.lexer(markdown), (token) => {
    tokens.push(token);
  });
  return tokens;
}

test.each(HOSTILE)('%j does nothing wherever a user may write it', (text) => {
  const hostile = gate({
    id: text,
    metric: text,
    slice: `a=${text}`,
    unit: text,
    reason: text,
    allowed: text,
    status: 'fail',
    verdict: 'fail',
  });
  const flips = { fixed: 1, broken: 2, rows: 3 };
  const report = renderReport(
    document([{ ...hostile, flips }, gate()], {
      verdict: 'fail',
      model: { name: text, digest },
      candidate: { location: text, digest, commit: '' },
      baseline: { location: text, digest, commit: '', basis: text, origin: 'given' },
      policy: { path: text, ref: text, commit: '', digest, inlineGates: 1 },
      policyChange: {
        digest,
        verdict: 'pass',
        differences: [{ id: text, base: { allowed: text, verdict: 'fail' }, head: null }],
      },
      notes: [text],
      flips,
    }),
    { ...CONTEXT, previous: text },
    COMMENT_LIMITS,
  );
  const tokens = tokensOf(report);
  const links = tokens
    .filter(({ type }) => type === 'link')
    .map((token) => ('href' in token ? token.href : ''));
  expect(links).toEqual([CONTEXT.runUrl]);
  expect(tokens.filter(({ type }) => ['image', 'code', 'hr', 'blockquote'].includes(type))).toEqual([]);
  expect(tokens.filter(({ type }) => type === 'heading')).toHaveLength(1);
  const html = tokens.filter(({ type }) => type === 'html').map(({ raw }) => raw.trim());
  for (const raw of html)
    expect(raw).toMatch(
      /^(<details>|<summary>|<\/summary>|<\/details>|<details><summary>How this was decided<\/summary>)$/,
    );
  // A mention or a reference needs the bare sign before the name.
  expect(report).not.toMatch(/@[a-z]|(?<![\\&])#\d/i);
  expect(report).not.toContain('\u202E');
});

test('the first line is the verdict, and failing gates come first', () => {
  const gates = [
    gate({ id: 'a', metric: 'ok' }),
    gate({ id: 'b', metric: 'broken', status: 'fail', verdict: 'fail' }),
  ];
  const report = renderReport(document(gates, { verdict: 'fail' }), CONTEXT, COMMENT_LIMITS);
  expect(report.split('\n')[0]).toBe('### Model gate failed, 1 of 2 gates blocks');
  expect(report.indexOf('broken')).toBeLessThan(report.indexOf('ok'));
  expect(report).toContain(':x: ');
  expect(report).toContain('**not allowed**');
  expect(report).toContain('**What would unblock this:**');
});

test.each([
  ['pass', [gate()], 'Model gate passed, the gate holds'],
  ['pass', [gate(), gate()], 'Model gate passed, all 2 gates hold'],
  ['warn', [gate({ verdict: 'warn' }), gate()], 'Model gate passed with warnings, 1 of 2 gates warns'],
  ['inconclusive', [gate({ verdict: 'inconclusive' })], 'Model gate undecided, 1 of 1 gate is inconclusive'],
  ['fail', [gate({ verdict: 'fail' }), gate({ verdict: 'fail' })], 'Model gate failed, 2 of 2 gates block'],
] as const)('a verdict of %s is said in words', (verdict, gates, line) => {
  expect(verdictLine({ verdict, gates })).toBe(line);
});

test('the state of a comment can be read back for the one that replaces it', () => {
  const report = renderReport(document([gate()]), CONTEXT, COMMENT_LIMITS);
  expect(previousState(`<!-- marker -->\n${report}`)).toBe('Model gate passed, the gate holds at eeeeeee');
  expect(previousState('hello')).toBeUndefined();
});

test('a thousand gates stay below the limit of a comment and say how many are left out', () => {
  const gates = Array.from({ length: 1000 }, (_, index) =>
    gate({ id: `g${index}`, status: 'fail', verdict: 'fail' }),
  );
  const report = renderReport(document(gates, { verdict: 'fail' }), CONTEXT, COMMENT_LIMITS);
  expect(report.length).toBeLessThan(60_000);
  expect(report).toContain('900 more gates that need attention are in gate.json.');
});

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import type { DriftResult } from '../../../actions/lib/documents/validation.ts';
import { compareFindings } from '../../../actions/lib/findings/compare-findings.ts';
import { renderHtml } from '../../../actions/validate-data/report-html.ts';
import { failed, finding, report } from '../lib/findings/sample-report.ts';
import { column, numeric, texts } from './sample-profile.ts';

const pageOf = (...args: Parameters<typeof renderHtml>) => parseHTML(renderHtml(...args)).document;
const AGE = column('age', { numeric: numeric(0, 10, [5, 20, 50, 20, 5]) });
const PLAN = column('plan', texts({ free: 60, pro: 40 }));
const MOVED: DriftResult = {
  ...{ field: 'age', test: 'distribution', status: 'drifted', measure: 'wasserstein_normed', effect: 0.4 },
  ...{ threshold: 0.1, referenceCount: 100, currentCount: 100, exact: true },
};
const DRIFT = {
  ...({
    reference: 'artifact:main',
    severity: 'warning',
    alpha: 0.01,
    threshold: 0.1,
    minSample: 30,
  } as const),
  results: [MOVED],
};

test('the page has its parts in order, each reached from the navigation', () => {
  const head = report({ drift: DRIFT, notes: ['line ends are mixed'] });
  const page = pageOf(
    head,
    { columns: [AGE, PLAN] },
    {
      comparison: compareFindings(report({ checks: [], findings: [] }), head),
      contractChanges: [{ kind: 'loosened', subject: 'people.age', words: 'maximum raised' }],
    },
  );
  const ids = [...page.querySelectorAll('main section')].map(({ id }) => id);
  expect(ids).toEqual(['overview', 'new', 'contract', 'findings', 'drift', 'columns', 'coverage', 'notes']);
  expect([...page.querySelectorAll('nav a')].map((link) => link.getAttribute('href'))).toEqual(
    ids.map((id) => `#${id}`),
  );
  expect(page.querySelector('h1')?.textContent).toBe('Data not valid');
  expect(page.querySelectorAll('article.column')).toHaveLength(2);
  expect(page.querySelector('#findings .group code')?.textContent).toBe('age');
  expect(page.querySelector('#findings td.place')?.textContent).toMatch(/^data\/train\.csv:2/);
});

test('where only what is new decides, the page says so', () => {
  const base = report();
  const page = pageOf(
    report({ verdict: 'pass' }),
    { columns: [] },
    {
      comparison: compareFindings(base, report()),
      onlyNew: true,
    },
  );
  expect(page.querySelector('h1')?.textContent).toBe('Data no worse than before');
  expect(page.querySelector('.hero')?.textContent).toContain('no new findings, 1 known');
});

test('a histogram has a bar for each bin with values, as high as it is dense, and the reference as a line', () => {
  const page = pageOf(
    report(),
    { columns: [AGE] },
    {
      reference: [column('age', { numeric: numeric(0, 25, [50, 50]) })],
    },
  );
  const bars = [...page.querySelectorAll('.chart rect')];
  expect(bars.map((bar) => Number(bar.getAttribute('height')))).toEqual([9.3, 37.2, 93, 37.2, 9.3]);
  expect(bars[2]?.textContent).toBe('20 to 30: 50 (50.0 %)');
  // Half of the values in 25 is 0.02, the densest bin of now is 0.05 high.
  expect(page.querySelector('.chart path')?.getAttribute('d')).toBe('M0 96V58.8H150V58.8H300V96');
  expect(page.querySelector('.chart')?.getAttribute('aria-label')).toBe(
    'Histogram of age from 0 to 50, most values from 20 to 30; the line is the reference',
  );
});

test.each([
  ['one value', [{ from: 3, to: 3, count: 9 }]],
  [
    'numbers near the largest double',
    [
      { from: -1.7e308, to: 0, count: 1 },
      { from: 0, to: 1.7e308, count: 2 },
    ],
  ],
  ['no values', []],
])('%s draw without a number that is none', (_name, histogram) => {
  const html = renderHtml(report(), {
    columns: [column('x', { numeric: { ...numeric(0, 1, [1]), histogram } })],
  });
  expect(html).not.toMatch(/NaN|Infinity/);
});

test('values stand with their shares, those of the reference as ticks', () => {
  const page = pageOf(
    report(),
    { columns: [PLAN] },
    { reference: [column('plan', texts({ free: 75, old: 25 }))] },
  );
  const [free, pro] = [...page.querySelectorAll('.values tr')];
  expect(free?.textContent).toBe('free60.0 %');
  expect(free?.querySelector('.now')?.getAttribute('width')).toBe('60%');
  expect(free?.querySelector('.ref')?.getAttribute('x1')).toBe('75%');
  expect(pro?.querySelector('.ref')).toBeNull();
});

test('identifiers are not drawn', () => {
  const ids = texts(Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`P${i}`, i < 10 ? 2 : 1])));
  const card = pageOf(report(), { columns: [column('id', ids)] }).querySelector('article');
  expect(card?.textContent).toContain('most values occur once');
  expect(card?.querySelector('.values')).toBeNull();
});

test('classified columns show counts and nothing else', () => {
  const { type: _, ...secret } = texts({ 'ann@corp.example': 100 });
  const card = pageOf(report(), {
    columns: [column('email', { ...secret, type: 'string', redacted: true })],
  }).querySelector('article');
  expect(card?.textContent).toContain('classified');
  expect(card?.textContent).not.toContain('ann@');
});

test('coverage shows which column has which check, and which has none', () => {
  const rowCount = { check: 'rowCount', title: 'at least 5', severity: 'error', status: 'pass' } as const;
  const page = pageOf(
    report({
      checks: [
        failed(),
        failed({ check: 'dataType', status: 'pass' }),
        failed({ check: 'duplicateValues', field: 'age, plan', status: 'pass' }),
        { ...rowCount, measured: 9, unit: 'rows', expected: 'at least 5', findings: 0 },
      ],
    }),
    { columns: [AGE, PLAN, column('note')] },
  );
  const rows = [...page.querySelectorAll('.matrix tbody tr')].map((row) =>
    [...row.querySelectorAll('td')].map((cell) => cell.textContent),
  );
  expect([...page.querySelectorAll('.matrix thead th')].map((cell) => cell.textContent)).toEqual([
    'Column',
    'dataType',
    'duplicateValues',
    'invalidValues',
  ]);
  expect(rows).toEqual([
    ['✓', '✓', '✗'],
    ['', '✓', ''],
    ['', '', ''],
  ]);
  expect(page.querySelector('#coverage')?.textContent).toContain('2 of 3 columns have checks of their own');
});

test('checks of other tables are not those of a column of the same name', () => {
  const page = pageOf(
    report({
      checks: [failed({ table: 'people', status: 'pass' }), failed({ table: 'plans', check: 'dataType' })],
    }),
    { columns: [AGE] },
  );
  expect(page.querySelectorAll('article .checks li')).toHaveLength(1);
  expect(page.querySelectorAll('.matrix thead th')).toHaveLength(2);
});

describe('safety', () => {
  test('nothing is loaded, and only the scripts and styles of the page itself may run', () => {
    const html = renderHtml(report({ drift: DRIFT }), { columns: [AGE, PLAN] });
    const meta = parseHTML(html).document.querySelector('meta[http-equiv=Content-Security-Policy]');
    const policy: string = meta?.getAttribute('content') ?? '';
    const hashes = [...policy.matchAll(/'sha256-([^']+)'/g)].map(([, hash]) => hash);
    const parts = [/<style>([\s\S]*?)<\/style>/, /<script>([\s\S]*?)<\/script>/].map(
      (pattern) => pattern.exec(html)?.[1] ?? '',
    );
    expect(hashes).toEqual(parts.map((text) => createHash('sha256').update(text).digest('base64')));
    expect(policy).toMatch(/^default-src 'none';/);
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toMatch(/ style=| on[a-z]+=|src=|https?:\/\/|url\(|@import/);
  });

  const HOSTILE = [
    '</script><script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    `' autofocus onfocus='alert(1)`,
    '</style></title></textarea>-->',
    '\u202egnp.exe\u200b\u0000',
    '`$' + '{alert(1)}`',
    '&lt;b&gt;',
  ];
  const everywhere = (text: string) =>
    pageOf(
      report({
        subjects: [{ role: 'data', name: text, digest: `sha256:${'0'.repeat(64)}` }],
        checks: [failed({ check: text, field: text, title: text, dimension: text, expected: text })],
        findings: [
          finding({ check: text, field: text, file: text, value: text, expected: text, message: text }),
        ],
        drift: {
          ...DRIFT,
          reference: text,
          results: [{ ...MOVED, field: text, measure: text, reason: text }],
        },
        notes: [text],
      }),
      { columns: [column(text, texts({ [text]: 100 })), AGE] },
      {
        reference: [column(text, texts({ [text]: 50 }))],
        contractChanges: [{ kind: 'loosened', subject: text, words: text }],
      },
    );
  const plain = everywhere('plain');
  const shape = (page: ReturnType<typeof pageOf>): string =>
    [...page.querySelectorAll('*')].map(({ tagName }) => tagName).join(' ');

  test.each(HOSTILE)('%j is shown as text wherever it may come from', (text) => {
    const page = everywhere(text);
    expect(shape(page)).toBe(shape(plain));
    expect(page.querySelector('article h3')?.textContent).toBe(
      text.replace('\u202e', '\\u{202E}').replace('\u200b', '\\u{200B}').replace('\u0000', '\\u{0}'),
    );
  });

  test('so is any other text', () => {
    const part = fc.constantFrom(
      '<',
      '>',
      '"',
      "'",
      '&',
      '`',
      '/',
      '=',
      ' ',
      '\n',
      'a',
      'script',
      '<!--',
      ']]>',
      '\u2028',
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 12 }), (parts) => {
        expect(shape(everywhere(`x${parts.join('')}`))).toBe(shape(plain));
      }),
      { numRuns: 40 },
    );
  });
});

describe('the script of the page', () => {
  interface Control {
    hidden: boolean;
    value: string;
    checked: boolean;
  }

  /** The page with its script run. The stand-in for a browser runs none by itself and knows no state of controls. */
  function live(html: string) {
    const window = parseHTML(html);
    const { document } = window;
    for (const box of document.querySelectorAll('input[type=checkbox]'))
      Object.assign(box, { checked: box.hasAttribute('checked') });
    for (const choice of document.querySelectorAll('select'))
      Object.defineProperty(choice, 'value', { value: '', writable: true });
    const script = document.querySelector('script')?.textContent ?? '';
    new Function('document', 'addEventListener', 'Element', script)(
      document,
      () => undefined,
      window.Element,
    );
    const input = (selector: string, state: Partial<Control>): void => {
      const element = document.querySelector(selector);
      Object.assign(element ?? {}, state);
      element?.dispatchEvent(new window.Event('input', { bubbles: true }));
    };
    const shown = (selector: string): number =>
      [...document.querySelectorAll(selector)].filter((item) => !item.hasAttribute('hidden')).length;
    const click = (selector: string): void => {
      document.querySelector(selector)?.dispatchEvent(new window.Event('click'));
    };
    return { document, input, click, shown };
  }

  const known = finding({ severity: 'warning', check: 'dataType', field: 'plan', value: 'gold' });
  const head = report({
    checks: [failed(), failed({ check: 'dataType', field: 'plan', severity: 'warning' })],
    findings: [finding(), known],
  });
  const base = report({ checks: head.checks.slice(1), findings: [known] });
  const html = renderHtml(
    head,
    { columns: [AGE, PLAN, column('note', { missing: 3 })] },
    {
      comparison: compareFindings(base, head),
    },
  );

  test('filters findings by text, severity and news', () => {
    const { document, input, shown } = live(html);
    expect(shown('#finding-tools')).toBe(1);
    expect(shown('#findings .group')).toBe(2);
    input('#finding-tools input[type=search]', { value: 'GOLD' });
    expect(shown('#findings .group')).toBe(1);
    expect(document.querySelector('#finding-tools output')).toMatchObject({ value: '1 of 2 checks' });
    input('#finding-tools input[type=search]', { value: '' });
    input('#finding-tools input[name=new]', { checked: true });
    expect(shown('#findings .group')).toBe(1);
    input('#finding-tools input[value=error]', { checked: false });
    expect(shown('#findings .group')).toBe(0);
  });

  test('filters columns by name and by what is with them', () => {
    const { input, shown } = live(html);
    input('#column-tools input[type=search]', { value: 'pl' });
    expect(shown('.column')).toBe(1);
    input('#column-tools input[type=search]', { value: '' });
    input('#column-tools select', { value: 'missing' });
    expect(shown('.column')).toBe(1);
  });

  test('opens and closes all findings', () => {
    const { document, click } = live(html);
    for (const one of document.querySelectorAll('details.group')) Object.assign(one, { open: false });
    click('#open-all');
    expect([...document.querySelectorAll('details.group')].map((one) => Reflect.get(one, 'open'))).toEqual([
      true,
      true,
    ]);
  });
});

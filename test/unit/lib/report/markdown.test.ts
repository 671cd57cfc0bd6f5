import fc from 'fast-check';
import { Lexer, type Token, type Tokens } from 'marked';
import { describe, expect, test } from 'vitest';
import {
  bulletList,
  code,
  codeBlock,
  details,
  htmlText,
  markdownText,
  sections,
  table,
} from '../../../../actions/lib/report/markdown.ts';

/** Ways to do something with text that should only be shown. */
const PAYLOADS: readonly string[] = [
  ...['@octocat', '@org/team', 'mail me@example.com', '(@octocat)', 'x@octocat', '`@octocat`'],
  ...['#12', 'GH-12', 'octo/repo#12', 'fixes #12', '# heading', '###### six', '#hash'],
  ...[
    '[a](http://evil.example)',
    '![a](http://evil.example/x.png)',
    '[a][b]',
    '[b]: http://evil.example',
    '![][b]',
  ],
  ...[
    'http://evil.example',
    'https://evil.example/?a=b',
    'HTTPS://EVIL.EXAMPLE',
    'www.evil.example',
    'ftp://evil.example',
  ],
  ...[
    '<http://evil.example>',
    '<me@example.com>',
    'mailto:me@example.com',
    'xmpp:me@example.com',
    '//evil.example',
  ],
  ...[
    '<script>alert(1)</script>',
    '<img src=x onerror=y>',
    '<!-- mlops-actions:x -->',
    '-->',
    '<!--',
    '</details>',
  ],
  ...[
    '<details><summary>x',
    '</summary>',
    '<a href="http://evil.example">x</a>',
    '<br>',
    '<code>',
    '&lt;b&gt;',
  ],
  ...['- item', '* item', '+ item', '1. item', '1) item', '- [ ] task', '> quote', '> [!WARNING]', '>'],
  ...['```', '~~~', '```js', '    code', '\tcode', '`', '``', '```\n@octocat\n```', 'a`b', '`a', 'a`'],
  ...[
    '---',
    '***',
    '___',
    '===',
    'a\n===',
    'a\n---',
    '| a | b |',
    '|',
    'a | b',
    '\\|',
    '|---|',
    '\\',
    '\\\\',
    '\\`',
  ],
  ...[
    '*bold*',
    '**bold**',
    '_it_',
    '__it__',
    '~~gone~~',
    '~sub~',
    '$x^2$',
    '$$x$$',
    '$`x`$',
    '[^1]',
    '[^1]: note',
  ],
  ...[
    'a\n\nb',
    'a  \nb',
    'a\r\n\r\n# b',
    'a\u2028# b',
    '\u202egpj.exe',
    'pass\u200bword',
    '\ufeffx',
    '\u0000',
    '\u001b[31m',
  ],
  ...[
    '',
    ' ',
    '  a',
    'a  ',
    '\n',
    '😀',
    'é',
    '漢字',
    '12.5 %',
    '-0.5',
    '+1',
    '=1+1',
    '0',
    '2024-01-01',
    'a_b_c',
    'x.y',
  ],
  ...[
    '&#64;octocat',
    '&commat;octocat',
    '&#x40;octocat',
    '&#91;a&#93;(http://x.example)',
    '&copy',
    ':tada:',
    '%0A# x',
  ],
  ...[
    '"><img src=x>',
    "'><b>",
    '" onload="x',
    '{{7*7}}',
    '${{ secrets.X }}',
    '::error::x',
    '##[error]x',
    '<\n!-- x',
    '<?x?>',
  ],
  ...[
    '<![CDATA[x]]>',
    '<!DOCTYPE x>',
    '[a](<http://evil.example>)',
    '[a](javascript:x)',
    '[x]',
    '[ ]',
    '[x](',
    '![',
    '](',
  ],
  ...[
    '@a',
    '@1',
    '@-',
    '@@octocat',
    '@octocat@octocat',
    '\\@octocat',
    '@\u200boctocat',
    '@/octocat',
    '#1#2',
    '\\#12',
    '# 12',
    '&#35;12',
  ],
  ...[
    'http:/\\/evil.example',
    'http\u200b://evil.example',
    'hxxp://x',
    'tel:+1',
    'WWW.EVIL.EXAMPLE',
    'wwww.x.example',
    'a@b',
    '.@octocat',
  ],
  ...[
    '<a',
    '<a ',
    '<1>',
    '< b>',
    '<b/>',
    '</b',
    '<!',
    '<%= x %>',
    '<svg/onload=x>',
    '<style>*{}</style>',
    '<math>',
    '<iframe src=x>',
    '<p>',
  ],
  ...[
    '1.',
    '1. ',
    '123456789. x',
    '1234567890. x',
    '(1) x',
    'a) x',
    '–',
    '•',
    '-',
    '+',
    '*',
    '-\tx',
    '- - - x',
    '* * *',
    '_ _ _',
    '-- x',
    '+ + x',
  ],
  ...[
    '```sh',
    '````',
    '`````x`````',
    '` `',
    '`` ` ``',
    '~~~js',
    '<pre>',
    '\\*x\\*',
    '*x',
    '**x',
    'x*',
    '_x',
    'x_',
    '~x',
    '[x]: y',
    '![x]',
    '[^x]:',
  ],
];

/** Places in a report where a text may stand, with what a reader should find there. */
const PLACES: Readonly<Record<string, (text: string) => string>> = {
  'a text alone': markdownText,
  'a text in a sentence': (text) => `The value ${markdownText(text)} is odd.`,
  'a text in a heading': (text) => `## ${markdownText(text)}`,
  'a text in a list': (text) => bulletList([markdownText(text), 'next']),
  'a text in a table': (text) => table(['a', 'b'], [[markdownText(text), 'next']]),
  'a text in bold': (text) => `**${markdownText(text)}x**`,
  'a code span': code,
  'a code span in a sentence': (text) => `The value ${code(text)} is odd.`,
  'a code span in a list': (text) => bulletList([code(text), 'next']),
  'a code span in a table': (text) => table(['a', 'b'], [[code(text), 'next']]),
  'two code spans in a row': (text) => `${code(text)} and ${code(text)}`,
  'a block of code': (text) => codeBlock(text),
  'the title of details': (text) => details(text, 'body'),
  'a text in details': (text) => details('title', markdownText(text)),
};

const ALLOWED_HTML = /^<\/?(code|details|summary)>$/;

/** What a text did to the report other than being shown. */
function effects(markdown: string): string[] {
  const found: string[] = [];
  // Between <code> and </code> GitHub links nothing; a new block starts outside of them.
  let inCode = false;
  for (const token of allTokens(new Lexer({ gfm: true }).lex(markdown))) {
    if (token.raw === '<code>') inCode = true;
    if (token.raw === '</code>' || BLOCKS.has(token.type)) inCode = false;
    if (['link', 'image', 'def'].includes(token.type)) found.push(`${token.type}: ${token.raw}`);
    if (token.type === 'html') found.push(...forbiddenTags(token.raw));
    if (!inCode && !['code', 'codespan'].includes(token.type)) found.push(...references(leafText(token)));
  }
  return found;
}

const BLOCKS: ReadonlySet<string> = new Set(['paragraph', 'heading', 'list', 'table', 'code', 'blockquote']);

/** Every token, an outer one before its inner ones. */
function allTokens(tokens: readonly Token[]): Token[] {
  return tokens.flatMap((token) => {
    if (token.type === 'list') return [token, ...allTokens(token.items)];
    if (token.type === 'table')
      return [token, ...[...token.header, ...token.rows.flat()].flatMap((cell) => allTokens(cell.tokens))];
    return [token, ...('tokens' in token ? allTokens(token.tokens ?? []) : [])];
  });
}

const forbiddenTags = (html: string): string[] =>
  (html.match(/<[^>]*>?/g) ?? []).filter((tag) => !ALLOWED_HTML.test(tag)).map((tag) => `html: ${tag}`);

const leafText = (token: Token): string =>
  'text' in token && !('tokens' in token && token.tokens) && token.type !== 'list'
    ? decode(String(token.text))
    : '';

/** GitHub looks for these in the text it has rendered, after entities have become characters. */
const decode = (text: string): string =>
  text
    .replace(/&#8203;/g, '\u200b')
    .replace(/&#x([0-9a-f]+);/gi, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replace(/&#(\d+);/g, (_, digits: string) => String.fromCodePoint(Number(digits)))
    .replace(/&commat;/g, '@')
    .replace(/&amp;/g, '&');

const references = (text: string): string[] =>
  [/@[a-z\d]/i, /#\d/, /\bGH-\d/i, /\bhttps?:\/\//i, /\bwww\./i, /[\u202a-\u202e\u2066-\u2069]/]
    .filter((pattern) => pattern.test(text))
    .map((pattern) => `${pattern} in ${JSON.stringify(text)}`);

/** The blocks of a report, those in its lists too. */
const typesOf = (markdown: string): string[] =>
  new Lexer({ gfm: true })
    .lex(markdown)
    .flatMap((token) => [
      token,
      ...(token.type === 'list' ? token.items.flatMap((item: Tokens.ListItem) => item.tokens) : []),
    ])
    .map(({ type }) => type)
    .filter((type) => type !== 'space');

describe.each(Object.entries(PLACES))('%s', (_place, render) => {
  test('does nothing but show its text, for every payload and every pair of payloads', () => {
    for (const first of PAYLOADS) {
      expect(effects(render(first)), first).toEqual([]);
      for (const second of PAYLOADS.slice(0, 30)) expect(effects(render(`${first}${second}`))).toEqual([]);
    }
  });

  test('leaves the shape of the report alone', () => {
    const shape = typesOf(render('plain'));
    for (const payload of PAYLOADS) {
      if (payload.trim() !== '') expect(typesOf(render(payload)), JSON.stringify(payload)).toEqual(shape);
    }
  });

  test('stands any mixture of payloads', () => {
    const mixture = fc.array(
      fc.oneof(fc.constantFrom(...PAYLOADS), fc.string({ unit: 'binary', maxLength: 5 })),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(mixture, (parts) => {
        expect(effects(render(parts.join('')))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

test('there are payloads enough', () => {
  expect(PAYLOADS.length).toBeGreaterThanOrEqual(200);
});

test('the oracle finds what raw payloads do', () => {
  for (const raw of [
    '[a](http://x.example)',
    '![a](x.png)',
    '<b>x</b>',
    '@octocat',
    'see #12',
    'http://x.example',
    '<!-- x -->',
    '&#64;octocat',
  ])
    expect(effects(raw), raw).not.toEqual([]);
});

describe('texts look like themselves', () => {
  test.each([
    ['a plain word', 'petal length (cm)', 'petal length (cm)'],
    ['an underscore', 'roc_auc', 'roc\\_auc'],
    ['a range', '1 - 2', '1 - 2'],
    ['a comparison', 'a < b', 'a &lt; b'],
    ['a line break', 'a\nb', 'a\\\\nb'],
    ['a bidi override', 'a\u202eb', 'a\\\\u{202E}b'],
  ])('%s', (_name, text, expected) => {
    expect(markdownText(text)).toBe(expected);
  });

  test.each([
    ['a word', 'roc_auc', '`roc_auc`'],
    ['a backtick', 'a`b', '``a`b``'],
    ['backticks at the edges', '`a`', '`` `a` ``'],
    ['spaces at the edges', ' a ', '`  a  `'],
    ['nothing', '', '*empty*'],
    ['a table edge', 'a|b', '<code>a&#124;b</code>'],
  ])('code: %s', (_name, text, expected) => {
    expect(code(text)).toBe(expected);
  });

  test('HTML text keeps its entities', () => {
    expect(htmlText('a < "b" & c')).toBe('a &lt; &quot;b&quot; &amp; c');
  });
});

describe('building blocks', () => {
  test('a table sets its columns', () => {
    expect(
      table(
        ['name', 'value'],
        [
          ['`f1`', '0.9'],
          ['a | b', 'x\ny'],
        ],
        ['left', 'right'],
      ),
    ).toBe(['| name | value |', '| :-- | --: |', '| `f1` | 0.9 |', '| a \\| b | x y |'].join('\n'));
  });

  test('sections are one empty line apart and empty ones fall away', () => {
    expect(sections('# a\n', '', undefined, 'b')).toBe('# a\n\nb\n');
  });

  test('a list keeps the lines of an item together', () => {
    expect(bulletList(['a\nb', 'c'])).toBe('- a\n  b\n- c');
  });
});

test('a long text takes a time that grows with its length and no faster', () => {
  for (const text of [
    `:${'a'.repeat(300_000)}`,
    ':a'.repeat(150_000),
    'a_+-'.repeat(80_000),
    ':'.repeat(300_000),
  ]) {
    const start = performance.now();
    expect(markdownText(text).length).toBeGreaterThan(200_000);
    expect(performance.now() - start).toBeLessThan(10_000);
  }
});

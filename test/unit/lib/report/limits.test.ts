import fc from 'fast-check';
import { marked } from 'marked';
import { describe, expect, test } from 'vitest';
import { cutMarkdown } from '../../../../actions/lib/report/limits.ts';

const report = (count: number): string =>
  `# Report\n\n${Array.from({ length: count }, (_, index) => `## Section ${index}\n\nText of ${index} ✓.`).join('\n\n')}\n`;

describe('cutting Markdown', () => {
  test('what fits is not touched', () => {
    expect(cutMarkdown('# a\n\nb\n', { maxCharacters: 7 })).toBe('# a\n\nb\n');
  });

  test('what does not fit ends before a heading and says how much is missing and where it is', () => {
    const cut = cutMarkdown(report(100), { maxCharacters: 800 }, 'See the summary.');
    expect(cut).toMatch(/\.\n\n> \*\*Shortened:\*\* \d+ lines were left out here\. See the summary\.\n$/);
    expect(cut.trimEnd().split('\n').at(-3)).toMatch(/^Text of \d+ ✓\.$/);
  });

  test('a limit in bytes counts bytes', () => {
    const cut = cutMarkdown('✓✓✓✓✓\n'.repeat(200), { maxBytes: 1_000 });
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(1_000);
    expect(Buffer.byteLength(cut)).toBeGreaterThan(600);
  });

  test('an open block of code is closed', () => {
    const cut = cutMarkdown(`\`\`\`\`json\n${'"x",\n'.repeat(500)}\`\`\`\`\n`, { maxCharacters: 900 });
    expect(cut).toMatch(/\n````\n\n> \*\*Shortened/);
    expect(marked.lexer(cut).map(({ type }) => type)).toEqual(['code', 'space', 'blockquote']);
  });

  test('open details are closed', () => {
    const cut = cutMarkdown(`<details>\n<summary>a</summary>\n\n${'line\n\n'.repeat(500)}</details>\n`, {
      maxCharacters: 900,
    });
    expect(cut.match(/<details>/g)).toHaveLength(1);
    expect(cut).toMatch(/<\/details>\n\n> \*\*Shortened/);
  });

  test('no limit is ever exceeded', () => {
    const line = fc.constantFrom(
      '# h',
      '',
      'text ✓',
      '```',
      '````',
      '<details>',
      '</details>',
      '😀'.repeat(30),
      'x'.repeat(200),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), fc.integer({ min: 0, max: 2_000 }), (lines, max) => {
        const markdown = lines.join('\n');
        expect(cutMarkdown(markdown, { maxCharacters: max }).length).toBeLessThanOrEqual(Math.max(0, max));
        expect(Buffer.byteLength(cutMarkdown(markdown, { maxBytes: max }))).toBeLessThanOrEqual(
          Math.max(0, max),
        );
      }),
      { numRuns: 1_000 },
    );
  });
});

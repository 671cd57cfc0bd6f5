import { expect, test } from 'vitest';
import { cutBody, marker } from '../../../../actions/runtime/github/marker.ts';

test('a key cannot end the comment that hides it', () => {
  for (const key of ['x-->y', 'x--->', '<!-- a\n-->'])
    expect(marker(key)).toMatch(/^<!-- mlops-actions:[^<>\n]* -->$/);
});

test.each([
  {
    what: 'at the last heading',
    body: `# A\n${'a'.repeat(60)}\n# B\n${'b'.repeat(60)}`,
    kept: `# A\n${'a'.repeat(60)}`,
  },
  { what: 'at the last line end', body: `one\n${'b'.repeat(200)}`, kept: 'one' },
  { what: 'within a line without an end', body: 'c'.repeat(200), kept: 'c'.repeat(100) },
])('a long body is cut $what', ({ body, kept }) => {
  expect(cutBody(body, 100)).toMatch(new RegExp(`^${kept}\n\n_Cut here`));
});

test('what was open at the cut is closed', () => {
  const cut = cutBody(`<details>\n\`\`\`\n${'line\n'.repeat(50)}`, 100);
  expect(cut).toContain('\n```\n</details>\n\n_Cut here');
});

test('a character of two units is not halved', () => {
  expect(cutBody(`${'x'.repeat(99)}🐧${'x'.repeat(99)}`, 100)).not.toMatch(
    /[\uD800-\uDBFF](?![\uDC00-\uDFFF])/,
  );
});

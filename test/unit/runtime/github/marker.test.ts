import { expect, test } from 'vitest';
import { isMarked, markedBody, marker } from '../../../../actions/runtime/github/marker.ts';

test('a key cannot end the comment that hides it', () => {
  for (const key of ['x-->y', 'x--->', '<!-- a\n-->'])
    expect(marker(key)).toMatch(/^<!-- mlops-actions:[^<>\n]* -->$/);
});

test('a body that is too long keeps its marker and ends before GitHub would refuse it', () => {
  const body = markedBody('gate', `# A\n${'a\n'.repeat(40_000)}`);
  expect(body.startsWith('<!-- mlops-actions:gate -->\n# A')).toBe(true);
  expect(body.length).toBeLessThan(65_536);
  expect(body).toContain('**Shortened:**');
});

test('a marker that is quoted in a body of another key makes it no body of that key', () => {
  const body = markedBody('mlops-incident churn', `why: ${marker('mlops-incident fraud')}`);
  expect(isMarked(body, 'mlops-incident churn')).toBe(true);
  expect(isMarked(`A note of a person.\r\n\r\n${body}`, 'mlops-incident churn')).toBe(true);
  expect(isMarked(body, 'mlops-incident fraud')).toBe(false);
  expect(isMarked('no marker', 'mlops-incident churn')).toBe(false);
});

import { describe, expect, test } from 'vitest';
import { badgeJson, badgeSvg, metricBadge } from '../../../../actions/lib/badge/badge.ts';
import { verdanaWidth } from '../../../../actions/lib/badge/verdana-width.ts';
import type { Verdict } from '../../../../actions/lib/verdict.ts';

// anafanafo 2.0.0: anafanafo(text, { font: '11px Verdana' })
test.each([
  ['roc_auc', 43.39],
  ['0.8731', 38.95],
  ['balanced_accuracy: 0.91', 138.58],
  ['WWW iii %@~', 81.28],
  ['', 0],
])('%j is as wide as Verdana sets it', (text, width) => {
  expect(verdanaWidth(text)).toBeCloseTo(width, 2);
});

const VERDICTS: readonly Verdict[] = ['pass', 'waived', 'warn', 'inconclusive', 'fail'];

/** Relative luminance of `rrggbb`, WCAG 2.2. */
function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = [0, 2, 4].map((at) => {
    const share = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

describe('a badge', () => {
  test.each(VERDICTS)(
    'of %s can be read on its colour, and says the verdict in words unless it passed',
    (verdict) => {
      const { message, color } = metricBadge('f1', 0.87314, verdict);
      expect(message).toBe(verdict === 'pass' ? '0.8731' : `0.8731, ${verdict}`);
      expect(1.05 / (luminance(color) + 0.05)).toBeGreaterThanOrEqual(4.5);
    },
  );

  test('is what shields.io draws from', () => {
    expect(JSON.parse(badgeJson(metricBadge('f1', 0.9, 'pass')))).toEqual({
      schemaVersion: 1,
      label: 'f1',
      message: '0.9',
      color: '1a7f37',
    });
  });

  test('is a picture with a title that holds a hostile name as text', () => {
    const svg = badgeSvg(metricBadge(`<b onload="x">&'\u202e]]>`, undefined, 'fail'));
    const shown = '&lt;b onload=&quot;x&quot;&gt;&amp;&apos;\\u{202E}]]&gt;';
    expect(svg).toContain(`<title>${shown}: no value, fail</title>`);
    expect(svg).toContain(`aria-label="${shown}: no value, fail"`);
    expect(svg.match(/<\w+/g)?.filter((tag) => tag === '<b')).toEqual([]);
    expect(svg).not.toContain('\u202e');
  });

  test('has room for its texts and no more', () => {
    const svg = badgeSvg(metricBadge('roc_auc', 0.8731, 'pass'));
    expect(svg).toContain(`width="${Math.ceil(43.39 + 12) + Math.ceil(38.95 + 12)}"`);
    expect(svg).toContain('textLength="43.4"');
  });

  test('of an endless name is cut', () => {
    expect([...metricBadge('x'.repeat(500), 1, 'pass').label]).toHaveLength(40);
  });
});

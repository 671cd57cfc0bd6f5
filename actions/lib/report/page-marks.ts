import type { Verdict } from '../verdict.ts';
import { type Html, html } from './html.ts';

/** How something looks: right, doubtful, wrong, neither. */
export type Tone = 'good' | 'warn' | 'bad' | 'none';

export const VERDICT_TONE: Readonly<Record<Verdict, Tone>> = {
  pass: 'good',
  waived: 'good',
  warn: 'warn',
  inconclusive: 'warn',
  fail: 'bad',
};

const MARKS: Readonly<Record<Tone, string>> = { good: '✓', warn: '!', bad: '✗', none: '–' };

/** A sign in a colour, with a word for those who see neither. */
export const mark = (tone: Tone, word: string): Html =>
  html`<span class="mark ${tone}" role="img" aria-label="${word}" title="${word}">${MARKS[tone]}</span>`;

/** A short word in a coloured field. */
export const chip = (tone: Tone, word: string): Html => html`<span class="chip ${tone}">${word}</span>`;

const ICONS: Readonly<Record<Tone, Html>> = {
  good: html`<path d="M5 12.5l4.5 4.5L19 7.5"/>`,
  warn: html`<path d="M12 6v8M12 18v.01"/>`,
  bad: html`<path d="M6.5 6.5l11 11M17.5 6.5l-11 11"/>`,
  none: html`<path d="M6 12h12"/>`,
};

/** The sign of the verdict. Words beside it say the same. */
export const badge = (tone: Tone): Html =>
  html`<span class="badge ${tone}"><svg viewBox="0 0 24 24" aria-hidden="true">${ICONS[tone]}</svg></span>`;

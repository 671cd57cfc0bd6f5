import type { Html } from '../../../lib/report/html.ts';
import { html } from './html.ts';

const TONES: Readonly<Record<string, string>> = {
  success: 'good',
  pass: 'good',
  completed: 'good',
  failure: 'bad',
  error: 'bad',
  fail: 'bad',
  warn: 'warn',
  warning: 'warn',
  inconclusive: 'warn',
  neutral: 'warn',
};

/** A word about a state, coloured by what it means. */
export const chip = (state: string): Html => html`<span class="chip ${TONES[state] ?? ''}">${state}</span>`;

/** A number of milliseconds as people read it. */
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

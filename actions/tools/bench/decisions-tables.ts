import { type Rates, shares, simulationError } from './decisions-rates.ts';
import { PEER_RULES } from './decisions-rules.ts';
import type { Line } from './decisions-setup.ts';

const percent = (share: number): string => {
  const text = (100 * share).toFixed(share > 0.1 && share < 0.9 ? 0 : 1);
  return text === '100.0' && share < 1 ? '> 99.9' : text.replace(/^(0|100)\.0$/, '$1');
};

/** A share with half of its 95 % interval, both in percent. */
const withError = (count: number, runs: number): string =>
  `${percent(count / runs)} ± ${(100 * simulationError(count, runs)).toFixed(1)}`;

const HEAD = [
  'metric',
  'rows',
  'gates',
  'ours: blocked',
  'ours: inconclusive',
  'ours: passed',
  ...PEER_RULES.map(({ name }) => name),
] as const;

/** A Markdown table of percentages, a line for each metric, number of rows and number of gates. */
export function tableOf(lines: readonly Line<Rates>[]): string {
  const body = lines.map(({ metric, rows, gates, rates }) => {
    const [, inconclusive = 0, estimate = 0, shown = 0] = shares(rates);
    return [
      metric,
      rows.toLocaleString('en'),
      String(gates),
      withError(rates.endings.blocked, rates.runs),
      percent(inconclusive),
      estimate + shown === 0 ? '0' : `${percent(estimate + shown)} (${percent(shown)} shown)`,
      ...rates.peers.map((count) => percent(count / rates.runs)),
    ];
  });
  const align = HEAD.map((_, at) => (at === 0 ? '---' : '---:'));
  return [HEAD, align, ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** What the columns of other rules mean, as a list. */
export const rulesText = (): string =>
  PEER_RULES.map(({ name, words }) => `- **${name}**: ${words}`).join('\n');

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_FOLDER, prepareData } from './bench-data.ts';
import { buildEngine } from './build-engine.ts';
import { measureDrift } from './compare-drift.ts';
import { heats } from './contestants.ts';
import { measureProcesses, median, type Sample } from './measure-processes.ts';
import { findPeers } from './peers.ts';
import { judge, known, type Outcome, TARGETS } from './targets.ts';

/**
 * `npm run bench -- validate`: validate-data beside its peers on one file and one contract, whole processes in turns.
 *
 * Flags: `--rounds=N` (7), `--data=FOLDER`, `--only=HEAT[,HEAT]` (csv, pandas, gzip, jsonl, parquet, small, gigabyte,
 * huge, limits, drift), `--large` (adds 20M rows), `--without=TEXT` (leaves out contestants whose name begins so).
 */
export async function benchValidate(flags: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...flags],
    options: {
      rounds: { type: 'string', default: '7' },
      data: { type: 'string', default: DEFAULT_FOLDER },
      only: { type: 'string' },
      without: { type: 'string' },
      large: { type: 'boolean', default: false },
    },
  });
  const wanted = values.only?.split(',');
  const peers = findPeers(values.data);
  const data = await prepareData(values.data, peers.python, values.large);
  const engine = await buildEngine(join(values.data, 'engine'));
  const measured = new Map<string, readonly Sample[]>();
  for (const heat of heats(data, peers, engine)) {
    if (wanted && !wanted.includes(heat.name)) continue;
    const { without } = values;
    const contestants = heat.contestants.filter(
      ({ name }) => without === undefined || !name.startsWith(without),
    );
    const rounds = Math.max(1, Math.round(Number(values.rounds) * heat.share));
    const samples = measureProcesses(contestants, rounds);
    printSamples(`${heat.name}, ${rounds} rounds`, samples);
    for (const [name, list] of samples) measured.set(name, list);
  }
  if (measured.size > 0)
    printTargets(TARGETS.map((target) => [target.claim, judge(target, measured)] as const));
  if (wanted === undefined || wanted.includes('drift')) measureDrift(values.data, peers.python);
}

const fixed = (value: number, digits: number): string => (Number.isNaN(value) ? '–' : value.toFixed(digits));

/** What each contestant took, and the end of what it printed: that all found the same is part of the comparison. */
function printSamples(title: string, samples: ReadonlyMap<string, readonly Sample[]>): void {
  console.log(`\n${title}`);
  console.log(
    `  ${'contestant'.padEnd(44)} ${['wall min', 'median', 'cpu', 'MiB'].map((head) => head.padStart(9)).join('')}  found`,
  );
  for (const [name, list] of samples) {
    const wall = list.map(({ seconds }) => seconds);
    const numbers = [
      fixed(Math.min(...wall), 3),
      fixed(median(wall), 3),
      fixed(median(known(list.map(({ cpu }) => cpu))), 3),
      fixed(median(known(list.map(({ mebibytes }) => mebibytes))), 0),
    ];
    const found = list[0]?.output.split('\n').at(-1)?.slice(0, 160) ?? '';
    console.log(`  ${name.padEnd(44)} ${numbers.map((text) => text.padStart(9)).join('')}  ${found}`);
  }
}

/** The targets as a Markdown table: medians; of ratios also the smallest and largest, and that of processor time. */
function printTargets(rows: readonly (readonly [claim: string, outcome: Outcome | undefined])[]): void {
  console.log('\n| target | ours | peer | measured | range | processor time | limit | met |');
  console.log('|---|---|---|---|---|---|---|---|');
  for (const [claim, outcome] of rows) console.log(`| ${claim} | ${cells(outcome).join(' | ')} |`);
}

function cells(outcome: Outcome | undefined): readonly string[] {
  if (outcome === undefined) return ['not measured', '', '', '', '', '', ''];
  const { target, ours, peer, value, range, cpu, met } = outcome;
  const unit = (number: number): string =>
    target.measure === 'wall' ? `${number.toFixed(3)} s` : `${number.toFixed(0)} MiB`;
  const amount = (number: number): string => (peer === undefined ? unit(number) : `${number.toFixed(2)}×`);
  return [
    unit(ours),
    peer === undefined ? '' : `${unit(peer)} (${target.peer})`,
    amount(value),
    range.map(amount).join(' – '),
    cpu === undefined ? '' : amount(cpu),
    `${target.sense === 'most' ? '≤' : '≥'} ${amount(target.limit)}`,
    met ? 'yes' : '**no**',
  ];
}

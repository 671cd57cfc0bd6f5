import { chiSquareSf } from '../../stats/distributions.ts';
import { andersonDarling } from '../anderson-darling.ts';
import { type Cells, cellsOf } from '../cells.ts';
import { equalWidthCells } from '../equal-width-cells.ts';
import { hellinger } from '../hellinger.ts';
import { jensenShannonDivergence } from '../jensen-shannon.ts';
import type { Judgement } from '../judge.ts';
import { ksStatistic, ksTail } from '../kolmogorov-smirnov.ts';
import { divergenceOfShares } from '../kullback-leibler.ts';
import type { MeasureName } from '../measure.ts';
import type { NumberPair } from '../number-pair.ts';
import { stabilityOfShares } from '../population-stability.ts';
import type { Subject } from '../subject.ts';
import { counted } from '../subject.ts';
import { twoProportions } from '../two-proportions.ts';
import { wasserstein } from '../wasserstein.ts';
import { byEffect, byP, type Compared, unknownTo } from './rule.ts';
import { numbersOf, valuesOf } from './views.ts';

/**
 * Evidently 0.7: its default tests (`registry.py`), and the methods a request may name. Up to 1000 rows of reference
 * p-values decide (at most 0.05), beyond that distances (0.1 or more); there is no correction for the number of
 * columns, and a category the reference lacks is drift.
 */
export function evidently(compared: Compared): Judgement {
  const method = compared.request.method ?? defaultMethod(compared);
  const measured = METHODS[method]?.(compared);
  return measured ?? unknownTo('Evidently', method);
}

const SMALL = 1000;

function defaultMethod({ subject, reference, current }: Compared): MeasureName {
  const distinct = distinctTogether(subject);
  const numeric = reference.numeric !== undefined && current.numeric !== undefined;
  if (numeric && distinct > 5) return counted(reference) <= SMALL ? 'ks' : 'wasserstein';
  if (counted(reference) > SMALL) return 'jensenShannon';
  return distinct > 2 ? 'chiSquare' : 'twoProportions';
}

const distinctTogether = (subject: Subject): number =>
  subject.kind === 'cells' ? subject.cells.first.length : subject.pair.low.length;

type Method = (compared: Compared) => Judgement | undefined;

const METHODS: Readonly<Partial<Record<MeasureName, Method>>> = {
  ks: onNumbers((pair, alpha) => {
    const p = ksTail(ksStatistic(pair), pair.n, pair.m);
    return byP('ks', p, p <= alpha, alpha);
  }),
  andersonDarling: onNumbers((pair, _, { request }) => {
    const alpha = request.alpha ?? 0.1;
    const p = andersonDarling(pair)?.p ?? 1;
    return byP('andersonDarling', p, p < alpha, alpha);
  }),
  wasserstein: onNumbers((pair, _, { request }) =>
    byEffect(
      'wasserstein',
      wasserstein(pair).distance /
        (Number.isFinite(pair.spread[0]) ? Math.max(pair.spread[0], 0.001) : Number.NaN),
      request.threshold ?? 0.1,
    ),
  ),
  chiSquare: (compared) => {
    const alpha = compared.request.alpha ?? 0.05;
    const cells = valuesOf(compared);
    if (!cells) return undefined;
    const p = goodnessOfFit(cells);
    return byP('chiSquare', p, p < alpha, alpha);
  },
  twoProportions: (compared) => {
    const alpha = compared.request.alpha ?? 0.05;
    const cells = valuesOf(compared);
    if (!cells || cells.first.length > 2) return undefined;
    const p = twoProportions(cells.first[0] ?? 0, cells.n, cells.second[0] ?? 0, cells.m) ?? 1;
    return byP('twoProportions', p, p < alpha, alpha);
  },
  jensenShannon: onCells('jensenShannon', (cells) => Math.sqrt(jensenShannonDivergence(cells) * Math.LN2)),
  hellinger: onCells('hellinger', hellinger),
  psi: onCells('psi', (cells) => stabilityOfShares(fillZeros(cells))),
  kullbackLeibler: onCells('kullbackLeibler', (cells) => divergenceOfShares(fillZeros(cells))),
};

function onNumbers(measure: (pair: NumberPair, alpha: number, compared: Compared) => Judgement): Method {
  return (compared) => {
    const pair = numbersOf(compared);
    return pair && measure(pair, compared.request.alpha ?? 0.05, compared);
  };
}

function onCells(name: string, measure: (cells: Cells) => number): Method {
  return (compared) => {
    const cells = binned(compared);
    return cells && byEffect(name, measure(cells), compared.request.threshold ?? 0.1);
  };
}

/** More than 20 values in the reference: bins of equal width over both sides, as many as Sturges' rule gives. */
function binned(compared: Compared): Cells | undefined {
  const pair = numbersOf(compared);
  if (!pair || compared.reference.distinct.count <= 20) return valuesOf(compared);
  const bins = Math.ceil(Math.log2(pair.n + pair.m) + 1);
  return equalWidthCells(pair, bins);
}

/** Pearson's test of the current counts against the reference's shares; infinite where those are 0, so that p is 0. */
function goodnessOfFit({ first, second, n, m }: Cells): number {
  let statistic = 0;
  for (const [cell, observed] of second.entries()) {
    const expected = ((first[cell] ?? 0) * m) / n;
    statistic += (observed - expected) ** 2 / expected;
  }
  return chiSquareSf(statistic, Math.max(1, first.length - 1));
}

/** Empty shares become 0.0001, or a millionth of the least share where that is not above 0.0001. */
function fillZeros(cells: Cells): Cells {
  const fill = (counts: Float64Array, total: number): number[] => {
    const shares = Array.from(counts, (count) => count / total);
    const least = Math.min(...shares.filter((share) => share > 0));
    const filler = least <= 0.0001 ? least / 10 ** 6 : 0.0001;
    return shares.map((share) => (share === 0 ? filler : share));
  };
  const filled = cellsOf(fill(cells.first, cells.n), fill(cells.second, cells.m), cells.names);
  return { ...filled, n: 1, m: 1 }; // the shares no longer add up to 1, and are not made to
}

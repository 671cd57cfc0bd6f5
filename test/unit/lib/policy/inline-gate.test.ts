import { expect, test } from 'vitest';
import { parseInlineGate } from '../../../../actions/lib/policy/inline-gate.ts';
import { LineError } from '../../../../actions/lib/policy/scanner.ts';
import { allowedText } from '../../../../actions/lib/policy/words.ts';

/** Metric, target and severity of a gate, and its rule as reports show it. */
const told = (line: string): string => {
  const { metric, target, rule, severity, outcome } = parseInlineGate(line);
  const on = {
    all: '',
    slice: 'slice' in target ? `[${target.slice}]` : '',
    'every-slice': 'column' in target ? `[${target.column ?? ''}*]` : '',
    groups: 'by' in target ? `{${target.by}}` : '',
  };
  return `${metric}${on[target.kind]} ${allowedText(rule, undefined, undefined)} ${severity}${outcome === 'block' ? '' : ` ${outcome}`}`;
};

test.each([
  ['roc_auc >= 0.85', 'roc_auc ≥ 0.85 error'],
  ['roc_auc>=0.85', 'roc_auc ≥ 0.85 error'],
  ['  roc_auc   >=   .85  ', 'roc_auc ≥ 0.85 error'],
  ['log_loss <= 3e-1', 'log_loss ≤ 0.3 error'],
  ['r2 > -0.5', 'r2 > -0.5 error'],
  ['ece < 0.05 ! warning', 'ece < 0.05 warning'],
  ['accuracy >= 90%', 'accuracy ≥ 90% error'],
  ['model_size_bytes <= 25MB', 'model_size_bytes ≤ 25MB error'],
  ['model_size_bytes <= 25 MiB!info', 'model_size_bytes ≤ 25 MiB info'],
  ['latency_ms <= 1.5s', 'latency_ms ≤ 1.5s error'],
  ['f1 >= baseline - 0.01', 'f1 ≥ baseline - 0.01 error'],
  ['f1 >= baseline', 'f1 ≥ baseline error'],
  ['f1 > baseline', 'f1 > baseline error'],
  ['f1 >= baseline + 0.01', 'f1 ≥ baseline + 0.01 error'],
  ['log_loss <= baseline + 2%', 'log_loss ≤ baseline + 2% error'],
  ['f1>=baseline-0.01', 'f1 ≥ baseline - 0.01 error'],
  ['latency_p95_ms <= baseline + 15% ! warning', 'latency_p95_ms ≤ baseline + 15% warning'],
  ['recall[age=18-25] >= baseline - 0.03', 'recall[age=18-25] ≥ baseline - 0.03 error'],
  ['recall[age=18-25,sex=F] >= 0.5', 'recall[age=18-25,sex=F] ≥ 0.5 error'],
  ['f1[*] >= baseline - 0.05', 'f1[*] ≥ baseline - 0.05 warning'],
  ['f1[region=*] >= 0.5 ! error', 'f1[region*] ≥ 0.5 error'],
  ['eval/loss.val <= 0.4', 'eval/loss.val ≤ 0.4 error'],
  ['equalized_odds_difference{gender} <= 0.08', 'equalized_odds_difference{gender} ≤ 0.08 error'],
  ['accuracy_ratio { age band } >= 0.8', 'accuracy_ratio{age band} ≥ 0.8 error'],
  ['roc_auc ci-lower >= 0.85', 'roc_auc lower end ≥ 0.85 error'],
  ['gap{sex} ci-upper<=0.08!warning', 'gap{sex} upper end ≤ 0.08 warning'],
  ['f1 >= 0.8 ! rollback', 'f1 ≥ 0.8 error rollback'],
  ['f1 >= baseline - 0.01 ! warning retrain', 'f1 ≥ baseline - 0.01 warning retrain'],
  ['f1[*] >= 0.5 ! retrain', 'f1[*] ≥ 0.5 warning retrain'],
  ['f1 >= 0.5 ! rollback error', 'f1 ≥ 0.5 error rollback'],
])('%s is read', (line, expected) => {
  expect(told(line)).toBe(expected);
});

test.each([
  ['', 1, 'expected the name of a metric, found the end of the line'],
  ['>= 0.9', 1, 'expected the name of a metric, found ">="'],
  ['f1', 3, 'expected >=, <=, > or <, found the end of the line'],
  ['f1 == 0.9', 4, 'expected >=, <=, > or < (a measured number is never exactly equal), found "=="'],
  ['f1 = 0.9', 4, 'expected >=, <=, > or < (a measured number is never exactly equal), found "="'],
  ['f1 => 0.9', 4, 'expected >=, <=, > or <'],
  ['f1 >= ', 7, 'expected a number such as 0.85, 90% or 25MB, or the word baseline'],
  ['f1 >= high', 7, 'or the word baseline, found "high"'],
  ['f1 >= NaN', 7, 'found "NaN"'],
  ['f1 >= Infinity', 7, 'found "Infinity"'],
  ['f1 >= 0x10', 7, 'expected a unit'],
  ['f1 >= 1_000', 7, 'expected a number such as 0.85, 2% or 25MB, found "1_000"'],
  ['f1 >= 1,5', 7, 'found "1,5"'],
  ['f1 >= 1e400', 7, 'the number 1e400 is too large'],
  [
    'f1 >= 25XB',
    7,
    'expected a unit (%, B, KB, MB, GB, KiB, MiB, GiB, us, ms, s or min) or nothing after the number, found "XB"',
  ],
  ['f1 >= 0.9 - 0.1', 11, 'a plus or minus may only follow the word baseline'],
  ['f1 >= baselin - 0.1', 7, 'found "baselin"'],
  ['f1 >= baseline 0.01', 16, 'expected + or - before the number, found "0.01"'],
  ['f1 >= baseline - -0.01', 18, 'expected a number such as 0.01 or 2% after the sign, found "-0.01"'],
  ['f1 >= baseline -', 17, 'after the sign, found the end of the line'],
  ['f1[ >= 0.9', 3, 'expected ] at the end of the slice'],
  ['f1[] >= 0.9', 3, 'expected a slice such as [age=18-25] or [*], found []'],
  ['f1[young] >= 0.9', 3, 'found [young]'],
  ['f1 >= 0.9 ! fatal', 13, 'after the exclamation mark, found "fatal"'],
  ['f1 >= 0.9 !', 12, 'expected error, warning or info, or block, rollback or retrain, after the'],
  [
    'f1 >= 0.9 ! error warning',
    19,
    'expected block, rollback or retrain, or the end of the gate, found "warning"',
  ],
  [
    'f1 >= 0.9 ! block retrain',
    19,
    'expected error, warning or info, or the end of the gate, found "retrain"',
  ],
  ['f1 >= 0.9 ! info block now', 24, 'expected the end of the gate, found "now"'],
  ['f1 >= 0.9 please', 11, 'expected the end of the gate, or ! and a severity or outcome such as ! warning'],
  ['gap{ <= 0.1', 4, 'expected } at the end of the column'],
  ['gap{} <= 0.1', 4, 'expected a column of groups such as {gender}, found {}'],
  ['gap{sex=F} <= 0.1', 4, 'expected a column of groups such as {gender}, found {sex=F}'],
  ['f1 ci-lower >= baseline', 16, 'ci-lower is held against a number'],
  ['f1 ci-middle >= 0.5', 4, 'expected >=, <=, > or <, found "ci-middle"'],
])('"%s" is refused at column %i', (line, column, message) => {
  const attempt = () => parseInlineGate(line);
  expect(attempt).toThrow(LineError);
  expect(attempt).toThrow(message);
  try {
    attempt();
  } catch (error) {
    expect(error instanceof LineError && error.column).toBe(column);
  }
});

test('the id of a gate is the gate without its weight', () => {
  expect(parseInlineGate('f1  >= baseline - 0.01 ! warning').id).toBe('f1 >= baseline - 0.01');
  expect(parseInlineGate('gap{sex} ci-upper <= 0.1!retrain').id).toBe('gap{sex} ci-upper <= 0.1');
});

test('a gate on every slice is one of many that are searched', () => {
  expect(parseInlineGate('f1[*] >= baseline')).toMatchObject({ exploratory: true, severity: 'warning' });
  expect(parseInlineGate('f1 >= baseline')).toMatchObject({ exploratory: false });
});

test('only what compares names a baseline', () => {
  expect(parseInlineGate('f1 >= baseline').versus).toEqual({ kind: 'baseline', name: 'baseline' });
  expect(parseInlineGate('f1 >= 0.5').versus).toBeUndefined();
});

import { expect, test } from 'vitest';
import { beside } from '../../../actions/validate-data/load.ts';

test.each([
  ['contracts/c.yaml', 'train.csv', 'contracts/train.csv'],
  ['c.yaml', 'train.csv', 'train.csv'],
  ['contracts/c.yaml', '/data/train.csv', '/data/train.csv'],
  ['D:\\churn\\contracts\\c.yaml', 'train.csv', 'D:/churn/contracts/train.csv'],
  ['contracts\\c.yaml', 'sub\\train.csv', 'contracts/sub\\train.csv'],
  ['contracts\\c.yaml', 'D:\\data\\train.csv', 'D:\\data\\train.csv'],
  ['contracts\\c.yaml', '\\\\server\\share\\train.csv', '\\\\server\\share\\train.csv'],
])('B65 what %s calls %s is %s', (contract, path, expected) => {
  expect(beside(contract, path)).toBe(expected);
});

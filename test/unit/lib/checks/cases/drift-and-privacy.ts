import type { PlainTable } from '../../../../support/plain-run.ts';
import { below, casesOf } from './check-case.ts';

/** Numbers 0 … 99, moved by some. */
const ramp = (moved: number, rows = 100): PlainTable => ({
  files: [
    {
      columns: {
        x: Array.from({ length: rows }, (_, at) => String(at + moved)),
        y: Array.from({ length: rows }, (_, at) => (at % 3 === 0 ? 'a' : 'b')),
      },
    },
  ],
});
const against = (baseline: PlainTable) => ({ options: { baseline } });

// The standard deviation of 0 … 99 is 28.866 (numpy.std, ddof 0): a shift by 28.866 / 2 is an effect of 0.5.
export const DRIFT_AND_PRIVACY = [
  ...casesOf('drift', { column: 'x', with: { method: 'wasserstein' }, ...against(ramp(0)) }, [
    ['pass', ramp(0), 'pass', 0],
    [
      'fail',
      ramp(29),
      'fail',
      29 / 28.86607004772212,
      { places: ['-'], message: 'x: drift: expected less than 0.1' },
    ],
    ['boundary', ramp(29), 'pass', 29 / 28.86607004772212, { with: { threshold: 1.1 } }],
    ['boundary', ramp(4), 'inconclusive', 4 / 28.86607004772212],
    ['boundary', ramp(29), 'undefined', null, { bare: true }],
    ['empty', 'x,y', 'inconclusive', null],
    ['all-null', 'x,y ,a ,b', 'inconclusive', null],
  ]),
  ...casesOf('datasetDrift', against(ramp(0)), [
    ['pass', ramp(0), 'pass', 0],
    ['fail', ramp(60), 'fail', 0.5, { places: ['-'], message: 'x: expected no drift' }],
    ['boundary', ramp(60), 'pass', 0.5, { with: { share: 0.6 } }],
    ['boundary', ramp(60), 'pass', 0.5, { limit: below(0.51) }],
    ['empty', 'x,y', 'inconclusive', 0],
    ['all-null', 'x,y , ,', 'inconclusive', 0],
  ]),
  ...casesOf(
    'piiValues',
    { table: { columns: [{ name: 'x' }, { name: 'y' }, { name: 'z', classified: true }] } },
    [
      ['pass', 'x,y,z hello,a,me@example.org', 'pass', 0],
      [
        'fail',
        'x,y,z a,1,b me@example.org,2,c ok,3,d +49~30~901820,4,e',
        'fail',
        2,
        { places: ['3:1', '5:1'], message: '(this looks like an e-mail address)' },
      ],
      ['fail', 'x,y,z 4111111111111111,a,b 12,a,b', 'fail', 1, { places: ['2:1'], message: 'a card number' }],
      ['boundary', 'x,y,z 4111111111111112,a,b', 'pass', 0],
      ['boundary', 'x,y,z me@example.org,a,b', 'pass', 0, { with: { types: ['iban'] } }],
      ['boundary', 'x,y,z me@example.org,a,b', 'pass', 0, { with: { except: ['x'] } }],
      ['empty', 'x,y,z', 'pass', 0],
      ['all-null', 'x,y,z ,, ,,', 'pass', 0],
    ],
  ),
  ...casesOf('secretValues', {}, [
    ['pass', 'x,y hello,a', 'pass', 0],
    [
      'fail',
      `x,y a,AKIAIOSFODNN7EXAMPLE https://me:hunter2@db.example.org,b`,
      'fail',
      2,
      {
        places: ['2:3', '3:1'],
        message: 'y: expected no secret in the data (this looks like an AWS access key id)',
      },
    ],
    ['boundary', 'x,y AKIA,a', 'pass', 0],
    ['empty', 'x,y', 'pass', 0],
    ['all-null', 'x,y , ,', 'pass', 0],
  ]),
];

import { describe, expect, test } from 'vitest';
import { parseRollout } from '../../../../actions/lib/rollout/parse-rollout.ts';

const rollout = (steps: string, rest = '') => `version: 1\nsteps: ${steps}\n${rest}`;
const command = 'traffic: { driver: command, command: { set: [a], read: [b] } }';
const metric = (extra: string) =>
  `analysis:\n  health:\n    metrics:\n      - { name: m, type: http-json, url: "https://x.example/m", pointer: /m, ${extra} }`;
const hook = (url: string, more = '') =>
  `traffic: { driver: webhook, webhook: { url: "${url}", read-url: "https://x.example/r", secret-env: S${more} } }`;

describe('a valid rollout file', () => {
  test('gets every default', () => {
    const file = parseRollout(
      rollout(
        '[{ weight: 10, bake: 15m, analysis: [health] }, { weight: 100 }]',
        `${command}\n${metric('fail-if: "result > 0.05"')}`,
      ),
      'r.yml',
    );
    expect(file.traffic).toEqual({
      spec: { driver: 'command', set: ['a'], read: ['b'], timeoutMs: 60_000 },
      settleMs: 0,
      verifyTimeoutMs: 60_000,
    });
    expect(file.steps.map(({ weight, bakeMs }) => [weight, bakeMs])).toEqual([
      [10, 900_000],
      [100, 0],
    ]);
    expect(file.steps[0]?.analysis[0]).toMatchObject({
      name: 'health',
      intervalMs: 30_000,
      count: undefined,
      metrics: [
        {
          failIf: { operator: '>', limit: 0.05 },
          failureLimit: 0,
          consecutiveErrorLimit: 4,
          inconclusiveLimit: 0,
          onNoData: 'inconclusive',
          allowPrivateNetwork: false,
        },
      ],
    });
  });
});

test.each([
  [
    'steps that do not grow',
    rollout('[{ weight: 50 }, { weight: 10 }]'),
    'r.yml:2:35: steps[1].weight: expected more than the 50',
  ],
  [
    'a last step below 100',
    rollout('[{ weight: 50 }]'),
    'r.yml:2:19: steps[0].weight: the last step must be 100',
  ],
  ['a weight of 0', rollout('[{ weight: 0 }, { weight: 100 }]'), 'r.yml:2:19: steps[0].weight'],
  ['a weight of 101', rollout('[{ weight: 101 }]'), 'r.yml:2:19: steps[0].weight'],
  ['no steps', rollout('[]'), 'r.yml:2:8: steps'],
  ['a negative bake', rollout('[{ weight: 100, bake: -5m }]'), 'steps[0].bake'],
  [
    'a bake longer than a job',
    rollout('[{ weight: 50, bake: 4h }, { weight: 100, bake: 3h }]'),
    'wait 7 h in all',
  ],
  ['an unknown key', rollout('[{ weight: 100 }]', 'trafic: {}'), 'did you mean'],
  [
    'an unknown analysis',
    rollout('[{ weight: 100, analysis: [helth] }]', metric('fail-if: "> 1"')),
    'did you mean "health"',
  ],
  [
    'a condition that is none',
    rollout('[{ weight: 100 }]', metric('fail-if: "about 1"')),
    'r.yml:6:87: analysis.health.metrics[0].fail-if: expected a comparison',
  ],
  [
    'a metric without conditions',
    rollout('[{ weight: 100 }]', metric('failure-limit: 1')),
    'analysis.health.metrics[0]',
  ],
  [
    'min-samples without samples',
    rollout('[{ weight: 100 }]', metric('fail-if: "> 1", min-samples: 3')),
    'samples',
  ],
  [
    'the other driver',
    rollout('[{ weight: 100 }]', 'traffic: { driver: webhook, command: { set: [a], read: [b] } }'),
    'the driver is webhook',
  ],
  [
    'a driver without its block',
    rollout('[{ weight: 100 }]', 'traffic: { driver: command }'),
    'needs the key command',
  ],
  ['a version of the future', 'version: 2\nsteps: [{ weight: 100 }]', 'r.yml:1:10: version'],
  [
    'two equal names',
    rollout(
      '[{ weight: 100 }]',
      'analysis: { a: { metrics: [ { name: m, type: http-json, url: "https://x.example/", pointer: "", fail-if: "> 1" }, { name: m, type: http-json, url: "https://x.example/", pointer: "", fail-if: "> 1" } ] } }',
    ),
    'is there twice',
  ],
  ...[
    'http://x.example/',
    'http://169.254.169.254/latest',
    'http://2130706433/',
    'file:///etc/passwd',
    'https://user:secret@x.example/',
    'https://x.example/\\tb',
    'https://${environment}.example/',
    'https://x.example/${wersion}',
    'x.example',
  ].map((url): [string, string, string] => [
    `the address ${url}`,
    rollout('[{ weight: 100 }]', hook(url)),
    'traffic.webhook.url',
  ]),
])('%s is refused with its place', (_, text, message) => {
  expect(() => parseRollout(text, 'r.yml')).toThrow(message);
});

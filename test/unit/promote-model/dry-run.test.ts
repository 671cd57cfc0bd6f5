import { expect, test } from 'vitest';
import { sha256 } from '../../../actions/lib/digest.ts';
import { parseRollout } from '../../../actions/lib/rollout/parse-rollout.ts';
import { describeRollout } from '../../../actions/promote-model/dry-run.ts';
import { readInputs } from '../../../actions/promote-model/inputs.ts';

const inputs = readInputs((name) => ({ operation: 'resume', 'model-name': 'churn' })[name]);

test.each([
  ['a question', '', ' asks GET https://x.example/${version})'],
  [
    'one with a body',
    ', body: { v: "${version}" }',
    ' asks POST https://x.example/${version} with 18 characters of JSON)',
  ],
  [
    'a row of passes',
    ', consecutive-success: 3',
    ' 0 failures tolerated, passes only with the last 3 in a row,',
  ],
])('the plan shows %s', (_, more, text) => {
  const digest = sha256('');
  const rollout = parseRollout(
    `version: 1
steps: [{ weight: 100, bake: 1h, analysis: [a] }]
analysis: { a: { metrics: [{ name: m, type: http-json, url: "https://x.example/\${version}", pointer: /v, fail-if: "> 1"${more} }] } }`,
    'r.yml',
  );
  const plan = { kind: 'go', version: '2.0.0', digest, rollout: 'ro', fence: 1, drafts: [] } as const;
  const [line] = describeRollout(inputs, rollout, plan).filter((one) => one.startsWith('step 1 of 1: '));
  expect(line).toContain(text);
  expect(line?.includes('in a row')).toBe(more.includes('consecutive'));
});

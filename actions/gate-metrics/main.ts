import type { GateDocument } from '../lib/documents/gate.ts';
import type { Verdict } from '../lib/verdict.ts';
import type { Outcome, Runtime } from '../runtime/runtime.ts';
import { gather } from './gather.ts';
import { recordHistory } from './history/record-history.ts';
import { readInputs } from './inputs.ts';
import { judge } from './judge.ts';
import { postReport } from './posting/post-report.ts';
import { publish } from './posting/publish.ts';
import { verdictLine } from './report/verdict-line.ts';
import { writeDocuments } from './write-documents.ts';

/** May this change go on? Judges metrics by a policy and a baseline, and says why. */
export async function main(runtime: Runtime): Promise<Outcome> {
  const inputs = readInputs(runtime.input);
  if (inputs.mode === 'report') return postReport(runtime, inputs);

  const { policies, evidence } = await gather(runtime, inputs);
  const document = judge(runtime, inputs, policies, evidence);
  const facts = { waivers: policies.deciding.policy.waivers };
  const written = await writeDocuments(runtime, inputs, document, {
    ...facts,
    candidate: evidence.candidate,
  });
  await recordHistory(runtime, inputs, document, evidence.candidate);
  const posted = await publish(runtime, inputs, document, { ...facts, artifactId: written.artifactId });

  runtime.output('failed', idsOf(document, 'fail'));
  runtime.output('warned', idsOf(document, 'warn'));
  runtime.output('waived', JSON.stringify(document.waivers.filter(({ state }) => state === 'used')));
  runtime.output('outcomes', JSON.stringify(document.outcomes));
  runtime.output('gate-path', written.gatePath);
  runtime.output('report-path', written.reportPath);
  runtime.output('artifact-id', written.artifactId);
  runtime.output('baseline-commit', document.baseline?.commit ?? '');
  runtime.output('comment-url', posted.commentUrl);
  runtime.output('check-url', posted.checkUrl);
  return { verdict: document.verdict, failOn: inputs.failOn, message: verdictLine(document) };
}

const idsOf = ({ gates }: GateDocument, wanted: Verdict): string =>
  JSON.stringify(gates.filter(({ verdict }) => verdict === wanted).map(({ id }) => id));

import type { PromotionDocument, RolloutStepReport, WatchedMetric } from '../lib/documents/promotion.ts';
import { durationText } from '../lib/duration.ts';
import { formatQuantity } from '../lib/report/format-number.ts';
import {
  bulletList,
  code,
  codeBlock,
  details,
  markdownText,
  sections,
  table,
} from '../lib/report/markdown.ts';
import { minuteText } from '../lib/report/time.ts';
import type { Verdict } from '../lib/verdict.ts';
import { approveCommand } from './result.ts';

const SIGNS: Readonly<Record<Verdict, string>> = {
  pass: '✅',
  waived: '✅',
  warn: '⚠️',
  inconclusive: '❔',
  fail: '❌',
};

const STEP_SIGNS: Readonly<Record<RolloutStepReport['verdict'], string>> = {
  pass: '✅',
  fail: '❌',
  inconclusive: '❔',
  error: '❔',
  open: '⏳',
};
const BAR = 20;
const DIGITS = 6;

const orDash = (text: string | null): string => (text === null || text === '' ? '-' : code(text));

const number = (value: number | null): string =>
  value === null ? '-' : String(Number(value.toPrecision(DIGITS)));

const bar = (weight: number): string => {
  const full = Math.round((weight / 100) * BAR);
  return `${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${weight} %`;
};

/** Steps that are still to come are no hourglasses: only the one that is under way is. */
const stepSign = ({ verdict, step }: RolloutStepReport, under: number): string =>
  verdict === 'open' && step !== under ? '·' : STEP_SIGNS[verdict];

const stepRow = (one: RolloutStepReport, under: number): readonly string[] => [
  String(one.step),
  one.approval === '' ? bar(one.weight) : `approval by ${code(one.approval)}`,
  one.shadow === 0 ? '-' : `${one.shadow} %`,
  one.approval === '' ? durationText(one.bakeMs) : '-',
  stepSign(one, under),
  markdownText(one.reason),
];

const limitText = ({ failIf, passIf, compare }: WatchedMetric): string =>
  [
    failIf && `fails if ${code(failIf)}`,
    passIf && `passes if ${code(passIf)}`,
    compare && `fails if ${markdownText(compare)}`,
  ]
    .filter(Boolean)
    .join(', ');

/** While a step bakes, a metric that has not failed has not decided anything either. */
const verdictText = (step: RolloutStepReport, { verdict, severity }: WatchedMetric): string => {
  if (step.verdict === 'open' && verdict === 'inconclusive') return 'open';
  return severity === 'warn' ? `${verdict} (only warns)` : verdict;
};

const metricRow = (step: RolloutStepReport, metric: WatchedMetric): readonly string[] => [
  String(step.step),
  code(`${metric.analysis} / ${metric.name}`),
  metric.last === null ? 'no data' : number(metric.last),
  number(metric.worst),
  number(metric.stable),
  limitText(metric),
  number(metric.samples),
  `${metric.failed} of ${metric.failureLimit} tolerated`,
  verdictText(step, metric),
];

/** The one line that a person in a hurry needs. */
function rollbackCommand({ environment, status }: PromotionDocument): string {
  const serves = ['completed', 'waiting', 'paused', 'running'].includes(status);
  return serves
    ? codeBlock(`gh workflow run rollback.yml -f environment=${environment} -f reason=…`, 'sh')
    : '';
}

const under = (title: string, body: string): string => (body === '' ? '' : `### ${title}\n\n${body}`);

/** A table, or nothing when it would have no rows. */
const rowsOrNothing = (headers: readonly string[], rows: readonly (readonly string[])[]): string =>
  rows.length === 0 ? '' : table(headers, rows);

function openText({ incidents, outbox }: PromotionDocument): string {
  return bulletList([
    ...incidents.map(({ issue, url }) => `incident [#${issue}](${url})`),
    ...outbox.map(
      ({ key, tries, reason }) =>
        `not told yet: ${code(key)}${tries === 0 ? '' : `, tried ${tries} times: ${markdownText(reason)}`}`,
    ),
  ]);
}

function nextText({ waitingFor, resumeAfter, rolloutVersion }: PromotionDocument): string {
  if (waitingFor === null) return '';
  const until = resumeAfter === null ? '' : minuteText(resumeAfter);
  return waitingFor === 'bake'
    ? `**Next check after ${until}.**`
    : sections(
        `**Waits for approval**${until === '' ? '' : `, until ${until}`}.`,
        codeBlock(approveCommand(rolloutVersion), 'sh'),
      );
}

const whatTable = ({
  operation,
  model,
  version,
  environment,
  previousVersion,
  digest,
}: PromotionDocument): string =>
  table(
    ['model', operation === 'status' ? 'serves' : 'version', 'environment', 'before', 'digest'],
    [[code(model), orDash(version), orDash(environment), orDash(previousVersion), orDash(digest)]],
  );

const preflightTable = ({ preflight }: PromotionDocument): string =>
  rowsOrNothing(
    ['check', '', 'what was found'],
    preflight.map(({ name, passed, message }) => [code(name), passed ? '✅' : '❌', markdownText(message)]),
  );

const stepsTable = ({ steps, step, status }: PromotionDocument): string =>
  rowsOrNothing(
    ['step', 'traffic', 'copies', 'bake', '', 'reason'],
    steps.map((one) => stepRow(one, status === 'planned' ? 0 : step)),
  );

const metricsTable = ({ steps }: PromotionDocument): string =>
  rowsOrNothing(
    ['step', 'metric', 'candidate', 'worst', 'stable', 'limits', 'samples', 'failures', 'verdict'],
    steps.flatMap((step) => step.metrics.map((metric) => metricRow(step, metric))),
  );

const evidenceTable = ({ evidence }: PromotionDocument): string =>
  evidence.length === 0
    ? ''
    : details(
        `Evidence: ${formatQuantity(evidence.length, 'document')}`,
        table(
          ['document', 'kind', 'verdict', 'digest'],
          evidence.map(({ location, kind, verdict, digest }) => [
            code(location),
            kind,
            verdict,
            code(digest),
          ]),
        ),
      );

const linkedText = ({ linked }: PromotionDocument): string =>
  linked.length === 0
    ? ''
    : `The same bytes are also known as ${linked.map((version) => code(version)).join(', ')}.`;

/** What stands in a rollout's way is said among the reasons; this is what was found on the way. */
const callersText = ({ compatibility }: PromotionDocument): string =>
  compatibility === '' ? '' : `Callers: ${markdownText(compatibility)}.`;

const trafficText = ({ step, status, weight, rolloutVersion }: PromotionDocument): string =>
  step > 0 && status !== 'planned' ? `${code(bar(weight))} of traffic on ${orDash(rolloutVersion)}` : '';

const ledgerText = ({ ledger }: PromotionDocument, url: string): string =>
  ledger.seq === 0
    ? ''
    : `Ledger: event ${ledger.seq}, ${code(ledger.head)}${url === '' ? '' : ` ([history](${url}))`}.`;

/** The report on a promotion, as Markdown. */
export function promotionReport(
  document: PromotionDocument,
  message: string,
  links: { readonly ledger: string },
): string {
  return sections(
    `## ${SIGNS[document.verdict]} Model promotion: ${document.status}`,
    markdownText(message),
    nextText(document),
    trafficText(document),
    whatTable(document),
    linkedText(document),
    callersText(document),
    under('Warnings', bulletList(document.warnings.map(markdownText))),
    under('Why', bulletList(document.reasons.map(markdownText))),
    under('What would happen', bulletList(document.plan.map(markdownText))),
    under('Before the first request', preflightTable(document)),
    under('Steps', stepsTable(document)),
    under('What was watched', metricsTable(document)),
    under('Still open', openText(document)),
    evidenceTable(document),
    under('Should it go wrong', rollbackCommand(document)),
    ledgerText(document, links.ledger),
  );
}

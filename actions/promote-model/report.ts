import type { PromotionDocument, RolloutStepReport, WatchedMetric } from '../lib/documents/promotion.ts';
import { durationText } from '../lib/duration.ts';
import { bulletList, code, markdownText, sections, table } from '../lib/report/markdown.ts';
import type { Verdict } from '../lib/verdict.ts';

const SIGNS: Readonly<Record<Verdict, string>> = {
  pass: '✅',
  waived: '✅',
  warn: '⚠️',
  inconclusive: '❔',
  fail: '❌',
};
const BAR = 20;

const orDash = (text: string | null): string => (text === null || text === '' ? '-' : code(text));

const bar = (weight: number): string => {
  const full = Math.round((weight / 100) * BAR);
  return `${'█'.repeat(full)}${'░'.repeat(BAR - full)} ${weight} %`;
};

const stepRow = ({ step, weight, bakeMs, verdict, reason }: RolloutStepReport): readonly string[] => [
  String(step),
  bar(weight),
  durationText(bakeMs),
  verdict,
  markdownText(reason),
];

const metricRow = (step: number, metric: WatchedMetric): readonly string[] => [
  String(step),
  code(`${metric.analysis} / ${metric.name}`),
  metric.last === null ? 'no data' : String(metric.last),
  [metric.failIf && `fails if ${metric.failIf}`, metric.passIf && `passes if ${metric.passIf}`]
    .filter(Boolean)
    .map((text) => code(String(text)))
    .join(', '),
  metric.samples === null ? '-' : String(metric.samples),
  `${metric.failed} of ${metric.failureLimit} tolerated`,
  metric.verdict,
];

/** The report on a promotion, as Markdown. */
export function promotionReport(
  document: PromotionDocument,
  message: string,
  links: { readonly ledger: string },
): string {
  const { steps, evidence, reasons, ledger } = document;
  const metrics = steps.flatMap(({ step, metrics }) => metrics.map((metric) => metricRow(step, metric)));
  return sections(
    `## ${SIGNS[document.verdict]} Model promotion: ${document.status}`,
    markdownText(message),
    table(
      ['model', 'version', 'environment', 'before', 'digest'],
      [
        [
          code(document.model),
          orDash(document.version),
          orDash(document.environment),
          orDash(document.previousVersion),
          orDash(document.digest),
        ],
      ],
    ),
    document.linked.length === 0
      ? ''
      : `The same bytes are also known as ${document.linked.map((version) => code(version)).join(', ')}.`,
    reasons.length === 0 ? '' : `### Why\n\n${bulletList(reasons.map(markdownText))}`,
    steps.length === 0
      ? ''
      : `### Steps\n\n${table(['step', 'traffic', 'bake', 'verdict', 'reason'], steps.map(stepRow))}`,
    metrics.length === 0
      ? ''
      : `### What was watched\n\n${table(['step', 'metric', 'last', 'limits', 'samples', 'failures', 'verdict'], metrics)}`,
    evidence.length === 0
      ? ''
      : `### Evidence\n\n${table(
          ['document', 'kind', 'verdict', 'digest'],
          evidence.map(({ location, kind, verdict, digest }) => [
            code(location),
            kind,
            verdict,
            code(digest),
          ]),
        )}`,
    ledger.seq === 0
      ? ''
      : `Ledger: event ${ledger.seq}, ${code(ledger.head)}${links.ledger === '' ? '' : ` ([history](${links.ledger}))`}.`,
  );
}

import type { GateDocument } from '../lib/documents/gate.ts';
import { formatCount, formatQuantity } from '../lib/report/format-number.ts';
import { markdownText } from '../lib/report/markdown.ts';

/** Names of the methods as people know them. */
const METHODS: ReadonlyMap<string, string> = new Map([
  ['delong-paired', 'paired DeLong'],
  ['student-t-paired', 'paired t'],
  ['score-paired', "Tango's score interval with McNemar's exact test"],
  ['bootstrap-cells-paired', 'paired bootstrap on joint cells'],
  ['bootstrap-paired', 'paired bootstrap of rows'],
  ['unpaired-intervals', 'independent intervals of both documents'],
  ['plain-numbers', 'plain numbers without intervals'],
]);

/** Methods, corrections, policy and evidence behind a decision, as Markdown. */
export function decidedHow(document: GateDocument): string {
  const sentences = [
    methods(document),
    corrections(document),
    `Unproven non-inferiority: ${ON_INCONCLUSIVE[document.settings.onInconclusive]}.`,
    policy(document),
    rowsNeeded(document),
    ...document.notes.map((note) => markdownText(note)),
  ];
  return sentences
    .filter((sentence) => sentence !== '')
    .map((sentence) => `- ${sentence}`)
    .join('\n');
}

const ON_INCONCLUSIVE: Readonly<Record<GateDocument['settings']['onInconclusive'], string>> = {
  point: 'the estimate decides, but a loss that may be chance never blocks',
  warn: 'warns',
  fail: 'fails',
  pass: 'passes',
};

function methods({ gates, settings }: GateDocument): string {
  const used = new Map<string, Set<string>>();
  for (const { method, metric } of gates) {
    if (method === undefined) continue;
    used.set(method, (used.get(method) ?? new Set()).add(metric));
  }
  if (used.size === 0) return '';
  const said = [...used].map(
    ([method, metrics]) =>
      `${METHODS.get(method) ?? method} (${markdownText([...metrics].slice(0, 6).join(', '))})`,
  );
  const drawn = [...used.keys()].some((method) => method.startsWith('bootstrap'))
    ? `, up to ${formatCount(settings.resamples)} resamples, seed ${settings.seed}`
    : '';
  return `Compared by ${said.join(', ')}${drawn}, confidence ${settings.confidence}.`;
}

function corrections({ multiplicity }: GateDocument): string {
  const { required, requiredTests, exploratoryTests } = multiplicity;
  const parts = [
    requiredTests > 0
      ? `${required === 'holm' ? 'Holm' : 'no correction'} over ${formatQuantity(requiredTests, 'required non-inferiority gate')}`
      : '',
    exploratoryTests > 0
      ? `Benjamini-Hochberg over ${formatQuantity(exploratoryTests, 'slice')} that were searched`
      : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : `Many gates at once: ${parts.join('; ')}.`;
}

function policy({ policy: applied }: GateDocument): string {
  const inline = applied.inlineGates === 0 ? '' : `${applied.inlineGates} inline`;
  const origin = applied.ref === 'base' ? 'the base branch' : markdownText(applied.ref);
  const at = applied.commit === '' ? '' : ` (\`${applied.commit.slice(0, 7)}\`)`;
  const file = applied.path === '' ? '' : `${markdownText(applied.path)} of ${origin}${at}`;
  return `Gates: ${[file, inline].filter((part) => part !== '').join(' and ')}, ${applied.digest.slice(0, 19)}.`;
}

function rowsNeeded({ gates }: GateDocument): string {
  const open = gates.flatMap(({ id, rowsNeeded: rows, n }) =>
    rows === undefined
      ? []
      : [`${markdownText(id)} about ${formatCount(rows)} (it has ${formatCount(n ?? 0)})`],
  );
  return open.length === 0 ? '' : `Rows that would settle what is open: ${open.slice(0, 10).join(', ')}.`;
}

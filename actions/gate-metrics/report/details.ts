import type { GateDocument } from '../../lib/documents/gate.ts';
import { formatCount, formatQuantity } from '../../lib/report/format-number.ts';
import { baselineText, type Place } from './baseline.ts';
import { joined, shortCommit, userCode, userText } from './text.ts';
import { unusedWaivers } from './waivers.ts';

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

/** Methods, corrections, policy and evidence behind a decision, one Markdown text each. */
export function decidedHow(document: GateDocument, place: Place): readonly string[] {
  return [
    methods(document),
    corrections(document),
    `Unproven non-inferiority: ${ON_INCONCLUSIVE[document.settings.onInconclusive]}.`,
    policy(document),
    holdingGuards(document),
    ...namedBaselines(document, place),
    rowsNeeded(document),
    ...unusedWaivers(document.waivers),
    ...document.notes.map((note) => userText(note, 600)),
  ].filter((sentence) => sentence !== '');
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
      `${METHODS.get(method) ?? userText(method)} (${userText([...metrics].slice(0, 6).join(', '))})`,
  );
  const drawn = [...used.keys()].some((method) => method.startsWith('bootstrap'))
    ? `, up to ${formatCount(settings.resamples)} resamples, seed ${settings.seed}`
    : '';
  return `Compared by ${said.slice(0, 10).join(', ')}${drawn}, confidence ${settings.confidence}.`;
}

function corrections({ multiplicity }: GateDocument): string {
  const { required, requiredTests, exploratory, exploratoryTests } = multiplicity;
  const parts = [
    requiredTests > 0
      ? `${required === 'holm' ? 'Holm' : 'no correction'} over ${formatQuantity(requiredTests, 'required non-inferiority gate')}`
      : '',
    exploratoryTests > 0
      ? `${exploratory === 'none' ? 'no correction' : 'Benjamini-Hochberg'} over ${formatQuantity(exploratoryTests, 'slice')} that were searched`
      : '',
  ];
  const said = joined(parts, '; ');
  return said === '' ? '' : `Many gates at once: ${said}.`;
}

function policy({ policy: applied }: GateDocument): string {
  const inline = applied.inlineGates === 0 ? '' : `${applied.inlineGates} inline`;
  const origin = applied.ref === 'base' ? 'the base branch' : userText(applied.ref);
  const at = applied.commit === '' ? '' : ` (${shortCommit(applied.commit)})`;
  const file = applied.path === '' ? '' : `${userCode(applied.path)} of ${origin}${at}`;
  return `Gates: ${joined([file, inline], ' and ')}, ${userCode(applied.digest.slice(0, 19))}.`;
}

function holdingGuards({ guards }: GateDocument): string {
  const holding = guards.filter(({ verdict }) => verdict === 'pass').map(({ id }) => userText(id));
  return holding.length === 0
    ? ''
    : `Guards over the evidence that hold: ${holding.slice(0, 20).join(', ')}.`;
}

const namedBaselines = ({ namedBaselines: named }: GateDocument, place: Place): readonly string[] =>
  Object.entries(named).map(
    ([name, baseline]) =>
      `Baseline ${userText(name)}: ${baseline === null ? 'not found' : `${baselineText(baseline, place)}, ${userText(baseline.basis, 400)}`}.`,
  );

function rowsNeeded({ gates }: GateDocument): string {
  const open = gates.flatMap(({ id, rowsNeeded: rows, n, status }) =>
    rows === undefined || status !== 'inconclusive'
      ? []
      : [`${userText(id)} about ${formatCount(rows)} (it has ${formatCount(n ?? 0)})`],
  );
  return open.length === 0 ? '' : `Rows that would settle what is open: ${open.slice(0, 10).join(', ')}.`;
}

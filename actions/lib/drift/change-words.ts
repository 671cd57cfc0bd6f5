import type { ColumnProfile } from '../documents/profile.ts';
import { formatNumber, formatPercent } from '../report/format-number.ts';
import { dateText, timestampText, timeText } from '../tabular/calendar.ts';
import { sharesIn } from './cells.ts';
import { lInfinity } from './l-infinity.ts';
import type { Subject } from './subject.ts';

const NAME_LENGTH = 60;

/** What changed most, in a few words: `median 41 → 47`, `"pro" 20.0 % → 35.0 %`. */
export function changeWords(subject: Subject, reference: ColumnProfile, current: ColumnProfile): string {
  if (subject.kind === 'numbers') {
    const show = numberWords(current.type);
    return `median ${show(medianOf(reference))} → ${show(medianOf(current))}`;
  }
  const { cell } = lInfinity(subject.cells);
  const [p, q] = sharesIn(subject.cells, cell);
  const name = subject.cells.names[cell] ?? '';
  const shown = reference.numeric ? numberWords(current.type)(Number(name)) : `"${shorten(name)}"`;
  return `${shown} ${formatPercent(p)} → ${formatPercent(q)}`;
}

const shorten = (name: string): string =>
  name.length > NAME_LENGTH ? `${name.slice(0, NAME_LENGTH)}…` : name;

const medianOf = ({ numeric }: ColumnProfile): number =>
  numeric?.quantiles.find(({ p }) => p === 0.5)?.value ?? Number.NaN;

function numberWords(type: ColumnProfile['type']): (value: number) => string {
  if (type === 'date') return dateText;
  if (type === 'timestamp') return timestampText;
  return type === 'time' ? timeText : formatNumber;
}

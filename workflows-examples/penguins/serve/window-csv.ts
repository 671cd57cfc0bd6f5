import type { Answer } from './scoreboard.ts';

/** Labelled requests as a table: what was asked, what was answered (`prediction`), and what was true (`species`). */
export function toCsv(answers: readonly Required<Answer>[]): string {
  const asked = Object.keys(answers[0]?.row ?? {});
  const header = [...asked, 'species', 'prediction'];
  const rows = answers.map(({ row, label, prediction }) => [
    ...asked.map((name) => row[name] ?? ''),
    label,
    prediction.label,
  ]);
  return `${[header, ...rows].map((cells) => cells.map(field).join(',')).join('\n')}\n`;
}

const field = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

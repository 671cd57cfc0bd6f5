import type { CheckResult, Severity, ValidationDocument } from '../documents/validation.ts';
import { visibleText } from '../report/visible-text.ts';
import type { CheckWords } from './check-words.ts';
import { worstSeverity } from './finding-group.ts';

/** What SARIF calls our severities. */
export const SARIF_LEVELS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};

/** The rules of a log: the checks that ran, each once, by name; and where each is in the list. */
export function sarifRules(
  document: Pick<ValidationDocument, 'checks' | 'findings'>,
  words: readonly CheckWords[],
): { readonly rules: readonly unknown[]; readonly index: ReadonlyMap<string, number> } {
  const ran = new Map<string, CheckResult[]>();
  for (const { check } of document.findings) ran.set(check, []);
  for (const result of document.checks) ran.set(result.check, [...(ran.get(result.check) ?? []), result]);
  const names = [...ran.keys()].sort();
  const known = new Map(words.map((one) => [one.name, one]));
  return {
    rules: names.map((name) => ruleOf(name, ran.get(name) ?? [], known.get(name))),
    index: new Map(names.map((name, place) => [name, place])),
  };
}

function ruleOf(name: string, results: readonly CheckResult[], words: CheckWords | undefined): unknown {
  const about = words?.about ?? name;
  const level = SARIF_LEVELS[worstSeverity(results.map(({ severity }) => severity))];
  const dimension = words?.dimension ?? results.find((result) => result.dimension !== undefined)?.dimension;
  return {
    id: name,
    shortDescription: { text: about },
    fullDescription: { text: about.endsWith('.') ? about : `${about}.` },
    defaultConfiguration: { level },
    help: helpOf(about, words),
    properties: {
      tags: ['data', ...(dimension === undefined ? [] : [visibleText(dimension)])],
      'problem.severity': level === 'note' ? 'recommendation' : level,
      precision: 'very-high',
    },
  };
}

function helpOf(
  about: string,
  words: CheckWords | undefined,
): { readonly text: string; readonly markdown: string } {
  const aliases = (words?.aliases ?? []).map(([tool, alias]) => `${tool}: ${alias}`);
  const known = aliases.length === 0 ? '' : `Known elsewhere as ${aliases.join(', ')}.`;
  const example = words?.example?.trim() ?? '';
  const text = [
    about,
    ...(known === '' ? [] : [known]),
    ...(example === '' ? [] : ['In a contract:', example]),
  ];
  const markdown = [
    about,
    ...(known === '' ? [] : [known]),
    ...(example === '' ? [] : ['In a contract:', `\`\`\`yaml\n${example}\n\`\`\``]),
  ];
  return { text: text.join('\n\n'), markdown: markdown.join('\n\n') };
}

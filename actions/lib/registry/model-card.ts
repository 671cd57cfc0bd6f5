import { ActionError } from '../errors.ts';
import { didYouMean } from '../nearest-name.ts';
import { code, markdownText, sections, table } from '../report/markdown.ts';
import {
  approvalText,
  changesText,
  evidenceText,
  filesText,
  historyText,
  metricsText,
  type NotesFacts,
  titled,
} from './release-notes.ts';

/** What a template may hold between double braces. Short ones are plain text, so that they also fit front matter. */
const PLACEHOLDERS: Readonly<Record<string, (facts: NotesFacts) => string>> = {
  model: ({ model }) => model,
  version: ({ candidate }) => candidate.version,
  environment: ({ environment }) => environment,
  'serving-version': ({ serving }) => serving?.version ?? 'none',
  digest: ({ candidate }) => candidate.digest,
  'oms-root': ({ candidate }) => candidate.omsRoot ?? 'unknown',
  commit: ({ candidate }) => candidate.commit || 'unknown',
  'data-digest': ({ candidate }) => candidate.dataDigest ?? 'unknown',
  registered: ({ candidate }) => candidate.registered,
  uri: ({ candidate }) => (candidate.uri === '' ? 'not stored' : code(candidate.uri)),
  cause: ({ candidate }) => (candidate.cause === '' ? 'not said' : markdownText(candidate.cause)),
  approval: (facts) => approvalText(facts) || 'Nobody was asked for approval.',
  changes: changesText,
  metrics: (facts) => metricsText(facts) || 'No metrics were recorded.',
  evidence: (facts) => evidenceText(facts) || 'No evidence was attached.',
  files: (facts) => filesText(facts) || 'The files are not known.',
  history: (facts) => historyText(facts) || 'Nothing is recorded.',
};

/** A placeholder, one that is not closed, or one that is meant literally: `\{{`. */
const TOKEN = /\\\{\{|\{\{([^{}\n]*)\}\}|\{\{/g;

/** A template with its placeholders: `{{model}}`. */
export interface CardTemplate {
  readonly text: string;
  /** Named in messages: the path of the file. */
  readonly where: string;
}

/**
 * The model card of a version, as Markdown: by a template of the user's, or of what is known.
 *
 * @throws ActionError invalid-file for a placeholder that does not exist, with file, line and column
 */
export const modelCard = (facts: NotesFacts, template?: CardTemplate): string =>
  template === undefined ? standardCard(facts) : filled(template, facts);

/** Looks a template over before anything depends on it. @throws ActionError invalid-file as `modelCard` does */
export const checkCardTemplate = (template: CardTemplate): void => {
  fill(template, () => '');
};

const filled = (template: CardTemplate, facts: NotesFacts): string => fill(template, (read) => read(facts));

function fill({ text, where }: CardTemplate, shown: (read: (facts: NotesFacts) => string) => string): string {
  const problems: string[] = [];
  const card = text.replace(TOKEN, (whole: string, inner: string | undefined, at: number) => {
    if (whole.startsWith('\\')) return '{{';
    const name = inner?.trim() ?? '';
    const value = Object.hasOwn(PLACEHOLDERS, name) ? PLACEHOLDERS[name] : undefined;
    if (value !== undefined) return shown(value);
    problems.push(`${where}, ${placeOf(text, at)}: ${problemOf(inner, name)}`);
    return whole;
  });
  if (problems.length === 0) return card;
  const known = Object.keys(PLACEHOLDERS).map((name) => `{{${name}}}`);
  throw new ActionError('invalid-file', [...problems, `known are ${known.join(', ')}`].join('\n'));
}

const problemOf = (inner: string | undefined, name: string): string =>
  inner === undefined
    ? '{{ is not closed on its line; write \\{{ for two braces'
    : `unknown placeholder {{${name}}}${didYouMean(name, Object.keys(PLACEHOLDERS))}; write \\{{ for two braces`;

function placeOf(text: string, at: number): string {
  const before = text.slice(0, at).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

const standardCard = (facts: NotesFacts): string => {
  const { model, candidate } = facts;
  const row = (name: string, value: string): readonly string[] => [name, value];
  return sections(
    `# Model card: ${model} ${candidate.version}`,
    table(row('Model', code(model)), [
      row('Version', code(candidate.version)),
      row('Registered', markdownText(candidate.registered)),
      row('Digest', code(candidate.digest)),
      ...(candidate.omsRoot === undefined ? [] : [row('Model Signing subject', code(candidate.omsRoot))]),
      row('Address', candidate.uri === '' ? 'not stored' : code(candidate.uri)),
      row('Commit', candidate.commit === '' ? 'unknown' : code(candidate.commit)),
      row('Training data', candidate.dataDigest === null ? 'unknown' : code(candidate.dataDigest)),
      ...(candidate.cause === '' ? [] : [row('Trained because of', markdownText(candidate.cause))]),
    ]),
    titled('## Evaluation', metricsText(facts)),
    titled('## Evidence', evidenceText(facts)),
    titled('## Approval', approvalText(facts)),
    `## What changed\n\n${changesText(facts)}`,
    titled('## Files', filesText(facts)),
    titled('## History', historyText(facts)),
  );
};

import { describeEvent } from '../lib/registry/describe-event.ts';
import type { Ledger } from '../lib/registry/ledger.ts';
import { type CardTemplate, checkCardTemplate, modelCard } from '../lib/registry/model-card.ts';
import { isTold } from '../lib/registry/readme.ts';
import { type NotesFacts, releaseNotes } from '../lib/registry/release-notes.ts';
import { entryOf, environmentOf } from '../lib/registry/state.ts';
import { omsRoot, subjectChecksums } from '../lib/registry/subject-checksums.ts';
import { versionFacts } from '../lib/registry/version-facts.ts';
import type { OpenLedger } from '../runtime/ledger/open-ledger.ts';
import { recordedInsight } from '../runtime/ledger/recorded-insight.ts';
import { locateOne } from '../runtime/locations.ts';
import type { Runtime } from '../runtime/runtime.ts';
import type { Inputs } from './inputs.ts';
import type { PromotionResult } from './result.ts';

const TEMPLATE_BYTES = 1024 * 1024;

/** What is written about a version beside `promotion.json`, and where. Empty where there is nothing to write. */
export interface Papers {
  readonly files: readonly string[];
  readonly checksumsPath: string;
  readonly modelCardPath: string;
  readonly releaseNotesPath: string;
  /** Subject digest of OpenSSF Model Signing; empty when the files are not known. */
  readonly omsRoot: string;
  readonly uri: string;
}

/** Where nothing is to be said of a version. */
const NO_PAPERS: Papers = {
  files: [],
  checksumsPath: '',
  modelCardPath: '',
  releaseNotesPath: '',
  omsRoot: '',
  uri: '',
};

/** The ledger with all that was ever recorded of a version, which a seal forgets when it is old. */
async function withHistoryOf(ledger: Ledger, version: string, { store }: OpenLedger): Promise<Ledger> {
  const { state, since = '' } = ledger;
  if ((entryOf(state.versions, version)?.registered ?? since) >= since) return ledger;
  const whole = await store.whole();
  return whole.kind === 'sound' ? whole.ledger : ledger;
}

/**
 * What notes and cards are made of: the version against what served before it, and what evidence says of the two.
 *
 * @param before - what it is compared with; what serves now if absent
 */
export async function notesFacts(
  runtime: Runtime,
  inputs: Inputs,
  open: OpenLedger,
  known: Ledger,
  { version, before }: { readonly version: string; readonly before: string | undefined },
): Promise<NotesFacts | undefined> {
  const ledger = await withHistoryOf(known, version, open);
  const { state, events } = ledger;
  const serving = before ?? environmentOf(state, inputs.environment).current;
  const entry = entryOf(state.versions, version);
  if (entry === undefined) return undefined;
  const insight = await recordedInsight(runtime, open, entry, entryOf(state.versions, serving ?? ''));
  const candidate = versionFacts(state, events, version, insight);
  if (candidate === undefined) return undefined;
  const { serverUrl, source } = runtime.context;
  return {
    model: inputs.modelName,
    candidate,
    serving: serving === null || serving === version ? undefined : versionFacts(state, events, serving),
    environment: inputs.environment,
    repositoryUrl: source.repository === '' ? '' : `${serverUrl}/${source.repository}`,
    history: events
      .filter((event) => event.version === version && isTold(event))
      .map((event) => ({ at: event.ts, text: describeEvent(event) })),
  };
}

/** The user's template of the model card, looked over before anything is done. @throws ActionError invalid-file */
export async function readTemplate(
  runtime: Runtime,
  { modelCard: location }: Inputs,
): Promise<CardTemplate | undefined> {
  if (location === undefined) return undefined;
  const file = await locateOne(runtime, location);
  const template = { text: await runtime.files.readText(file.path, TEMPLATE_BYTES), where: file.name };
  checkCardTemplate(template);
  return template;
}

/** Operations of which something is known about a version that others are to read. */
const HAVE_PAPERS: ReadonlySet<string> = new Set(['promote', 'register', 'resume', 'approve', 'import']);

/** Writes the model card, the release notes and the checksums for actions/attest, where the ledger was written to. */
export async function writePapers(
  runtime: Runtime,
  inputs: Inputs,
  ledger: OpenLedger,
  { result, template }: { readonly result: PromotionResult; readonly template: CardTemplate | undefined },
): Promise<Papers> {
  const { operation, version, previousVersion, ledger: position } = result.body;
  if (!HAVE_PAPERS.has(operation) || version === null || position.commit === '') return NO_PAPERS;
  const reading = await ledger.store.read();
  if (reading.kind !== 'sound') return NO_PAPERS;
  const before = previousVersion ?? undefined;
  const facts = await notesFacts(runtime, inputs, ledger, reading.ledger, { version, before });
  return facts === undefined ? NO_PAPERS : write(runtime, inputs, facts, template);
}

async function write(
  runtime: Runtime,
  inputs: Inputs,
  facts: NotesFacts,
  template: CardTemplate | undefined,
): Promise<Papers> {
  const { files, uri } = facts.candidate;
  const at = (name: string): string => `${inputs.outputDir}/${name}`;
  const contents: readonly (readonly [string, string])[] = [
    [at('release-notes.md'), releaseNotes(facts)],
    [at('model-card.md'), modelCard(facts, template)],
    ...(files.length === 0 ? [] : [[at('subject.checksums.txt'), subjectChecksums(files)] as const]),
  ];
  for (const [path, content] of contents) await runtime.files.write(path, content);
  return {
    files: contents.map(([path]) => path),
    checksumsPath: files.length === 0 ? '' : at('subject.checksums.txt'),
    modelCardPath: at('model-card.md'),
    releaseNotesPath: at('release-notes.md'),
    omsRoot: files.length === 0 ? '' : omsRoot(files),
    uri,
  };
}

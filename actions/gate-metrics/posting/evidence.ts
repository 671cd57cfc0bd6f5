import type { GateDocument } from '../../lib/documents/gate.ts';
import { ActionError } from '../../lib/errors.ts';
import { loadDocument } from '../../runtime/documents.ts';
import type { OriginRun } from '../../runtime/github/pulls-of-run.ts';
import { fileNamed, filesBelow, parseLocation } from '../../runtime/locations.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { Inputs } from '../inputs.ts';

/** A gate document of a thousand gates has about 1 MiB. */
const LARGEST = 4 * 1024 * 1024;

/**
 * The gate.json that the triggering run left, held to its schema and to what GitHub says of that run. It may have been
 * written by anybody: only what is checked here and in `doubtsAbout` is known of it.
 *
 * @throws ActionError invalid-input, not-found, limit-exceeded, invalid-document, invalid-file, evidence-refused
 */
export async function untrustedDocument(
  runtime: Runtime,
  inputs: Inputs,
  run: OriginRun,
): Promise<GateDocument> {
  const name = artifactName(inputs, run);
  const artifacts = await runtime.artifacts();
  const folder = await artifacts.download(name, { kind: 'run', run: run.id });
  const file = fileNamed(await filesBelow(runtime, `artifact:${name}@run:${run.id}`, folder), 'gate.json');
  if (file === undefined)
    throw new ActionError(
      'not-found',
      `the artifact "${name}" of run ${run.id} holds no gate.json; did another action leave it?`,
    );
  // Before it is parsed: a file of this size is no gate document whatever it says.
  await runtime.files.read(file.path, LARGEST);
  const { document } = await loadDocument<GateDocument>(runtime, 'gate', file);
  refuseOtherRun(runtime, document, run);
  return document;
}

/** The artifact of the triggering run that the input `metrics` names; gate-metrics's own where it names none. */
function artifactName({ metrics, artifactName: own }: Inputs, run: OriginRun): string {
  const [location, ...more] = metrics.filter((text) => text.startsWith('artifact:'));
  if (location === undefined) return own;
  const parsed = parseLocation(location);
  const ofRun =
    parsed.kind === 'artifact' &&
    (parsed.from.kind === 'this-run' || (parsed.from.kind === 'run' && parsed.from.run === run.id));
  if (parsed.kind === 'artifact' && ofRun && more.length === 0) return parsed.name;
  throw new ActionError(
    'invalid-input',
    `metrics: mode: report takes one artifact of the run it follows, artifact:<name> or artifact:<name>@run:${run.id}; found ${metrics.join(', ')}`,
  );
}

/** A document that says itself that it is about something else was left there by mistake, or to deceive. */
function refuseOtherRun({ context }: Runtime, { source }: GateDocument, run: OriginRun): void {
  const expected: readonly (readonly [what: string, found: string | number, wanted: string | number])[] = [
    ['repository', source.repository, context.source.repository],
    ['run', source.run, run.id],
    ['commit', source.commit, run.headSha],
  ];
  const wrong = expected.filter(([, found, wanted]) => found !== wanted);
  if (wrong.length === 0) return;
  const said = wrong.map(([what, found, wanted]) => `${what} ${found || 'none'} and not ${wanted}`);
  throw new ActionError(
    'evidence-refused',
    `gate.json of run ${run.id} says that it is about ${said.join(', ')}: nothing was posted`,
  );
}

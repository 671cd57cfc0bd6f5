import { readChain } from '../../lib/registry/chain.ts';
import { appendEvents, type Ledger } from '../../lib/registry/ledger.ts';
import { parseEvent } from '../../lib/registry/parse-event.ts';
import { someAtOnce } from '../scan/some-at-once.ts';

/** A file of events that was read and proven here, and the ledger at its end. */
export interface ProvenFile {
  readonly path: string;
  readonly blob: string;
  readonly text: string;
  readonly ledger: Ledger;
}

/** What the files of events say: the ledger at the end of what is proven, and where it breaks, if it does. */
interface Proof {
  readonly ledger: Ledger;
  readonly files: readonly ProvenFile[];
  readonly broken?: string;
}

/**
 * Proves files of events by the chain, one after the other. Of files that are known by the names of their blobs nothing
 * is read again, and of one that has grown only the new lines are checked.
 *
 * @param before - the ledger that the first file follows
 * @param known - files that were proven before, the first ones in order
 */
export async function proveFiles(
  before: Ledger,
  files: readonly (readonly [path: string, blob: string])[],
  known: readonly ProvenFile[],
  read: (blob: string, path: string) => Promise<Uint8Array>,
): Promise<Proof> {
  const differs = files.findIndex(([path, blob], at) => known[at]?.path !== path || known[at]?.blob !== blob);
  const same = differs < 0 ? files.length : differs;
  const texts = await someAtOnce(files.slice(same), async ([path, blob]) =>
    new TextDecoder('utf-8', { ignoreBOM: true }).decode(await read(blob, path)),
  );
  const proven = known.slice(0, same);
  let ledger = proven.at(-1)?.ledger ?? before;
  for (const [index, text] of texts.entries()) {
    const [path = '', blob = ''] = files[same + index] ?? [];
    const old = index === 0 ? known[same] : undefined;
    const grown = old?.path === path && text.startsWith(old.text) ? old : undefined;
    const more = readMore(grown?.ledger ?? ledger, { path, text, known: grown?.text ?? '' });
    ledger = more.ledger;
    if (more.broken !== undefined) return { ledger, files: proven, broken: more.broken };
    proven.push({ path, blob, text, ledger });
  }
  return { ledger, files: proven };
}

/** The ledger after the lines of a file that come after the known ones. */
function readMore(
  ledger: Ledger,
  { path, text, known }: { readonly path: string; readonly text: string; readonly known: string },
): { readonly ledger: Ledger; readonly broken?: string } {
  const linesBefore = known === '' ? 0 : known.split('\n').length - 1;
  const part = { path, text: text.slice(known.length), linesBefore };
  const { events, ...rest } = readChain(ledger.state.model, [part], parseEvent, ledger.state.head);
  return { ledger: appendEvents(ledger, events), ...rest };
}

import { type Ledger, ledgerPath } from '../../lib/registry/ledger.ts';

type File = readonly [path: string, blob: string];

/** The files of one model at a commit, with the names of their blobs; events and seals by month, oldest first. */
export interface LedgerListing {
  readonly state: string | undefined;
  readonly events: readonly File[];
  readonly seals: readonly File[];
}

const MONTH_FILE = /^\d{4}-\d{2}\.jsonl$/;

const monthFiles = (files: ReadonlyMap<string, string>, folder: string): readonly File[] =>
  [...files]
    .filter(([path]) => path.startsWith(`${folder}/`) && MONTH_FILE.test(path.slice(folder.length + 1)))
    .sort(([a], [b]) => (a < b ? -1 : 1));

/** What has to be listed of a model. */
export const listedPaths = (model: string): readonly string[] => [
  ledgerPath.marker,
  ledgerPath.state(model),
  ledgerPath.readme(model),
  ledgerPath.eventsFolder(model),
  ledgerPath.sealedFolder(model),
];

/** Which of some files are a model's, `undefined` if none is. @param files - the names of blobs by path */
export function ledgerListing(files: ReadonlyMap<string, string>, model: string): LedgerListing | undefined {
  const state = files.get(ledgerPath.state(model));
  const events = monthFiles(files, ledgerPath.eventsFolder(model));
  const seals = monthFiles(files, ledgerPath.sealedFolder(model));
  const isAbsent =
    state === undefined && !files.has(ledgerPath.readme(model)) && events.length + seals.length === 0;
  return isAbsent ? undefined : { state, events, seals };
}

/**
 * How the files of a ledger differ from what its seals and its events say of them: an old file was edited, removed or
 * added. `undefined` if they do not.
 *
 * @param sealed - files for which a seal stands, with the names of their blobs
 * @param ledger - what is proven; of it the events after that seal speak of seals themselves
 */
export function fileProblem(
  { events, seals }: LedgerListing,
  sealed: ReadonlyMap<string, string>,
  { state: { model, months }, events: proven }: Ledger,
): string | undefined {
  const there = new Map([...events, ...seals]);
  for (const [path, blob] of sealed) {
    const found = there.get(path);
    if (found !== blob)
      return `${path} ${found === undefined ? 'is missing' : 'was changed after it was sealed'}`;
  }
  const sealedBy = proven.flatMap((event) => (event.type === 'ledger.sealed' ? [event.data.month] : []));
  const own = new Set([
    ...sealed.keys(),
    ...months.map((month) => ledgerPath.events(model, month)),
    ...sealedBy.map((month) => ledgerPath.sealed(model, month)),
  ]);
  for (const [path] of there)
    if (!own.has(path))
      return `${path} is there, but no event speaks of it: it was added, or events were removed`;
  for (const path of own) if (!there.has(path)) return `${path} is missing`;
  return undefined;
}

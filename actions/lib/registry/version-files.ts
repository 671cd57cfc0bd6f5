import type { ManifestFile } from '../manifest.ts';
import type { Ledger } from './ledger.ts';

/** The files a version was registered with; `undefined` when the ledger does not say. */
export function filesOf({ events }: Ledger, version: string): readonly ManifestFile[] | undefined {
  const event = events.find((one) => one.type === 'version.registered' && one.version === version);
  const files = event?.type === 'version.registered' ? event.data.files : [];
  return files.length === 0 ? undefined : files;
}

import type { LedgerEvent } from '../../../lib/registry/events.ts';
import type { Html } from '../../../lib/report/html.ts';
import { html } from './html.ts';

/** The registry's history, newest last, each entry with the hash that chains it to the one before. */
export const ledgerTable = (events: readonly LedgerEvent[]): Html =>
  html`<div class="table"><table><thead><tr><th class="number">#</th><th>Time</th><th>Event</th><th>Version</th><th>Environment</th><th>Details</th><th>Hash</th></tr></thead>
<tbody>${events.map(row)}</tbody></table></div>`;

const row = (event: LedgerEvent): Html =>
  html`<tr><td class="number">${event.seq}</td><td class="quiet">${event.ts.slice(11, 19)}</td><td><b>${event.type}</b></td>
<td>${event.version}</td><td>${event.env}</td><td class="quiet">${details(event)}</td>
<td class="mono quiet" title="${event.hash}">${event.hash.slice('sha256:'.length, 'sha256:'.length + 10)}</td></tr>`;

/** The fields that tell the story; the full event lies in the ledger. */
const SHOWN = [
  'weight',
  'step',
  'of',
  'verified',
  'analysis',
  'reason',
  'from',
  'to',
  'previous',
  'trigger',
  'issue',
  'mode',
];

const details = (event: LedgerEvent): string =>
  Object.entries(event.data)
    .filter(([name, value]) => SHOWN.includes(name) && value !== null && typeof value !== 'object')
    .map(([name, value]) => `${name} ${value}`)
    .join(' · ');

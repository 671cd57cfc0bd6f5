import { ActionError } from '../../lib/errors.ts';
import { readAddress, shownAddress } from '../../lib/serving/address.ts';
import { PROTOCOLS } from '../../lib/serving/catalog.ts';
import type { ModelAddress, ModelMetadata, Protocol, ProtocolName } from '../../lib/serving/protocol.ts';
import { type Probe, probeReport, probesFor, type Sighting } from '../../lib/serving/recognise.ts';
import { ask, type Session } from './session.ts';

/** A model on a server, and how it is spoken to. */
export interface FoundModel {
  readonly protocol: Protocol;
  readonly address: ModelAddress;
  readonly metadata: ModelMetadata | undefined;
  /** Why this protocol: what the user said, what the address looks like, or what the server answered. */
  readonly why: string;
}

/**
 * Finds out what is spoken at an address and which model is meant.
 *
 * @throws ActionError invalid-input when nothing is recognised, with what was asked and answered, or when there are
 *   several models; and as `ask`
 */
export async function findModel(
  session: Session,
  endpoint: string,
  wanted: ProtocolName | 'auto',
): Promise<FoundModel> {
  const address = readAddress(endpoint);
  const named = wanted === 'auto' ? address.spoken : wanted;
  const why = wanted === 'auto' ? 'its path says so' : 'as asked for';
  const probes = probesFor(address, wanted);
  if (named !== undefined && probes.length === 0)
    return { protocol: PROTOCOLS[named], address, metadata: undefined, why };
  const seen = await look(session, address, probes);
  if (seen.kind === 'found') return { ...seen.found, why: named === undefined ? seen.found.why : why };
  const path = new URL(address.base).pathname;
  if (named === undefined && path !== '/')
    return {
      protocol: PROTOCOLS.json,
      address,
      metadata: undefined,
      why: 'no other protocol is spoken below this path',
    };
  throw new ActionError(
    'invalid-input',
    `endpoint ${shownAddress(address.url)}: ${named ? `${PROTOCOLS[named].title} is not spoken here` : 'no protocol was recognised'}; asked were\n${seen.reports.join('\n')}\nGive the address of the model itself, such as ${shownAddress(address.base)}/v2/models/NAME, or set protocol (json for a server of your own)${refused(seen.reports)}`,
  );
}

const refused = (reports: readonly string[]): string =>
  reports.some((report) => / gave 40[13]\b/.test(report))
    ? '; some of it was refused, for which endpoint-headers may help'
    : '';

type Seen =
  | { readonly kind: 'found'; readonly found: FoundModel }
  | { readonly kind: 'nothing'; readonly reports: readonly string[] };

async function look(session: Session, address: ModelAddress, probes: readonly Probe[]): Promise<Seen> {
  const reports: string[] = [];
  for (const probe of probes) {
    const { method, url } = probe;
    const about = `looking for ${PROTOCOLS[probe.protocol].title}`;
    const { answer } = await ask(session, {
      method,
      url,
      about,
      ...(method === 'POST' ? { body: '{}' } : {}),
    });
    const sighting = probe.read(answer);
    if (sighting.kind === 'found') return { kind: 'found', found: foundBy(probe, address, sighting) };
    if (sighting.kind === 'models' && sighting.names.length > 0)
      return lookAtOnly(session, address, probe, sighting.names);
    reports.push(probeReport(probe, answer, shownAddress(url), session.runtime.redact));
  }
  return { kind: 'nothing', reports };
}

const foundBy = (
  { protocol }: Probe,
  address: ModelAddress,
  { why, metadata }: Extract<Sighting, { kind: 'found' }>,
): FoundModel => ({ protocol: PROTOCOLS[protocol], address, metadata, why });

/** A server with one model needs no name for it. */
async function lookAtOnly(
  session: Session,
  address: ModelAddress,
  probe: Probe,
  names: readonly string[],
): Promise<Seen> {
  const [name = '', ...others] = names;
  if (others.length > 0)
    throw new ActionError(
      'invalid-input',
      `endpoint ${shownAddress(address.url)}: the server has ${names.length} models (${names.slice(0, 20).join(', ')}); name one in the address, such as ${shownAddress(probe.url.replace(/\/(models|repository\/index)(?=\?|$)/, `/models/${encodeURIComponent(name)}`))}`,
    );
  const model = { ...address, model: encodeURIComponent(name) };
  const probes = probesFor(model, probe.protocol);
  if (probes.length > 0) return look(session, model, probes);
  const why = `its only model is ${name}`;
  return {
    kind: 'found',
    found: { protocol: PROTOCOLS[probe.protocol], address: model, metadata: undefined, why },
  };
}

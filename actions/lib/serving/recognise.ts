import { isHtml, saying } from './answer-json.ts';
import { member } from './foreign-value.ts';
import { readMetadata } from './oip-metadata.ts';
import type { HttpAnswer, ModelAddress, ModelMetadata, ProtocolName } from './protocol.ts';

/** A question to a server that tells whether it speaks a protocol, and which models it has. */
export interface Probe {
  readonly protocol: ProtocolName;
  readonly method: 'GET' | 'POST';
  readonly url: string;
  read(answer: HttpAnswer): Sighting;
}

/** What an answer to a probe says. */
export type Sighting =
  | { readonly kind: 'found'; readonly why: string; readonly metadata?: ModelMetadata }
  | { readonly kind: 'models'; readonly names: readonly string[] }
  | { readonly kind: 'nothing' };

const NOTHING: Sighting = { kind: 'nothing' };

/**
 * The questions to ask, in order, to find out what is spoken at an address: first those that can be answered with a
 * yes only by servers that mean it.
 *
 * @param protocol - `auto` for all; otherwise only what is needed to speak that one
 */
export function probesFor(address: ModelAddress, protocol: ProtocolName | 'auto'): readonly Probe[] {
  const wanted = protocol === 'auto' ? (address.spoken ?? 'auto') : protocol;
  const all =
    address.model === undefined ? [...modelLists(address), ...mlflowProbes(address)] : modelProbes(address);
  return all
    .filter((probe) => wanted === 'auto' || probe.protocol === wanted)
    .filter(isNeeded(address, wanted));
}

/** A protocol that was named is asked nothing but what has to be known: OIP's metadata, and models without a name. */
const isNeeded =
  (address: ModelAddress, wanted: ProtocolName | 'auto') =>
  (probe: Probe): boolean =>
    wanted === 'auto' ||
    wanted === 'oip-v2' ||
    (wanted === 'kserve-v1' && address.model === undefined && probe.protocol === wanted);

function modelProbes({ base, model, version, query }: ModelAddress): readonly Probe[] {
  const path = version === undefined ? `${model}` : `${model}/versions/${version}`;
  return [
    {
      protocol: 'oip-v2',
      method: 'GET',
      url: `${base}/v2/models/${path}${query}`,
      read: (answer) => {
        const metadata = readMetadata(jsonOf(answer));
        return metadata ? { kind: 'found', why: 'it describes its inputs', metadata } : NOTHING;
      },
    },
    {
      protocol: 'kserve-v1',
      method: 'GET',
      url: `${base}/v1/models/${path}${query}`,
      read: (answer) => {
        const body = jsonOf(answer);
        // KServe answers with name and ready, TensorFlow Serving with the state of each version.
        const known =
          typeof member(body, 'ready') === 'boolean' || Array.isArray(member(body, 'model_version_status'));
        return known ? { kind: 'found', why: 'it says whether the model is ready' } : NOTHING;
      },
    },
  ];
}

/** Where servers list their models: KServe, Triton and MLServer for v2, KServe for v1. */
const modelLists = ({ base, query }: ModelAddress): readonly Probe[] => [
  { protocol: 'oip-v2', method: 'GET', url: `${base}/v2/models${query}`, read: readNames },
  { protocol: 'oip-v2', method: 'POST', url: `${base}/v2/repository/index${query}`, read: readIndex },
  { protocol: 'kserve-v1', method: 'GET', url: `${base}/v1/models${query}`, read: readNames },
];

const mlflowProbes = ({ base, query }: ModelAddress): readonly Probe[] => [
  {
    protocol: 'mlflow',
    method: 'GET',
    url: `${base}/version${query}`,
    read: (answer) =>
      answer.status === 200 && /^"?\d+\.\d+[\w.+-]*"?$/.test(answer.text.trim())
        ? { kind: 'found', why: `it tells its version, ${answer.text.trim()}` }
        : NOTHING,
  },
  {
    protocol: 'mlflow',
    method: 'GET',
    url: `${base}/ping${query}`,
    // Containers that are made for SageMaker answer the same, and take the same requests.
    read: (answer) =>
      answer.status === 200 && answer.text.trim() === '' && !isHtml(answer)
        ? { kind: 'found', why: 'its /ping answers with nothing but status 200' }
        : NOTHING,
  },
];

function readNames(answer: HttpAnswer): Sighting {
  const models = member(jsonOf(answer), 'models');
  if (!Array.isArray(models)) return NOTHING;
  return { kind: 'models', names: models.filter((name) => typeof name === 'string') };
}

function readIndex(answer: HttpAnswer): Sighting {
  const models = jsonOf(answer);
  if (!Array.isArray(models)) return NOTHING;
  const names = models
    .filter((entry: unknown) => (member(entry, 'state') ?? 'READY') === 'READY')
    .flatMap((entry: unknown) => {
      const name = member(entry, 'name');
      return typeof name === 'string' ? [name] : [];
    });
  return names.length === 0 && models.length > 0 ? NOTHING : { kind: 'models', names: [...new Set(names)] };
}

function jsonOf(answer: HttpAnswer): unknown {
  if (answer.status !== 200) return undefined;
  try {
    return JSON.parse(answer.text);
  } catch {
    return undefined;
  }
}

/** What was asked and what came back, for the message that nothing was recognised. */
export const probeReport = (
  probe: Probe,
  answer: HttpAnswer,
  shown: string,
  redact: (text: string) => string,
): string => `${probe.protocol}: ${probe.method} ${shown} gave ${answer.status}${saying(answer, redact)}`;

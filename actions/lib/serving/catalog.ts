import { kserveV1 } from './kserve-v1.ts';
import { mlflow } from './mlflow.ts';
import { oipV2 } from './oip-v2.ts';
import { plainJson } from './plain-json.ts';
import type { Protocol, ProtocolName } from './protocol.ts';

/** All protocols, by name. */
export const PROTOCOLS: Readonly<Record<ProtocolName, Protocol>> = {
  'oip-v2': oipV2,
  'kserve-v1': kserveV1,
  mlflow,
  json: plainJson,
};

/** What the input `protocol` takes. */
export const PROTOCOL_CHOICES = ['auto', 'oip-v2', 'kserve-v1', 'mlflow', 'json'] as const;

// Gives MLOPS_VERSION the share MLOPS_WEIGHT of the traffic. promote-model and rollback run it as the command `set`.
import { ask, setting } from './client.ts';

const order = {
  version: setting('MLOPS_VERSION'),
  digest: setting('MLOPS_DIGEST'),
  weight: Number(setting('MLOPS_WEIGHT')),
  fence: Number(setting('MLOPS_FENCE')),
};
await ask('POST', '/traffic', JSON.stringify(order), { 'idempotency-key': setting('MLOPS_IDEMPOTENCY_KEY') });

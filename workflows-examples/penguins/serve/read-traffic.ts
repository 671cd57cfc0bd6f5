// Prints the share of the traffic that MLOPS_VERSION has now. promote-model and rollback run it as the command `read`.
import { ask, setting } from './client.ts';

const { weight } = JSON.parse(
  await ask('GET', `/traffic?version=${encodeURIComponent(setting('MLOPS_VERSION'))}`),
);
console.log(weight);

import { formatQuantity } from '../report/format-number.ts';
import type { EventType, LedgerEvent, PlannedStep } from './events.ts';

type EventNamed<T extends EventType> = Extract<LedgerEvent, { type: T }>;

const percent = (weight: number): string => `${weight} %`;

const stepText = ({ weight, shadow, approval }: PlannedStep): string => {
  if (approval !== '') return `approval in ${approval}`;
  return shadow > 0 ? `${percent(shadow)} copied` : percent(weight);
};

const descriptions: { readonly [T in EventType]: (event: EventNamed<T>) => string } = {
  'version.registered': ({ version, digest }) => `registered ${version} as ${digest}`,
  'evidence.attached': ({ version, data }) =>
    `accepted evidence for ${version}: ${data.evidence.map(({ kind, verdict }) => `${kind} ${verdict}`).join(', ')}`,
  'version.verified': ({ version, env }) => `${version} passed its whole rollout in ${env}`,
  'version.quarantined': ({ version, data }) => `put the bytes of ${version} in quarantine: ${data.reason}`,
  'version.released': ({ version, data }) => `took the bytes of ${version} out of quarantine: ${data.reason}`,
  'version.imported': ({ version, env, data }) => `${version} served ${env} already: ${data.reason}`,
  'lease.acquired': ({ env, fence, data }) =>
    `took the lease of ${env}, fence ${fence}${data.from === null ? '' : `, from run ${data.from.run}`}`,
  'lease.renewed': ({ env }) => `renewed the lease of ${env}`,
  'lease.released': ({ env }) => `gave up the lease of ${env}`,
  'rollout.requested': ({ version, env, data }) =>
    `began the rollout of ${version} to ${env} in ${formatQuantity(data.steps.length, 'step')} (${data.steps.map(stepText).join(', ')})${data.approvers.length === 0 ? '' : `, approved by ${data.approvers.join(', ')}`}${data.forced === '' ? '' : `, FORCED: ${data.forced}`}`,
  'rollout.incompatible': ({ version, data }) =>
    `${version} was let through although it ${data.problem}, ALLOWED: ${data.reason}`,
  'rollout.preflight': ({ data }) =>
    `preflight: ${data.checks.map(({ name, passed, message }) => `${name} ${passed ? 'passed' : `failed (${message})`}`).join(', ')}`,
  'rollout.approved': ({ actor, version, data }) =>
    `step ${data.step} of the rollout of ${version} was approved by ${[...new Set([actor, ...data.approvers])].join(', ')}`,
  'rollout.step.started': ({ version, data: { step, of, weight, approval } }) =>
    approval === undefined
      ? `step ${step} of ${of}: setting ${percent(weight)} of traffic on ${version}`
      : `step ${step} of ${of}: ${version} waits for approval in ${approval}`,
  'rollout.step.applied': ({ version, data }) =>
    `step ${data.step} of ${data.of}: ${version} has ${percent(data.weight)} of traffic (${data.verified})`,
  'rollout.step.measured': ({ data }) => `step ${data.step} bakes; there is more to do at ${data.until}`,
  'rollout.step.passed': ({ data }) =>
    `step ${data.step} ${data.verdict === 'pass' ? 'passed' : 'was gone on from, not proven'}: ${data.analysis}`,
  'rollout.step.failed': ({ data }) => `step ${data.step} failed: ${data.reason}`,
  'rollout.paused': ({ data }) => `paused at step ${data.step}: ${data.reason}`,
  'rollout.resumed': ({ data }) => `resumed at step ${data.step}`,
  'rollout.aborted': ({ version, data }) => `the rollout of ${version} was given up: ${data.reason}`,
  'rollout.superseded': ({ version, data }) => `the rollout of ${version} was superseded by ${data.by}`,
  'rollout.completed': ({ version, env, data }) =>
    `${version} serves ${env}${data.previous === null ? '' : `, after ${data.previous}`}`,
  'rollback.started': ({ data }) =>
    `rolling back from ${data.from} to ${data.to ?? 'no version'} (${data.trigger}): ${data.reason}`,
  'rollback.completed': ({ env, data }) =>
    `rolled ${env} back from ${data.from} to ${data.to ?? 'no version'}`,
  'rollback.failed': ({ data }) =>
    `the rollback from ${data.from} to ${data.to ?? 'no version'} failed: ${data.reason}`,
  'deployment.created': ({ data }) => `mirrored to GitHub deployment ${data.deployment}`,
  'mirror.queued': ({ data }) => `to be mirrored: ${data.entries.map(({ key }) => key).join(', ')}`,
  'mirror.done': ({ data }) => `mirrored ${data.key}${data.reference === '' ? '' : ` as ${data.reference}`}`,
  'mirror.failed': ({ data }) => `could not mirror ${data.key}: ${data.reason}`,
  'incident.opened': ({ data }) => `opened incident ${data.issue}`,
  'incident.closed': ({ data }) => `closed incident ${data.issue}`,
  'ledger.imported': ({ data }) =>
    `took over ${formatQuantity(data.events, 'event')} that could not be written before (${data.source})`,
  'ledger.sealed': ({ data }) => `sealed the events up to the end of ${data.month} (${data.file})`,
  'retrain.requested': ({ data }) => `asked for retraining by ${data.mode}`,
  'retrain.dispatched': ({ data }) =>
    `retraining was started${data.run === null ? '' : ` as run ${data.run}`}`,
  'retrain.skipped': ({ data }) => `asked for no retraining: ${data.reason}`,
};

const describe = <T extends EventType>(event: EventNamed<T>): string => {
  const description: (event: EventNamed<T>) => string = descriptions[event.type];
  return description(event);
};

/** One sentence about an event, for people; plain text that may hold what users wrote. */
export const describeEvent = (event: LedgerEvent): string => describe(event);

import { placeOf, quoted, type ScanContext } from '../scan-context.ts';
import { dangerOf } from './dangerous-globals.ts';
import { coverOf, isHarmless } from './harmless-globals.ts';
import type { PickleEvent } from './machine.ts';
import type { GlobalName } from './values.ts';

/** Names that a TorchScript archive gives its own types; they are no modules of Python. */
const TORCH_SCRIPT_TYPES = /^__torch__(\.|$)/;

/** How a pickle is judged. */
export interface PickleManner {
  /** The pickle belongs to a TorchScript archive. */
  readonly torchScript?: boolean;
  /** How the bytes would have to be read for this to matter, for messages. */
  readonly if?: string;
}

const nameOf = ({ module, name }: GlobalName): string => quoted(`${module}.${name}`);

function judgeGlobal(global: GlobalName, at: number, context: ScanContext, manner: PickleManner): void {
  const { module, name } = global;
  if (manner.torchScript === true && TORCH_SCRIPT_TYPES.test(module)) return;
  const cover = coverOf(context.options.allowGlobals ?? [], module, name);
  if (cover === 'by-name' || isHarmless(module, name)) return;
  const where = placeOf(context.path, at);
  const condition = manner.if === undefined ? '' : ` ${manner.if}`;
  const does = dangerOf(module, name);
  if (does !== undefined)
    context.report.problem(
      'dangerous-global',
      where,
      `loading it${condition} uses ${nameOf(global)}, which ${does}; do not load this file, and find out who made it`,
    );
  else if (cover === undefined)
    context.report.problem(
      'unknown-global',
      where,
      `loading it${condition} uses ${nameOf(global)}, which is not on the list of harmless names; if you trust it, allow ${nameOf(global)}`,
    );
}

/** Reports what an event of a pickle means. */
export function judgeEvent(event: PickleEvent, at: number, context: ScanContext, manner: PickleManner): void {
  const where = placeOf(context.path, at);
  const { report } = context;
  switch (event.kind) {
    case 'global':
      judgeGlobal(event.global, at, context, manner);
      break;
    case 'computed-name':
      report.problem(
        'computed-name',
        where,
        'a name is put together while the pickle is loaded; what it will be cannot be told',
      );
      break;
    case 'computed-call':
      report.problem(
        'computed-call',
        where,
        'calls what an earlier call gave, instead of a function with a name; what it does cannot be told',
      );
      break;
    case 'changed-global':
      report.problem(
        'changed-global',
        where,
        `changes attributes of ${nameOf(event.global)} itself, for the whole program that loads it`,
      );
      break;
    case 'extension':
      report.problem(
        'extension-registry',
        where,
        `takes the name behind number ${event.code} of the extension registry (copyreg), which can be any function`,
      );
      break;
    case 'persistent':
      report.detail(`${context.path === '' ? '' : `${context.path}: `}refers to data outside of the pickle`);
      break;
    case 'array':
      break;
    default:
      event satisfies never;
  }
}

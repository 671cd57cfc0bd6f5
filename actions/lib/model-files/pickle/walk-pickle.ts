import { ByteCursor } from '../byte-cursor.ts';
import type { ModelContent } from '../content.ts';
import { placeOf, type ScanContext, Unreadable } from '../scan-context.ts';
import { readArgument } from './arguments.ts';
import { arrayPayload } from './array-payload.ts';
import { judgeEvent, type PickleManner } from './judge-event.ts';
import { type PickleEvent, PickleMachine } from './machine.ts';
import { OPCODES, type Opcode } from './opcodes.ts';
import type { MadeValue } from './values.ts';

/** Opcodes and arguments of fixed size fit into this many bytes. */
const READY_BYTES = 64;
const HIGHEST_PROTOCOL = 5;
/** Bytes of an array that are looked at as if they were opcodes. */
const SHADOW_BYTES = 64 * 1024;
const NESTED_PICKLES = 64;

/** What a walk through one pickle found. */
export interface PickleWalk {
  /** Its highest protocol that was declared, 0 without. */
  readonly protocol: number;
  readonly opcodes: number;
  /** Arrays of joblib that were passed. */
  readonly arrays: number;
}

/** Where and how a pickle is walked through. */
export interface WalkRequest {
  readonly content: ModelContent;
  readonly cursor: ByteCursor;
  readonly context: ScanContext;
  readonly manner: PickleManner;
  /** Told of every event before it is judged. */
  readonly heard?: (event: PickleEvent, at: number) => void;
  /** Goes on where another walk is, as if the bytes were not those of an array. */
  readonly from?: PickleMachine;
  /** Pickles of objects around this one. */
  readonly inside?: number;
}

/**
 * Follows one pickle to its STOP and reports every name it uses; nothing is looked up, made or called. Bytes of
 * arrays are passed by their length.
 *
 * @throws Unreadable malformed, truncated, limit
 */
export async function walkPickle(request: WalkRequest): Promise<PickleWalk> {
  return new PickleWalker(request).walk();
}

class PickleWalker {
  readonly #request: WalkRequest;
  readonly #machine: PickleMachine;
  #array: MadeValue | undefined;
  #at = 0;
  #protocol = 0;
  #opcodes = 0;
  #arrays = 0;

  constructor(request: WalkRequest) {
    this.#request = request;
    this.#machine = new PickleMachine({
      memo: request.context.budget.limits.memo,
      ...(request.from && { from: request.from }),
      event: (event) => this.#hear(event),
    });
  }

  async walk(): Promise<PickleWalk> {
    try {
      await this.#follow();
    } catch (error) {
      if (error instanceof Unreadable && error.at === undefined)
        throw new Unreadable(error.kind, error.message, this.#at);
      throw error;
    }
    return { protocol: this.#protocol, opcodes: this.#opcodes, arrays: this.#arrays };
  }

  /** Waits only where bytes are missing: most opcodes are a byte or two, and there may be millions. */
  async #follow(): Promise<void> {
    const { cursor } = this.#request;
    for (;;) {
      if (cursor.ready < READY_BYTES) await cursor.fill(READY_BYTES);
      const opcode = this.#next();
      const read = readArgument(opcode.argument, cursor);
      const argument = read instanceof Promise ? await read : read;
      if (opcode.name === 'PROTO') this.#declare(Number(argument));
      this.#machine.run(opcode.name, argument);
      if (this.#array !== undefined) await this.#passArray(this.#array);
      if (opcode.name === 'STOP') return;
    }
  }

  #next(): Opcode {
    const { cursor, context } = this.#request;
    this.#at = cursor.position;
    if (cursor.ready === 0) throw new Unreadable('truncated', 'the pickle ends without STOP', this.#at);
    context.budget.opcode();
    this.#opcodes++;
    return known(cursor.uint8(), this.#at);
  }

  #declare(protocol: number): void {
    if (protocol > HIGHEST_PROTOCOL)
      throw new Unreadable(
        'malformed',
        `protocol ${protocol}, at most ${HIGHEST_PROTOCOL} is known`,
        this.#at,
      );
    this.#protocol = Math.max(this.#protocol, protocol);
  }

  #hear(event: PickleEvent): void {
    const { heard, context, manner, from } = this.#request;
    heard?.(event, this.#at);
    if (event.kind === 'array') this.#array = event.wrapper;
    // Bytes of an array may happen to be read as names, but not as names that can be looked up.
    else if (from === undefined || canBeLookedUp(event)) judgeEvent(event, this.#at, context, manner);
  }

  /** joblib writes an array's bytes behind its mark, between two opcodes. */
  async #passArray(wrapper: MadeValue): Promise<void> {
    this.#array = undefined;
    if (this.#request.from !== undefined) throw new Unreadable('malformed', 'an array inside of an array');
    const payload = arrayPayload(wrapper);
    const { cursor } = this.#request;
    if (payload === undefined)
      throw new Unreadable('malformed', 'an array of joblib whose size cannot be told', cursor.position);
    this.#arrays++;
    if (payload.kind === 'objects') {
      const inside = (this.#request.inside ?? 0) + 1;
      if (inside > NESTED_PICKLES)
        throw new Unreadable('limit', `more than ${NESTED_PICKLES} arrays of objects inside of each other`);
      await walkPickle({ ...this.#request, inside });
      return;
    }
    await this.#walkAsOpcodes();
    if (payload.padded) {
      await cursor.fill(1);
      cursor.skip(cursor.uint8());
    }
    cursor.skip(payload.count);
  }

  /**
   * Python's own pickle.load knows nothing of arrays behind marks and would take their bytes for opcodes, so names
   * can hide there from whoever thinks of joblib only.
   */
  async #walkAsOpcodes(): Promise<void> {
    const { content, context, cursor } = this.#request;
    const start = cursor.position;
    await cursor.fill(SHADOW_BYTES);
    const bytes = cursor.peek(SHADOW_BYTES);
    const end = start + bytes.length;
    const shadow: ModelContent = {
      name: content.name,
      size: content.size,
      async read(from, to) {
        if (from >= end && end < content.size) throw new Unreadable('hidden-bytes', 'goes on');
        return bytes.subarray(from - start, to - start);
      },
    };
    try {
      await walkPickle({
        content: shadow,
        cursor: new ByteCursor(shadow, start),
        context,
        manner: { if: 'with pickle instead of joblib' },
        from: this.#machine,
      });
    } catch (error) {
      if (!(error instanceof Unreadable) || error.kind === 'limit') throw error;
      if (error.kind === 'hidden-bytes')
        context.report.problem(
          'hidden-bytes',
          placeOf(context.path, start),
          'the bytes of an array can also be read as opcodes of a pickle, which pickle.load would do',
        );
    }
  }
}

const canBeLookedUp = (event: PickleEvent): boolean =>
  event.kind !== 'global' ||
  [event.global.module, event.global.name].every((name) => /^[\p{L}_][\p{L}\p{N}_.]*$/u.test(name));

function known(code: number, at: number): Opcode {
  const opcode = OPCODES.get(code);
  if (opcode === undefined)
    throw new Unreadable('malformed', `0x${code.toString(16).padStart(2, '0')} is no opcode of a pickle`, at);
  return opcode;
}

/** Reports why a walk could not go on. */
export function reportUnreadable(error: Unreadable, context: ScanContext): void {
  context.report.problem(error.kind, placeOf(context.path, error.at), error.message);
}

import { Unreadable } from '../scan-context.ts';
import type { Argument } from './arguments.ts';
import type { OpcodeName } from './opcodes.ts';
import { type GlobalName, type MadeValue, OPAQUE, textOf, UNKNOWN, type Value } from './values.ts';

/** Something in a pickle that a judge must hear of. */
export type PickleEvent =
  | { readonly kind: 'global'; readonly global: GlobalName }
  | { readonly kind: 'computed-name' }
  | { readonly kind: 'computed-call' }
  | { readonly kind: 'changed-global'; readonly global: GlobalName }
  | { readonly kind: 'extension'; readonly code: number }
  | { readonly kind: 'persistent' }
  /** The bytes of an array may follow, if the reader is joblib. */
  | { readonly kind: 'array'; readonly wrapper: MadeValue };

export interface MachineOptions {
  readonly memo: number;
  readonly event: (event: PickleEvent) => void;
  /** A machine to go on from, which stays as it is. */
  readonly from?: PickleMachine;
}

/** Longer tuples are no shapes, and larger dictionaries no states of arrays. */
const TUPLE_ITEMS = 64;
const DICT_ENTRIES = 16;
/** Containers whose parts are kept; a hostile pickle could keep any number. */
const KEPT_CONTAINERS = 2_000_000;
/** Values on the stack; lists are filled a thousand at a time. */
const STACK_VALUES = 4_000_000;
const MARK_DEPTH = 100_000;
const ARRAY_WRAPPERS: ReadonlySet<string> = new Set([
  'joblib.numpy_pickle.NumpyArrayWrapper',
  'sklearn.externals.joblib.numpy_pickle.NumpyArrayWrapper',
]);
const KEPT_CLASSES: ReadonlySet<string> = new Set(['dtype', 'NumpyArrayWrapper']);

/** Follows a pickle's stack and memo as far as names, calls and sizes of arrays need it. */
export class PickleMachine {
  readonly #stack: Value[];
  readonly #marks: number[];
  readonly #memo = new Map<number, Value>();
  /** Where values are remembered that this machine did not meet itself. */
  readonly #before: PickleMachine | undefined;
  readonly #options: MachineOptions;
  #containers = 0;
  #remembered: number;

  constructor(options: MachineOptions) {
    this.#options = options;
    const { from } = options;
    this.#stack = from === undefined ? [] : [...from.#stack];
    this.#marks = from === undefined ? [] : [...from.#marks];
    this.#remembered = from === undefined ? 0 : from.#remembered;
    this.#before = from;
  }

  /** @throws Unreadable malformed for what Python would refuse too, limit */
  run(name: OpcodeName, argument: Argument): void {
    EFFECTS[name](this, argument);
  }

  push(value: Value): void {
    if (this.#stack.length >= STACK_VALUES)
      throw new Unreadable('limit', `more than ${STACK_VALUES} values on the stack`);
    this.#stack.push(value);
  }

  pop(): Value {
    const isMarked = this.#stack.length === (this.#marks.at(-1) ?? 0);
    const value = isMarked ? undefined : this.#stack.pop();
    return value ?? absent('takes a value from an empty stack');
  }

  top(): Value {
    const isMarked = this.#stack.length === (this.#marks.at(-1) ?? 0);
    return (isMarked ? undefined : this.#stack.at(-1)) ?? absent('needs a value on an empty stack');
  }

  mark(): void {
    if (this.#marks.length >= MARK_DEPTH)
      throw new Unreadable('limit', `more than ${MARK_DEPTH} marks inside of each other`);
    this.#marks.push(this.#stack.length);
  }

  /** The values above the last mark, which goes with them. */
  popMark(): Value[] {
    const mark = this.#marks.pop();
    return this.#stack.splice(mark ?? absent('looks for a mark that was not set'));
  }

  /** Takes the mark if nothing lies above it, as Python's POP does. */
  popOrMark(): void {
    if (this.#marks.length > 0 && this.#stack.length === this.#marks.at(-1)) this.#marks.pop();
    else this.pop();
  }

  remember(index: number | undefined, value: Value): void {
    if (index === undefined || index < 0) throw new Unreadable('malformed', 'a memo without a sound number');
    if (!this.#recalled(index)) this.#remembered++;
    if (this.#remembered > this.#options.memo)
      throw new Unreadable('limit', `remembers more than ${this.#options.memo} values`);
    this.#memo.set(index, value);
  }

  get remembered(): number {
    return this.#remembered;
  }

  recall(index: Argument): void {
    const value = typeof index === 'number' ? this.#recalled(index) : undefined;
    this.push(value ?? absent('asks for a value that was not remembered'));
  }

  #recalled(index: number): Value | undefined {
    const before = this.#before;
    return this.#memo.get(index) ?? (before === undefined ? undefined : before.#recalled(index));
  }

  event(event: PickleEvent): void {
    this.#options.event(event);
  }

  /** @throws Unreadable malformed for names that are certainly no texts, as in Python */
  global(module: Value, name: Value): Value {
    if (module.kind === 'text' && name.kind === 'text') {
      const global: GlobalName = { kind: 'global', module: module.text, name: name.text };
      this.event({ kind: 'global', global });
      return global;
    }
    if ([module, name].some(({ kind }) => kind !== 'text' && kind !== 'unknown'))
      throw new Unreadable('malformed', 'takes something for a name that is no text');
    this.event({ kind: 'computed-name' });
    return UNKNOWN;
  }

  tuple(items: readonly Value[]): Value {
    const keeps = items.length <= TUPLE_ITEMS && this.#keeps();
    return keeps ? { kind: 'tuple', items } : OPAQUE;
  }

  dict(): Value {
    return this.#keeps() ? { kind: 'dict', entries: new Map() } : OPAQUE;
  }

  /** What calling `by` gives. */
  made(by: Value, args: Value): Value {
    if (by.kind !== 'global') {
      this.event({ kind: 'computed-call' });
      return UNKNOWN;
    }
    return KEPT_CLASSES.has(by.name) && this.#keeps() ? { kind: 'made', by, args, state: OPAQUE } : UNKNOWN;
  }

  build(state: Value): void {
    const target = this.top();
    if (target.kind === 'global') this.event({ kind: 'changed-global', global: target });
    if (target.kind !== 'made') return;
    target.state = state;
    if (!ARRAY_WRAPPERS.has(`${target.by.module}.${target.by.name}`)) return;
    // joblib puts the array in the place of its wrapper.
    this.#stack.splice(-1, 1, OPAQUE);
    this.event({ kind: 'array', wrapper: target });
  }

  #keeps(): boolean {
    return this.#containers++ < KEPT_CONTAINERS;
  }
}

function absent(what: string): never {
  throw new Unreadable('malformed', what);
}

function setItems(target: Value, items: readonly Value[]): void {
  if (target.kind !== 'dict') return;
  for (let index = 0; index + 1 < items.length; index += 2) {
    const key = textOf(items[index]);
    const value = items[index + 1];
    if (key !== undefined && value && (target.entries.size < DICT_ENTRIES || target.entries.has(key)))
      target.entries.set(key, value);
  }
}

type Effect = (machine: PickleMachine, argument: Argument) => void;

const nothing: Effect = () => undefined;
const opaque: Effect = (machine) => machine.push(OPAQUE);
const number: Effect = (machine, argument) =>
  machine.push(typeof argument === 'number' ? { kind: 'number', value: argument } : OPAQUE);
const text: Effect = (machine, argument) =>
  machine.push(typeof argument === 'string' ? { kind: 'text', text: argument } : UNKNOWN);
const remember: Effect = (machine, argument) =>
  machine.remember(typeof argument === 'number' ? argument : undefined, machine.top());
const recall: Effect = (machine, argument) => machine.recall(argument);
const extension: Effect = (machine, argument) => {
  machine.event({ kind: 'extension', code: typeof argument === 'number' ? argument : 0 });
  machine.push(UNKNOWN);
};
/** Takes what lies above the mark into the container below it, of whose parts nothing matters. */
const addMany: Effect = (machine) => {
  machine.popMark();
  machine.top();
};
const ofMarked: Effect = (machine) => {
  machine.popMark();
  machine.push(OPAQUE);
};
const tupleOf =
  (count: number): Effect =>
  (machine) => {
    const items = Array.from({ length: count }, () => machine.pop()).reverse();
    machine.push(machine.tuple(items));
  };
/** The global behind two lines of names. */
function named(machine: PickleMachine, argument: Argument): Value {
  if (typeof argument !== 'object') return absent('a global without a name');
  const [module, name] = argument;
  return machine.global({ kind: 'text', text: module }, { kind: 'text', text: name });
}

/** `copyreg._reconstructor(cls, base, state)` makes an instance of its first argument. */
function reduce(machine: PickleMachine): void {
  const args = machine.pop();
  const callable = machine.pop();
  const [first] = args.kind === 'tuple' ? args.items : [];
  const isCopy = callable.kind === 'global' && callable.name === '_reconstructor' && first?.kind === 'global';
  machine.push(machine.made(isCopy ? first : callable, args));
}

const EFFECTS: Readonly<Record<OpcodeName, Effect>> = {
  INT: number,
  BININT: number,
  BININT1: number,
  BININT2: number,
  LONG: number,
  LONG1: number,
  LONG4: number,
  STRING: text,
  BINSTRING: text,
  SHORT_BINSTRING: text,
  UNICODE: text,
  SHORT_BINUNICODE: text,
  BINUNICODE: text,
  BINUNICODE8: text,
  BINBYTES: opaque,
  SHORT_BINBYTES: opaque,
  BINBYTES8: opaque,
  BYTEARRAY8: opaque,
  NEXT_BUFFER: opaque,
  READONLY_BUFFER: (machine) => machine.top(),
  NONE: opaque,
  NEWTRUE: opaque,
  NEWFALSE: opaque,
  FLOAT: opaque,
  BINFLOAT: opaque,
  EMPTY_LIST: opaque,
  APPEND: (machine) => {
    machine.pop();
    machine.top();
  },
  APPENDS: addMany,
  LIST: ofMarked,
  EMPTY_TUPLE: (machine) => machine.push(machine.tuple([])),
  TUPLE: (machine) => machine.push(machine.tuple(machine.popMark())),
  TUPLE1: tupleOf(1),
  TUPLE2: tupleOf(2),
  TUPLE3: tupleOf(3),
  EMPTY_DICT: (machine) => machine.push(machine.dict()),
  DICT: (machine) => {
    const items = machine.popMark();
    const dict = machine.dict();
    setItems(dict, items);
    machine.push(dict);
  },
  SETITEM: (machine) => {
    const value = machine.pop();
    const key = machine.pop();
    setItems(machine.top(), [key, value]);
  },
  SETITEMS: (machine) => {
    const items = machine.popMark();
    setItems(machine.top(), items);
  },
  EMPTY_SET: opaque,
  ADDITEMS: addMany,
  FROZENSET: ofMarked,
  POP: (machine) => machine.popOrMark(),
  DUP: (machine) => machine.push(machine.top()),
  MARK: (machine) => machine.mark(),
  POP_MARK: (machine) => {
    machine.popMark();
  },
  GET: recall,
  BINGET: recall,
  LONG_BINGET: recall,
  PUT: remember,
  BINPUT: remember,
  LONG_BINPUT: remember,
  MEMOIZE: (machine) => machine.remember(machine.remembered, machine.top()),
  EXT1: extension,
  EXT2: extension,
  EXT4: extension,
  GLOBAL: (machine, argument) => machine.push(named(machine, argument)),
  STACK_GLOBAL: (machine) => {
    const name = machine.pop();
    machine.push(machine.global(machine.pop(), name));
  },
  REDUCE: reduce,
  BUILD: (machine) => machine.build(machine.pop()),
  INST: (machine, argument) => {
    const by = named(machine, argument);
    machine.push(machine.made(by, machine.tuple(machine.popMark())));
  },
  OBJ: (machine) => {
    const [by, ...args] = machine.popMark();
    if (by === undefined) throw new Unreadable('malformed', 'makes an object of no class');
    machine.push(machine.made(by, machine.tuple(args)));
  },
  NEWOBJ: (machine) => {
    const args = machine.pop();
    machine.push(machine.made(machine.pop(), args));
  },
  NEWOBJ_EX: (machine) => {
    machine.pop();
    const args = machine.pop();
    machine.push(machine.made(machine.pop(), args));
  },
  PROTO: nothing,
  FRAME: nothing,
  STOP: (machine) => {
    machine.pop();
  },
  PERSID: (machine) => {
    machine.event({ kind: 'persistent' });
    machine.push(UNKNOWN);
  },
  BINPERSID: (machine) => {
    machine.pop();
    machine.event({ kind: 'persistent' });
    machine.push(UNKNOWN);
  },
};

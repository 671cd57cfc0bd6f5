/** How an opcode's argument is written, by the names of Python's `pickletools`. */
export type ArgumentKind =
  | 'none'
  | 'uint1'
  | 'uint2'
  | 'int4'
  | 'uint4'
  | 'uint8'
  | 'long1'
  | 'long4'
  | 'decimalnl_short'
  | 'decimalnl_long'
  | 'floatnl'
  | 'float8'
  | 'stringnl'
  | 'stringnl_noescape'
  | 'stringnl_noescape_pair'
  | 'string1'
  | 'string4'
  | 'bytes1'
  | 'bytes4'
  | 'bytes8'
  | 'bytearray8'
  | 'unicodestringnl'
  | 'unicodestring1'
  | 'unicodestring4'
  | 'unicodestring8';

/** Every opcode of protocols 0 to 5: code, name, argument. Source: Python's Lib/pickletools.py, 3.11. */
const TABLE = [
  [0x49, 'INT', 'decimalnl_short'],
  [0x4a, 'BININT', 'int4'],
  [0x4b, 'BININT1', 'uint1'],
  [0x4d, 'BININT2', 'uint2'],
  [0x4c, 'LONG', 'decimalnl_long'],
  [0x8a, 'LONG1', 'long1'],
  [0x8b, 'LONG4', 'long4'],
  [0x53, 'STRING', 'stringnl'],
  [0x54, 'BINSTRING', 'string4'],
  [0x55, 'SHORT_BINSTRING', 'string1'],
  [0x42, 'BINBYTES', 'bytes4'],
  [0x43, 'SHORT_BINBYTES', 'bytes1'],
  [0x8e, 'BINBYTES8', 'bytes8'],
  [0x96, 'BYTEARRAY8', 'bytearray8'],
  [0x97, 'NEXT_BUFFER', 'none'],
  [0x98, 'READONLY_BUFFER', 'none'],
  [0x4e, 'NONE', 'none'],
  [0x88, 'NEWTRUE', 'none'],
  [0x89, 'NEWFALSE', 'none'],
  [0x56, 'UNICODE', 'unicodestringnl'],
  [0x8c, 'SHORT_BINUNICODE', 'unicodestring1'],
  [0x58, 'BINUNICODE', 'unicodestring4'],
  [0x8d, 'BINUNICODE8', 'unicodestring8'],
  [0x46, 'FLOAT', 'floatnl'],
  [0x47, 'BINFLOAT', 'float8'],
  [0x5d, 'EMPTY_LIST', 'none'],
  [0x61, 'APPEND', 'none'],
  [0x65, 'APPENDS', 'none'],
  [0x6c, 'LIST', 'none'],
  [0x29, 'EMPTY_TUPLE', 'none'],
  [0x74, 'TUPLE', 'none'],
  [0x85, 'TUPLE1', 'none'],
  [0x86, 'TUPLE2', 'none'],
  [0x87, 'TUPLE3', 'none'],
  [0x7d, 'EMPTY_DICT', 'none'],
  [0x64, 'DICT', 'none'],
  [0x73, 'SETITEM', 'none'],
  [0x75, 'SETITEMS', 'none'],
  [0x8f, 'EMPTY_SET', 'none'],
  [0x90, 'ADDITEMS', 'none'],
  [0x91, 'FROZENSET', 'none'],
  [0x30, 'POP', 'none'],
  [0x32, 'DUP', 'none'],
  [0x28, 'MARK', 'none'],
  [0x31, 'POP_MARK', 'none'],
  [0x67, 'GET', 'decimalnl_short'],
  [0x68, 'BINGET', 'uint1'],
  [0x6a, 'LONG_BINGET', 'uint4'],
  [0x70, 'PUT', 'decimalnl_short'],
  [0x71, 'BINPUT', 'uint1'],
  [0x72, 'LONG_BINPUT', 'uint4'],
  [0x94, 'MEMOIZE', 'none'],
  [0x82, 'EXT1', 'uint1'],
  [0x83, 'EXT2', 'uint2'],
  [0x84, 'EXT4', 'int4'],
  [0x63, 'GLOBAL', 'stringnl_noescape_pair'],
  [0x93, 'STACK_GLOBAL', 'none'],
  [0x52, 'REDUCE', 'none'],
  [0x62, 'BUILD', 'none'],
  [0x69, 'INST', 'stringnl_noescape_pair'],
  [0x6f, 'OBJ', 'none'],
  [0x81, 'NEWOBJ', 'none'],
  [0x92, 'NEWOBJ_EX', 'none'],
  [0x80, 'PROTO', 'uint1'],
  [0x2e, 'STOP', 'none'],
  [0x95, 'FRAME', 'uint8'],
  [0x50, 'PERSID', 'stringnl_noescape'],
  [0x51, 'BINPERSID', 'none'],
] as const satisfies readonly (readonly [number, string, ArgumentKind])[];

export type OpcodeName = (typeof TABLE)[number][1];

export interface Opcode {
  readonly code: number;
  readonly name: OpcodeName;
  readonly argument: ArgumentKind;
}

/** The opcodes by their code. */
export const OPCODES: ReadonlyMap<number, Opcode> = new Map(
  TABLE.map(([code, name, argument]) => [code, { code, name, argument }]),
);

import type { ModelContent } from './content.ts';
import { messageFields } from './protobuf-fields.ts';
import { Unreadable } from './scan-context.ts';

/** Fields of the outermost message that are looked at. */
const FIELDS = 10_000;

interface Rule {
  readonly format: string;
  /** Fields that must be there, as `number:wire`. */
  readonly has: readonly string[];
  /** What else may be there. */
  readonly may: readonly string[];
  readonly also?: (numbers: readonly number[]) => boolean;
}

/** Models that are protobuf have no mark; they are told by the fields of their outermost message. */
const RULES: readonly Rule[] = [
  {
    // ModelProto: version, graph; producer, domain, model version, doc, opsets, metadata, training, functions.
    format: 'onnx',
    has: ['1:varint', '7:bytes'],
    may: [
      '2:bytes',
      '3:bytes',
      '4:bytes',
      '5:varint',
      '6:bytes',
      '8:bytes',
      '14:bytes',
      '20:bytes',
      '25:bytes',
      '26:bytes',
    ],
  },
  {
    // Model: specification version, description; whether it can be updated; one of many kinds from 200 on.
    format: 'coreml',
    has: ['1:varint', '2:bytes'],
    may: ['10:varint', '11:bytes'],
    also: (numbers) => numbers.some((number) => number >= 200),
  },
  // FingerprintDef: hashes of a SavedModel.
  {
    format: 'tensorflow-fingerprint',
    has: ['1:varint', '2:varint', '3:varint'],
    may: ['4:varint', '5:varint', '6:bytes', '7:bytes'],
  },
  { format: 'saved-model', has: ['1:varint', '2:bytes'], may: [] },
  // GraphDef: nodes; version, library, versions.
  { format: 'graph-def', has: ['1:bytes', '4:bytes'], may: ['2:bytes', '3:varint'] },
  { format: 'keras-metadata', has: ['1:bytes'], may: [] },
];

/**
 * The format of a protobuf message, `undefined` when it is none that is known.
 *
 * @returns with `complete` false when the message breaks off or is damaged behind the fields that tell the format
 */
export async function recogniseProtobuf(
  content: ModelContent,
): Promise<{ readonly format: string; readonly complete: boolean } | undefined> {
  const seen = new Set<string>();
  let complete = true;
  try {
    let fields = 0;
    for await (const { number, wire } of messageFields(content)) {
      seen.add(`${number}:${wire}`);
      if (++fields >= FIELDS) break;
    }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    complete = false;
  }
  const numbers = [...seen].map((field) => Number.parseInt(field, 10));
  const rule = RULES.find(
    ({ has, may, also }) =>
      has.every((field) => seen.has(field)) &&
      (also === undefined
        ? [...seen].every((field) => has.includes(field) || may.includes(field))
        : also(numbers)),
  );
  // One field of texts is too little to tell anything of a message that does not even end.
  if (rule === undefined || (!complete && rule.has.length < 2)) return undefined;
  return { format: rule.format, complete };
}

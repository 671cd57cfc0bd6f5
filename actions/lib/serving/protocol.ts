import type { Table } from '../tabular/table.ts';

/** The ways of speaking to a model server, by the names the input `protocol` has for them. */
export type ProtocolName = 'oip-v2' | 'kserve-v1' | 'mlflow' | 'json';

/** A test set, and which of its columns a model may see. */
export interface ServedData {
  readonly table: Table;
  /** Name of the file, for messages. */
  readonly name: string;
  /** Columns the user named, in order; empty to go by the model's own names, or else all that are not excluded. */
  readonly features: readonly string[];
  /** Label, id, weight and such: never sent unless named as features. */
  readonly excluded: readonly string[];
}

/** Where a model is served, as `readAddress` finds it in a web address. */
export interface ModelAddress {
  /** Address up to where the paths of a protocol begin, without a slash at the end. */
  readonly base: string;
  /** `?…` of the address as the user gave it, or the empty text: kept, as some servers take their key there. */
  readonly query: string;
  /** Name of the model, as it stands in the path (percent-encoded). */
  readonly model: string | undefined;
  readonly version: string | undefined;
  /** The protocol whose paths the address has. */
  readonly spoken: Exclude<ProtocolName, 'json'> | undefined;
  /** The address itself, for a server without a protocol. */
  readonly url: string;
}

/**
 * What an instance of KServe's first protocol is, which the protocol leaves open: `lists` of values; `objects` of values
 * by column; or one `frame` of all rows, as KServe's own servers want it for texts.
 */
export type InstanceForm = 'auto' | 'lists' | 'objects' | 'frame';

/** What only some protocols want to know. */
export interface ProtocolOptions {
  /** Only for `kserve-v1`. Absent or `auto`: lists where all columns are numbers, else objects. */
  readonly instances?: InstanceForm | undefined;
  /** JSON pointer (RFC 6901) to the predictions in the answer; only for `json`. */
  readonly pointer?: string | undefined;
  /** Outputs to ask for, by name; only for `oip-v2`. Empty or absent: whatever the model gives. */
  readonly outputs?: readonly string[] | undefined;
}

/** How all rows will be sent: decided once, so that every request looks the same. */
export interface RequestPlan {
  readonly url: string;
  /** Columns whose values are sent, in the order the model takes them. */
  readonly columns: readonly string[];
  /** Rows of each request where the model fixes their number; the last request is filled up with its last row. */
  readonly fixedRows: number | undefined;
  /** The body for rows `from` to `to` (exclusive). @throws ActionError invalid-file for a cell that does not fit */
  body(from: number, to: number): string;
  /**
   * The outputs in the answer to a body.
   *
   * @throws ActionError server-failed for an answer that is none, or not one to these rows
   */
  read(answer: HttpAnswer, rows: AnsweredRows): readonly Output[];
}

/** An answer as it came. */
export interface HttpAnswer {
  readonly status: number;
  /** Of the answer's header, or the empty text. */
  readonly contentType: string;
  readonly text: string;
}

/** What an answer is an answer to; for checks and messages. */
export interface AnsweredRows {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly data: ServedData;
  /** Name of the server in messages: its address without what may be secret. */
  readonly server: string;
  /** Takes secrets out of a text that is going to be quoted. */
  readonly redact: (text: string) => string;
}

/** One thing a model says about each row: `width` numbers, or one text. */
export type Output =
  | {
      readonly kind: 'numbers';
      /** Empty where the answer has no name for it. */
      readonly name: string;
      /** Row after row, `width` values each; finite. */
      readonly values: Float64Array;
      readonly width: number;
      /** Names of the `width` values, such as classes. */
      readonly names: readonly string[] | undefined;
    }
  | { readonly kind: 'texts'; readonly name: string; readonly values: readonly string[] };

/** A way of speaking to a model server. */
export interface Protocol {
  readonly name: ProtocolName;
  /** For messages. */
  readonly title: string;
  /** Whether the name of a model is part of its paths. */
  readonly namesModels: boolean;
  /** @throws ActionError invalid-input, invalid-file when data and model do not go together */
  plan(
    address: ModelAddress,
    data: ServedData,
    options: ProtocolOptions,
    /** The model's own description, where the protocol has one. */
    metadata: ModelMetadata | undefined,
  ): RequestPlan;
}

/** What a model says about its inputs and outputs. */
export interface ModelMetadata {
  readonly name: string;
  readonly inputs: readonly TensorMetadata[];
  readonly outputs: readonly TensorMetadata[];
}

export interface TensorMetadata {
  readonly name: string;
  readonly datatype: string;
  /** -1 for a dimension that varies. */
  readonly shape: readonly number[];
}

import type { Digest } from '../digest.ts';
import type { ScoredRow } from '../documents/metrics.ts';
import type { MetricEntry } from '../policy/metrics-view.ts';
import type { Gate } from '../policy/policy.ts';
import type { FolderFile, Source, SourceKind, SourceOf } from './source.ts';

/** A number and where it stands, so that two that contradict each other can both be named. */
export interface Measured {
  readonly entry: MetricEntry;
  readonly place: Place;
}

/** `metrics.json:3:12`, or the file and the place inside it; found only when a message names it. */
export type Place = () => string;

/** What a format reads out of a file. */
export interface FormatReading {
  readonly metrics: readonly Measured[];
  /** Values of each row, where the tool kept them: what pairs two models. */
  readonly rows?: readonly ScoredRow[];
  /** The numbers of another version that the same file holds. */
  readonly baseline?: readonly Measured[];
  /** Verdicts of the tool itself, as gates on metrics of their own. */
  readonly gates?: readonly Gate[];
  /** Digest of what was evaluated on, where the tool names one. */
  readonly datasetDigest?: Digest;
  /** When the evaluation was made: ISO 8601, UTC. */
  readonly created?: string;
}

/** Choices after the name of a format, as in `keras-csv:min(val_loss)`. */
export interface FormatOptions {
  /** What follows the colon; `undefined` where nothing does. */
  readonly choice: string | undefined;
  /** Files of the same folder, such as the samples of an evaluation. */
  readonly beside: readonly FolderFile[];
}

/** A way of keeping metrics in one file. Adding one is a file with it and its line in `catalog.ts`. */
export interface FileFormat<K extends SourceKind = SourceKind> {
  readonly kind: 'file';
  /** For the input `format`. */
  readonly name: string;
  /** In words, for messages. */
  readonly title: string;
  /** How its numbers are called in gates, for the reference. */
  readonly naming: string;
  readonly source: K;
  /** What may follow the name after a colon, for messages; absent where nothing may. */
  readonly choices?: string;
  /** Claims what no other format does, as the ones that hold any numbers do. */
  readonly general?: boolean;
  /** Read where it is asked for also without its shape, as logs with their columns in another order are. */
  readonly anyShape?: boolean;
  /** Names of files of the same folder that are read too. */
  readonly beside?: RegExp;
  /** Whether a source has the shape of the format. */
  readonly fits: (source: SourceOf<K>) => boolean;
  /** @throws ActionError invalid-file with the place, invalid-input for an unknown choice */
  readonly read: (source: SourceOf<K>, options: FormatOptions) => FormatReading;
}

/** A way of keeping the metrics of one run in several files of a folder. */
export interface FolderFormat {
  readonly kind: 'folder';
  readonly name: string;
  readonly title: string;
  readonly naming: string;
  readonly choices?: string;
  /** The runs or evaluations that a folder holds, by the files that are to be read for each. */
  readonly find: (names: readonly string[]) => readonly FolderFind[];
  /** @throws ActionError invalid-file with the place, invalid-input for an unknown choice */
  readonly read: (files: readonly FolderFile[], options: FormatOptions) => FormatReading;
}

/** One of the things a folder holds in a format. */
export interface FolderFind {
  /** Its own folder, for messages. */
  readonly folder: string;
  readonly files: readonly string[];
}

export type MetricFormat = FileFormat | FolderFormat;

/** A format of files of one kind, seen as one of any kind: what it is given is checked to be of its kind first. */
export function fileFormat<K extends SourceKind>(format: Omit<FileFormat<K>, 'kind'>): FileFormat {
  const own = (source: Source): source is SourceOf<K> => source.kind === format.source;
  return {
    ...format,
    kind: 'file',
    fits: (source) => own(source) && format.fits(source),
    read: (source, options) => {
      if (!own(source)) throw new TypeError(`${format.name} does not read a source of kind ${source.kind}`);
      return format.read(source, options);
    },
  };
}

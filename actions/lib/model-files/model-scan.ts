/**
 * What a scan says of a file. `safe` means that everything in it was read and nothing in it runs code when it is
 * loaded, as far as its format is understood; `inconclusive` that something could not be read or judged.
 */
export type ScanVerdict = 'safe' | 'inconclusive' | 'unsafe';

/** The causes that keep a file from being safe, and what each of them amounts to. */
export const PROBLEM_VERDICTS = {
  /** A pickle names a function or class that reaches the system. */
  'dangerous-global': 'unsafe',
  /** A pickle takes a name from the table of extensions of whoever loads it. */
  'extension-registry': 'unsafe',
  /** A layer that carries code or loads other files. */
  'code-layer': 'unsafe',
  /** A file that is to be opened beside the model and does not lie there. */
  'outside-path': 'unsafe',
  /** An operator of a graph that reads or writes files, or calls Python. */
  'unsafe-operator': 'unsafe',
  /** A template with expressions that reach for the program that fills it in. */
  'unsafe-template': 'unsafe',
  /** XML that declares entities. */
  'entity-declaration': 'unsafe',
  /** Machine code, byte code or a script. */
  program: 'unsafe',
  /** An entry of an archive that would be written elsewhere, or is a link. */
  'unsafe-entry': 'unsafe',
  /** Something small that unpacks to something absurd. */
  bomb: 'unsafe',
  /** A name of a pickle that is neither known as harmless nor as harmful. */
  'unknown-global': 'inconclusive',
  /** A class of a model's description that its own library does not have. */
  'unknown-class': 'inconclusive',
  /** A name that is put together while loading. */
  'computed-name': 'inconclusive',
  /** A call of something that an earlier call gave. */
  'computed-call': 'inconclusive',
  /** A class or function whose attributes are changed while loading. */
  'changed-global': 'inconclusive',
  /** Bytes that break the format. */
  malformed: 'inconclusive',
  /** The file ends too early. */
  truncated: 'inconclusive',
  /** Bytes that the format does not account for. */
  'hidden-bytes': 'inconclusive',
  /** An archive that says different things of itself in different places. */
  'inconsistent-archive': 'inconclusive',
  encrypted: 'inconclusive',
  /** A compression that is not unpacked here. */
  'unsupported-compression': 'inconclusive',
  /** A part of a known format that is not followed here. */
  unread: 'inconclusive',
  /** A cap of the scan was reached. */
  limit: 'inconclusive',
  /** Source code: whether it is run depends on the program that loads the model. */
  'source-code': 'inconclusive',
  /** A file that the model needs and that is not there. */
  'missing-file': 'inconclusive',
  /** Plainly something else than a model. */
  'not-a-model': 'inconclusive',
  /** A format that is not known here, or that has no scanner. */
  'unknown-format': 'inconclusive',
} as const satisfies Readonly<Record<string, ScanVerdict>>;

export type ProblemKind = keyof typeof PROBLEM_VERDICTS;

/** One reason why a file is not safe. */
export interface ScanProblem {
  readonly kind: ProblemKind;
  /** Entry of an archive and place in it, such as `archive/data.pkl, byte 37`; empty for the file as a whole. */
  readonly where: string;
  /** What was found and what can be done, in one line without invisible characters. */
  readonly message: string;
}

/** What was found out about one file. */
export interface ModelScan {
  readonly name: string;
  /** What the content is, whatever the name says. */
  readonly format: string;
  readonly verdict: ScanVerdict;
  /** The worst first, at most 50 and a last one that counts the rest. */
  readonly problems: readonly ScanProblem[];
  /** Facts that are no problem but worth a look, such as domains of operators or external data. */
  readonly details: readonly string[];
}

const RANK: Readonly<Record<ScanVerdict, number>> = { safe: 0, inconclusive: 1, unsafe: 2 };

/** The verdict that problems of these kinds amount to. */
export const verdictOf = (problems: readonly Pick<ScanProblem, 'kind'>[]): ScanVerdict =>
  problems
    .map(({ kind }): ScanVerdict => PROBLEM_VERDICTS[kind])
    .reduce((worst, verdict) => (RANK[verdict] > RANK[worst] ? verdict : worst), 'safe');

/** The scan with the worst verdict, the first of several; `undefined` for none at all. */
export const worstScan = (scans: readonly ModelScan[]): ModelScan | undefined =>
  scans.reduce<ModelScan | undefined>(
    (worst, scan) => (worst === undefined || RANK[scan.verdict] > RANK[worst.verdict] ? scan : worst),
    undefined,
  );

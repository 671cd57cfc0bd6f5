/** A program that does on this machine what a well-known action does on GitHub. It runs as a step of its own. */
export interface StandIn {
  /** The program, beside this file. */
  readonly program: string;
  /** The inputs it honours, with their defaults. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Inputs that make no difference on this machine. */
  readonly ignored: readonly string[];
}

/** The well-known actions that workflows of this project use. */
export const STAND_INS: Readonly<Record<string, StandIn>> = {
  'actions/checkout': {
    program: 'checkout.ts',
    inputs: { ref: '', path: '.', 'fetch-depth': '1', 'fetch-tags': 'false', repository: '' },
    ignored: [
      'token',
      'persist-credentials',
      'clean',
      'lfs',
      'submodules',
      'set-safe-directory',
      'show-progress',
    ],
  },
  'actions/upload-artifact': {
    program: 'upload-artifact.ts',
    inputs: {
      name: 'artifact',
      path: '',
      'if-no-files-found': 'warn',
      'retention-days': '',
      'compression-level': '6',
      overwrite: 'false',
      'include-hidden-files': 'false',
    },
    ignored: [],
  },
  'actions/download-artifact': {
    program: 'download-artifact.ts',
    inputs: { name: '', path: '', pattern: '', 'merge-multiple': 'false', 'run-id': '', 'github-token': '' },
    ignored: ['repository'],
  },
  'actions/attest': {
    program: 'attest.ts',
    inputs: { 'subject-checksums': '', 'predicate-type': '' },
    ignored: ['show-summary', 'github-token'],
  },
  'actions/setup-python': {
    program: 'setup-python.ts',
    inputs: { 'python-version': '' },
    ignored: ['python-version-file', 'cache', 'cache-dependency-path', 'architecture', 'check-latest'],
  },
};

/** Names that no model needs and that reach the system, with what they can do. */
interface DangerGroup {
  readonly does: string;
  /** `module` for everything in it and below, `module:name` for one name. */
  readonly names: readonly string[];
}

/**
 * Known ways out of a pickle. Sources: Python's documentation of each module, and the names that picklescan 1.0,
 * fickling 0.1 and modelscan 0.8 look for; the list need not be complete, since unknown names are not safe either.
 */
export const DANGEROUS_GLOBALS: readonly DangerGroup[] = [
  {
    does: 'runs programs',
    names: [
      ...[
        'os',
        'posix',
        'nt',
        'subprocess',
        '_posixsubprocess',
        'pty',
        'commands',
        'popen2',
        'multiprocessing',
      ],
      ...[
        'asyncio',
        'sh',
        'pexpect',
        'platform:popen',
        'webbrowser',
        'antigravity',
        'distutils',
        'setuptools',
      ],
      ...['pip', 'ensurepip', 'venv', 'idlelib', 'lib2to3', 'test', 'pydoc', 'uuid:_get_command_stdout'],
      ...['numpy.distutils', 'numpy.f2py', 'torch.utils.cpp_extension', 'torch.utils.bottleneck'],
      ...['torch.distributed', 'torch.utils.collect_env', 'torch._inductor', 'torch.multiprocessing'],
      ...['torch.utils._config_module', 'torch.utils.data.datapipes', 'torch.fx', 'concurrent.futures'],
    ],
  },
  {
    does: 'runs Python code',
    names: [
      ...['eval', 'exec', 'execfile', 'compile', 'input', '__import__', 'breakpoint', 'help'].map(
        (name) => `builtins:${name}`,
      ),
      ...[
        'runpy',
        'code',
        'codeop',
        'cProfile',
        'profile',
        'timeit',
        'trace',
        'pdb',
        'bdb',
        'doctest',
        'unittest',
      ],
      ...[
        'importlib',
        'imp',
        'zipimport',
        'pkgutil',
        'marshal',
        'ast',
        'types:FunctionType',
        'types:CodeType',
      ],
      ...['types:LambdaType', 'types:MethodType', 'new', 'site', 'pyclbr', 'modulefinder', 'numpy.testing'],
      ...[
        'sympy.parsing',
        'sympy.core.sympify',
        'pandas.eval',
        'pandas.core.computation',
        'numexpr',
        'torch.testing',
      ],
      ...[
        'torch.jit.unsupported_tensor_ops',
        'torch._dynamo',
        'torch.hub',
        'torch._C._dynamo',
        'jax.numpy.load',
      ],
      ...[
        'cloudpickle',
        'dill',
        'joblib.externals.cloudpickle',
        'sklearn.externals.joblib.externals.cloudpickle',
      ],
      ...[
        'IPython',
        'ipykernel',
        'jupyter_client',
        'bsddb',
        'dbm.dumb',
        'logging.config',
        'jsonpickle',
        'yaml',
      ],
      ...['scipy.stats._distn_infrastructure', 'numba', 'cffi', 'distutils.core', 'ensurepip._run_pip'],
    ],
  },
  {
    does: 'reaches any name from a harmless one',
    names: [
      ...[
        'getattr',
        'setattr',
        'delattr',
        'hasattr',
        'vars',
        'globals',
        'locals',
        'dir',
        'type',
        'super',
        'map',
      ].map((name) => `builtins:${name}`),
      ...[
        'filter',
        'property',
        'classmethod',
        'staticmethod',
        'memoryview',
        'iter',
        'next',
        'apply',
        'reduce',
      ].map((name) => `builtins:${name}`),
      ...['operator', '_operator', 'functools', '_functools', 'sys', 'inspect', 'gc'],
      ...['itertools', 'contextlib', 'ctypes', '_ctypes', 'threading', '_thread', 'thread', 'atexit'],
      ...['signal', 'sched', 'traceback', 'cgitb'],
      ...[
        'joblib:Parallel',
        'joblib.parallel',
        'joblib.memory',
        'numpy.vectorize',
        'numpy:vectorize',
        'numpy:frompyfunc',
      ],
    ],
  },
  {
    does: 'unpickles other bytes, which were not read',
    names: [
      ...['pickle', '_pickle', 'cPickle', 'pickletools', 'shelve', 'copyreg:add_extension', 'copyreg:pickle'],
      ...[
        'numpy:load',
        'numpy.lib.npyio',
        'numpy.lib._npyio_impl',
        'joblib:load',
        'joblib.numpy_pickle:load',
      ],
      ...[
        'joblib.numpy_pickle_utils',
        'pandas:read_pickle',
        'pandas.io',
        'torch:load',
        'torch.serialization',
      ],
      ...[
        'torch.storage:_load_from_bytes',
        'torch.jit:load',
        'torch.package',
        'torch.export',
        'xgboost:rabit',
      ],
    ],
  },
  {
    does: 'opens files or connections',
    names: [
      ...['open', 'print', 'file'].map((name) => `builtins:${name}`),
      ...[
        'io',
        '_io',
        'codecs:open',
        '_pyio',
        'pathlib',
        'shutil',
        'tempfile',
        'glob',
        'fileinput',
        'linecache',
      ],
      ...[
        'zipfile',
        'tarfile',
        'gzip',
        'bz2',
        'lzma',
        'mmap',
        'sqlite3',
        'dbm',
        'socket',
        '_socket',
        'ssl',
        'select',
      ],
      ...[
        'selectors',
        'socketserver',
        'http',
        'httplib',
        'urllib',
        'urllib2',
        'urllib3',
        'requests',
        'aiohttp',
      ],
      ...[
        'ftplib',
        'poplib',
        'imaplib',
        'smtplib',
        'nntplib',
        'telnetlib',
        'xmlrpc',
        'ftputil',
        'paramiko',
        'wsgiref',
      ],
      ...[
        'numpy:fromfile',
        'numpy:loadtxt',
        'numpy:genfromtxt',
        'numpy:savetxt',
        'numpy:save',
        'numpy:memmap',
      ],
      ...[
        'numpy:fromregex',
        'numpy.core.records:fromfile',
        'numpy.lib.format',
        'numpy.memmap',
        'numpy.core.memmap',
      ],
      ...[
        'sklearn.datasets',
        'scipy.io',
        'torch:from_file',
        'torch:save',
        'torch.utils.data',
        'torch.utils.tensorboard',
      ],
    ],
  },
];

/** Modules of Python 2 and their names in Python 3, which the unpickler exchanges. Source: Lib/_compat_pickle.py. */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ['__builtin__', 'builtins'],
  ['__builtins__', 'builtins'],
  ['copy_reg', 'copyreg'],
]);

/** A module by its name in Python 3. */
export const currentModule = (module: string): string => RENAMED.get(module) ?? module;

const DANGERS: ReadonlyMap<string, string> = new Map(
  DANGEROUS_GLOBALS.flatMap(({ does, names }) => names.map((name) => [name, does] as const)),
);

/** What a name can do that no model needs; `undefined` when it is not known to be dangerous. */
export function dangerOf(module: string, name: string): string | undefined {
  const parts = currentModule(module).split('.');
  for (let length = parts.length; length > 0; length--) {
    const does = DANGERS.get(parts.slice(0, length).join('.'));
    if (does !== undefined) return does;
  }
  const [first = '', ...rest] = name.split('.');
  const exact = DANGERS.get(`${currentModule(module)}:${first}`);
  if (exact !== undefined) return exact;
  // `sklearn.utils` and `os.system`: the way from a harmless module through what it imports itself.
  if (rest.length === 0) return undefined;
  return [first, ...rest].map((part) => DANGERS.get(part)).find((does) => does !== undefined);
}

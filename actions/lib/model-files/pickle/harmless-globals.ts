import { currentModule } from './dangerous-globals.ts';

/** Names that models need and that do nothing but make values, with the reason why they may. */
interface HarmlessGroup {
  readonly because: string;
  /** `module:name` for one name; `module:*` for the classes, not the functions, of a module and of those below it. */
  readonly names: readonly string[];
}

const NUMPY_ROOTS = ['numpy.core', 'numpy._core'];
const DTYPE_CLASSES = [
  ...['Bool', 'Int8', 'Int16', 'Int32', 'Int64', 'UInt8', 'UInt16', 'UInt32', 'UInt64', 'Long', 'ULong'],
  ...['LongLong', 'ULongLong', 'Float16', 'Float32', 'Float64', 'LongDouble', 'Complex64', 'Complex128'],
  ...['CLongDouble', 'Object', 'Bytes', 'Str', 'Void', 'DateTime64', 'TimeDelta64'],
];
const SCALARS = [
  ...[
    'bool',
    'bool_',
    'int8',
    'int16',
    'int32',
    'int64',
    'uint8',
    'uint16',
    'uint32',
    'uint64',
    'intc',
    'uintc',
  ],
  ...[
    'longlong',
    'ulonglong',
    'float16',
    'float32',
    'float64',
    'longdouble',
    'complex64',
    'complex128',
    'str_',
  ],
  ...[
    'bytes_',
    'object_',
    'void',
    'datetime64',
    'timedelta64',
    'int_',
    'uint',
    'float_',
    'number',
    'integer',
    'floating',
  ],
];
const STORAGES = [
  ...['Float', 'Double', 'Half', 'BFloat16', 'Long', 'Int', 'Short', 'Char', 'Byte', 'Bool', 'ComplexFloat'],
  ...['ComplexDouble', 'QUInt8', 'QInt8', 'QInt32', 'QUInt4x2', 'QUInt2x4'],
].flatMap((name) => [`torch:${name}Storage`, `torch.cuda:${name}Storage`]);
const TORCH_DTYPES = [
  ...[
    'float16',
    'float32',
    'float64',
    'bfloat16',
    'complex32',
    'complex64',
    'complex128',
    'uint8',
    'int8',
    'int16',
  ],
  ...[
    'int32',
    'int64',
    'uint16',
    'uint32',
    'uint64',
    'bool',
    'quint8',
    'qint8',
    'qint32',
    'float8_e4m3fn',
    'float8_e5m2',
  ],
  ...['strided', 'sparse_coo', 'sparse_csr', 'per_tensor_affine', 'per_channel_affine', 'contiguous_format'],
].map((name) => `torch:${name}`);
const SCIPY_SPARSE = ['csr', 'csc', 'coo', 'bsr', 'dia', 'dok', 'lil'].flatMap((kind) =>
  ['matrix', 'array'].flatMap((form) => [
    `scipy.sparse:${kind}_${form}`,
    `scipy.sparse._${kind}:${kind}_${form}`,
    `scipy.sparse.${kind}:${kind}_${form}`,
  ]),
);

const CLASSIFICATION_SCORES = [
  ...[
    'accuracy_score',
    'balanced_accuracy_score',
    'f1_score',
    'fbeta_score',
    'precision_score',
    'recall_score',
  ],
  ...[
    'jaccard_score',
    'log_loss',
    'brier_score_loss',
    'matthews_corrcoef',
    'cohen_kappa_score',
    'hinge_loss',
  ],
];
const REGRESSION_SCORES = [
  ...['mean_squared_error', 'mean_absolute_error', 'median_absolute_error', 'r2_score', 'max_error'],
  ...['explained_variance_score', 'mean_squared_log_error', 'mean_absolute_percentage_error'],
  ...['root_mean_squared_error', 'mean_poisson_deviance', 'mean_gamma_deviance', 'mean_pinball_loss'],
];

/** The allow-list. Whatever is not on it is not safe. */
const HARMLESS_GLOBALS: readonly HarmlessGroup[] = [
  {
    because: 'plain values of Python; none takes code or opens anything',
    names: [
      ...[
        'set',
        'frozenset',
        'bytearray',
        'bytes',
        'complex',
        'slice',
        'range',
        'xrange',
        'list',
        'dict',
        'tuple',
      ].map((name) => `builtins:${name}`),
      ...[
        'int',
        'long',
        'float',
        'bool',
        'str',
        'unicode',
        'object',
        'Ellipsis',
        'NotImplemented',
        'NoneType',
      ].map((name) => `builtins:${name}`),
      ...['collections:OrderedDict', 'collections:defaultdict', 'collections:Counter', 'collections:deque'],
      ...['datetime:datetime', 'datetime:date', 'datetime:time', 'datetime:timedelta', 'datetime:timezone'],
      ...[
        'decimal:Decimal',
        'fractions:Fraction',
        'uuid:UUID',
        '_codecs:encode',
        'zoneinfo:ZoneInfo._unpickle',
      ],
    ],
  },
  {
    because: 'how Python makes instances of classes, which are judged by themselves',
    names: ['copyreg:_reconstructor', 'copyreg:__newobj__', 'copyreg:__newobj_ex__'],
  },
  {
    because: 'arrays, their types and scalars, which are made of bytes and numbers',
    names: [
      ...['numpy:ndarray', 'numpy:dtype', 'numpy:matrix', 'numpy.matrixlib.defmatrix:matrix'],
      ...NUMPY_ROOTS.flatMap((root) => [
        ...['_reconstruct', 'scalar', '_frombuffer'].map((name) => `${root}.multiarray:${name}`),
        ...['_frombuffer'].map((name) => `${root}.numeric:${name}`),
        ...['recarray', 'record'].flatMap((name) => [`${root}.records:${name}`, `numpy:${name}`]),
      ]),
      ...[
        'numpy.rec:recarray',
        'numpy.ma.core:MaskedArray',
        'numpy.ma.core:_mareconstruct',
        'numpy.ma:MaskedArray',
      ],
      ...SCALARS.map((name) => `numpy:${name}`),
      ...DTYPE_CLASSES.map((name) => `numpy.dtypes:${name}DType`),
    ],
  },
  {
    because: 'generators of random numbers with their state',
    names: [
      ...['__randomstate_ctor', '__generator_ctor', '__bit_generator_ctor'].map(
        (name) => `numpy.random._pickle:${name}`,
      ),
      ...['numpy.random.mtrand:RandomState', 'numpy.random:RandomState', 'numpy.random._generator:Generator'],
      ...[
        'numpy.random.bit_generator:SeedSequence',
        'numpy.random.bit_generator:__pyx_unpickle_SeedSequence',
      ],
      ...['numpy.random._mt19937:MT19937', 'numpy.random._pcg64:PCG64', 'numpy.random._pcg64:PCG64DXSM'],
      ...['numpy.random._philox:Philox', 'numpy.random._sfc64:SFC64', 'numpy.random:__RandomState_ctor'],
    ],
  },
  {
    because: 'sparse matrices, splines and trees of points, made of arrays',
    names: [
      ...SCIPY_SPARSE,
      ...['scipy.interpolate._bsplines:BSpline', 'scipy.interpolate._interpolate:interp1d'],
      ...['scipy.spatial._ckdtree:cKDTree', 'scipy.spatial._kdtree:KDTree'],
    ],
  },
  {
    because:
      'the estimators of scikit-learn keep parameters and arrays; its functions and test code are not meant',
    names: ['sklearn:*', 'sklearn:newObj', 'sklearn:__pyx_unpickle_*'],
  },
  {
    because: 'functions that estimators keep as parameters: scores and formulas of arrays',
    names: [
      ...['f_classif', 'f_regression', 'f_oneway', 'chi2', 'r_regression'].map(
        (name) => `sklearn.feature_selection._univariate_selection:${name}`,
      ),
      ...['mutual_info_classif', 'mutual_info_regression'].map(
        (name) => `sklearn.feature_selection._mutual_info:${name}`,
      ),
      ...['_kmeans_single_lloyd', '_kmeans_single_elkan'].map((name) => `sklearn.cluster._kmeans:${name}`),
      ...CLASSIFICATION_SCORES.map((name) => `sklearn.metrics._classification:${name}`),
      ...REGRESSION_SCORES.map((name) => `sklearn.metrics._regression:${name}`),
      ...['roc_auc_score', 'average_precision_score'].map((name) => `sklearn.metrics._ranking:${name}`),
      ...['log', 'log1p', 'log2', 'log10', 'exp', 'expm1', 'sqrt', 'square', 'cbrt', 'abs', 'absolute'].map(
        (name) => `numpy:${name}`,
      ),
      ...['mean', 'median', 'sum', 'min', 'max', 'std', 'var', 'nanmean', 'nanmedian', 'clip', 'round'].map(
        (name) => `numpy:${name}`,
      ),
      'scipy._lib.array_api_compat.numpy._aliases:asarray',
    ],
  },
  {
    because: 'the marks of joblib for arrays, whose bytes the scan follows',
    names: [
      ...['joblib.numpy_pickle:NumpyArrayWrapper', 'sklearn.externals.joblib.numpy_pickle:NumpyArrayWrapper'],
      'joblib.numpy_pickle:NDArrayWrapper',
    ],
  },
  {
    because: 'gradient boosting machines load their own formats from text or bytes',
    names: [
      ...['XGBClassifier', 'XGBRegressor', 'XGBRanker', 'XGBRFClassifier', 'XGBRFRegressor', 'XGBModel'].map(
        (name) => `xgboost.sklearn:${name}`,
      ),
      ...['xgboost.core:Booster', 'lightgbm.basic:Booster'],
      ...['LGBMClassifier', 'LGBMRegressor', 'LGBMRanker', 'LGBMModel'].map(
        (name) => `lightgbm.sklearn:${name}`,
      ),
      ...['CatBoostClassifier', 'CatBoostRegressor', 'CatBoostRanker', 'CatBoost'].map(
        (name) => `catboost.core:${name}`,
      ),
      'catboost._catboost:_CatBoost',
    ],
  },
  {
    because: 'tables of pandas, made of arrays and names',
    names: [
      ...[
        'pandas.core.frame:DataFrame',
        'pandas.core.series:Series',
        'pandas.core.internals.managers:BlockManager',
      ],
      ...['pandas.core.internals.managers:SingleBlockManager', 'pandas._libs.internals:_unpickle_block'],
      ...[
        'pandas.core.indexes.base:_new_Index',
        'pandas.core.indexes.base:Index',
        'pandas.core.indexes.range:RangeIndex',
      ],
      ...['pandas.core.indexes.multi:MultiIndex', 'pandas.core.indexes.datetimes:DatetimeIndex'],
      ...['pandas.core.indexes.datetimes:_new_DatetimeIndex', 'pandas.core.arrays.categorical:Categorical'],
      ...['pandas.core.dtypes.dtypes:CategoricalDtype', 'pandas._libs.tslibs.timestamps:_unpickle_timestamp'],
      ...[
        'pandas._libs.tslibs.timedeltas:_timedelta_unpickle',
        'pandas._libs.arrays:__pyx_unpickle_NDArrayBacked',
      ],
    ],
  },
  {
    because: 'tensors, parameters and their storages',
    names: [
      ...STORAGES,
      ...TORCH_DTYPES,
      ...[
        '_rebuild_tensor',
        '_rebuild_tensor_v2',
        '_rebuild_tensor_v3',
        '_rebuild_parameter',
        '_rebuild_sparse_tensor',
      ].map((name) => `torch._utils:${name}`),
      ...[
        '_rebuild_parameter_with_state',
        '_rebuild_qtensor',
        '_rebuild_meta_tensor_no_storage',
        '_rebuild_sparse_csr_tensor',
        '_rebuild_device_tensor_from_numpy',
        '_rebuild_nested_tensor',
      ].map((name) => `torch._utils:${name}`),
      ...[
        'torch._tensor:_rebuild_from_type_v2',
        'torch:device',
        'torch:Size',
        'torch:Tensor',
        'torch._tensor:Tensor',
      ],
      ...['torch.nn.parameter:Parameter', 'torch.nn.parameter:Buffer', 'torch.serialization:_get_layout'],
      ...['torch.storage:UntypedStorage', 'torch.storage:TypedStorage'],
    ],
  },
  {
    because: 'the layers that PyTorch comes with; a checkpoint of weights alone is still the better file',
    names: ['torch.nn.modules:*', 'torch.nn:Module'],
  },
  {
    because: 'what TorchScript keeps beside its code, which is judged by itself',
    names: [
      ...[
        'build_intlist',
        'build_doublelist',
        'build_boollist',
        'build_tensorlist',
        'restore_type_tag',
        'build_tensor_from_id',
      ].map((name) => `torch.jit._pickle:${name}`),
    ],
  },
];

/** Modules of scikit-learn whose classes run things: downloads, processes, tests, callbacks. */
const NOT_MEANT = [
  ...[
    'sklearn.datasets',
    'sklearn.callback',
    'sklearn.externals',
    'sklearn.conftest',
    'sklearn.utils.parallel',
  ],
  ...[
    'sklearn.utils._testing',
    'sklearn.utils._test_common',
    'sklearn.utils.estimator_checks',
    'sklearn.utils.fixes',
  ],
];

/** Classes that modules import from elsewhere, and that can do more than keep values. */
const IMPORTED = new Set([
  ...[
    'Thread',
    'Process',
    'Popen',
    'Path',
    'PathLike',
    'Memory',
    'Parallel',
    'Queue',
    'Client',
    'Connection',
  ],
  ...[
    'Listener',
    'Request',
    'GzipFile',
    'BytesIO',
    'StringIO',
    'MethodType',
    'FunctionType',
    'NamedTemporaryFile',
  ],
  ...[
    'TemporaryDirectory',
    'ThreadpoolController',
    'LinearOperator',
    'Enum',
    'ABCMeta',
    'NamedTuple',
    'UserDict',
  ],
]);

const CLASS = /^_*[A-Z]\w*$/;
const NAMES: ReadonlySet<string> = new Set(HARMLESS_GLOBALS.flatMap(({ names }) => names));

/** The module and those around it, the innermost first. */
const around = (module: string): readonly string[] =>
  module.split('.').map((_, index, parts) => parts.slice(0, parts.length - index).join('.'));

/** Whether a name is on the allow-list. */
export function isHarmless(module: string, name: string): boolean {
  const current = currentModule(module);
  if (NAMES.has(`${current}:${name}`)) return true;
  if (name.includes('.') || IMPORTED.has(name)) return false;
  const modules = around(current);
  if (modules.some((outer) => NOT_MEANT.includes(outer) || outer.endsWith('.tests'))) return false;
  return modules.some(
    (outer) =>
      (CLASS.test(name) && NAMES.has(`${outer}:*`)) ||
      (name === 'newObj' && NAMES.has(`${outer}:newObj`)) ||
      (/^__pyx_unpickle_[A-Z]\w*$/.test(name) && NAMES.has(`${outer}:__pyx_unpickle_*`)),
  );
}

/** Whether a user's list names a global, `mine.Model`, or all of a module around it, `mine.*`. */
export function coverOf(
  allowed: readonly string[],
  module: string,
  name: string,
): 'by-name' | 'by-module' | undefined {
  if (allowed.includes(`${module}.${name}`)) return 'by-name';
  const isWide = !name.includes('.') && around(module).some((outer) => allowed.includes(`${outer}.*`));
  return isWide ? 'by-module' : undefined;
}

const action = '^actions/(validate-data|evaluate-model|gate-metrics|promote-model|rollback)/';

// The rooms of lib in rows: a room may use earlier rows and itself, so that no circle of ideas can form.
const rows = [
  '^actions/lib/([^/]+\\.ts$|documents/)',
  '^actions/lib/(stats|tabular|columns|report|schema)/',
  '^actions/lib/(contract|profile|checks|drift|findings|metrics|onnx|plots|model-files|serving)/',
  '^actions/lib/(scan|suggest|convert|fairness)/',
  '^actions/lib/(policy|registry)/',
  '^actions/lib/(rollout|metric-formats|history|badge)/',
];

const laterRows = rows.slice(0, -1).map((row, index) => ({
  name: `lib-row-${index + 1}-knows-no-later-row`,
  severity: 'error',
  comment: 'Move the shared part to an earlier row, or pass the value in.',
  from: { path: row },
  // Types cost nothing and carry no idea the wrong way: a document may name the type of a part it holds.
  to: { path: rows.slice(index + 1).join('|'), dependencyTypesNot: ['type-only'] },
}));

export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Two files that need each other are one idea or three.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    ...laterRows,
    {
      name: 'lib-is-pure',
      severity: 'error',
      comment:
        'Make it a parameter: lib takes values and gives values. Only digest.ts may hash with node:crypto.',
      from: { path: '^actions/lib/', pathNot: '^actions/lib/digest\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'lib-knows-nobody',
      severity: 'error',
      comment: 'lib is used by the actions and the runtime, never the other way round.',
      from: { path: '^actions/lib/' },
      to: { path: '^(actions/(?!lib/)|test/|node_modules/@actions/)' },
    },
    {
      name: 'runtime-knows-no-action',
      severity: 'error',
      comment: 'Pass main in; the runtime serves any action.',
      from: { path: '^actions/runtime/' },
      to: { path: '^actions/', pathNot: '^actions/(runtime|lib)/' },
    },
    {
      name: 'actions-are-strangers',
      severity: 'error',
      comment: 'Move the shared part to lib or runtime.',
      from: { path: action },
      to: { path: '^actions/', pathNot: ['^actions/$1/', '^actions/(runtime|lib)/'] },
    },
    {
      name: 'only-runtime-touches-the-outside',
      severity: 'error',
      comment: 'Ask the Runtime: files, clock, network and processes are its business.',
      from: { path: action },
      to: { path: ['node_modules/@actions/'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'actions-use-no-node-modules-of-the-system',
      severity: 'error',
      comment: 'Ask the Runtime: files, clock, network and processes are its business.',
      from: { path: action },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'bundles-hold-no-tools',
      severity: 'error',
      comment: 'tools/ and local/ are for developers; what both need belongs to lib or runtime.',
      from: {
        path: '^actions/(lib|runtime|validate-data|evaluate-model|gate-metrics|promote-model|rollback)/',
      },
      to: { path: '^actions/(tools|local)/' },
    },
    {
      name: 'bundles-hold-no-development-packages',
      severity: 'error',
      comment: 'Move the package to dependencies: it ships.',
      from: {
        path: '^actions/(lib|runtime|validate-data|evaluate-model|gate-metrics|promote-model|rollback)/',
      },
      to: { dependencyTypes: ['npm-dev', 'npm-optional'] },
    },
    { name: 'nothing-imports-tests', severity: 'error', from: { pathNot: '^test/' }, to: { path: '^test/' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    exclude: '^(dist|build)/',
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};

import { parquetSchema } from 'hyparquet/src/metadata.js';
import type { SchemaTree } from 'hyparquet/src/types.js';
import { errorMessage } from '../errors.ts';
import type { ColumnType } from '../tabular/column-type.ts';
import type { Footer } from './parquet-footer.ts';
import { type Leaf, leafOf } from './parquet-leaf.ts';
import { damaged } from './parquet-source.ts';

/** A physical column: the leaf of the schema, and its number among the chunks of each row group. */
export interface PhysicalColumn {
  readonly path: string;
  readonly chunk: number;
  readonly leaf: Leaf;
  /** Highest levels: how many nodes on its path may be missing, and how many may be repeated. */
  readonly maxDefinition: number;
  readonly maxRepetition: number;
}

/** A node of a repeated column with the levels at which it is there. */
export interface Shape {
  readonly name: string;
  readonly occurs: 'once' | 'optional' | 'repeated';
  readonly kind: 'leaf' | 'struct' | 'list' | 'map';
  readonly definition: number;
  readonly repetition: number;
  readonly children: readonly Shape[];
  /** The physical columns at or under the node. */
  readonly leaves: readonly PhysicalColumn[];
}

/** A column of the table: a leaf that is not repeated, or a list or map that becomes JSON. */
export type TableColumn = {
  /** Path in the schema, joined by points. */
  readonly name: string;
  readonly type: ColumnType;
  readonly optional: boolean;
} & (
  | { readonly kind: 'flat'; readonly physical: PhysicalColumn }
  /** `above`: the definition level of what the column stands in. */
  | { readonly kind: 'nested'; readonly shape: Shape; readonly above: number }
);

const MAX_LEVEL = 255;
const MAX_DEPTH = 100;

/**
 * The columns of a schema. Structs that are not repeated are laid flat by path.
 *
 * @throws ActionError invalid-file
 */
export function columnsOf(name: string, footer: Footer): TableColumn[] {
  let root: SchemaTree;
  try {
    root = parquetSchema(footer);
  } catch (error) {
    throw damaged(name, `its schema is not a tree (${errorMessage(error)})`, error);
  }
  if (root.count !== footer.schema.length || root.element.type !== undefined)
    throw damaged(name, 'its schema is not one tree');
  const columns: TableColumn[] = [];
  let chunks = 0;
  const walk = (tree: SchemaTree, above: number): void => {
    const occurs = occurrence(tree);
    if (occurs !== 'repeated' && tree.children.length > 0 && shapeKind(tree) === 'struct') {
      checkDepth(name, tree);
      for (const child of tree.children) walk(child, above + (occurs === 'once' ? 0 : 1));
    } else
      columns.push(
        ...columnOf(
          shapeOf(name, tree, above, 0, () => chunks++),
          tree,
          above,
        ),
      );
  };
  for (const child of root.children) walk(child, 0);
  return columns;
}

/** The column that a leaf, list or map is; none when there is nothing in it. */
function columnOf(shape: Shape, tree: SchemaTree, above: number): TableColumn[] {
  const [first] = shape.leaves;
  if (first === undefined) return [];
  const common = { name: tree.path.join('.'), optional: shape.definition > 0 };
  return shape.kind === 'leaf' && shape.occurs !== 'repeated'
    ? [{ ...common, type: first.leaf.type, kind: 'flat', physical: first }]
    : [{ ...common, type: shape.kind === 'map' ? 'object' : 'array', kind: 'nested', shape, above }];
}

function shapeOf(
  name: string,
  tree: SchemaTree,
  above: number,
  repeated: number,
  chunk: () => number,
): Shape {
  checkDepth(name, tree);
  const occurs = occurrence(tree);
  const definition = above + (occurs === 'once' ? 0 : 1);
  const repetition = repeated + (occurs === 'repeated' ? 1 : 0);
  const path = tree.path.join('.');
  const node = { name: tree.element.name, occurs, definition, repetition };
  if (tree.element.type !== undefined) {
    if (definition > MAX_LEVEL)
      throw damaged(name, `more than ${MAX_LEVEL} levels in ${JSON.stringify(path)}`);
    const leaf = leafOf(`${name}: column ${JSON.stringify(path)}`, tree.element);
    const physical = { path, chunk: chunk(), leaf, maxDefinition: definition, maxRepetition: repetition };
    return { ...node, kind: 'leaf', children: [], leaves: [physical] };
  }
  const children = tree.children.map((child) => shapeOf(name, child, definition, repetition, chunk));
  return { ...node, kind: shapeKind(tree), children, leaves: children.flatMap((child) => child.leaves) };
}

function checkDepth(name: string, tree: SchemaTree): void {
  const path = tree.path.join('.');
  if (tree.path.length > MAX_DEPTH) throw damaged(name, `a schema of more than ${MAX_DEPTH} levels`);
  if ((tree.element.type !== undefined) === tree.children.length > 0)
    throw damaged(name, `${JSON.stringify(path)} is neither a column nor a group of columns`);
}

const occurrence = (tree: SchemaTree): Shape['occurs'] =>
  tree.element.repetition_type === 'REPEATED'
    ? 'repeated'
    : tree.element.repetition_type === 'OPTIONAL'
      ? 'optional'
      : 'once';

const LISTS = new Set(['LIST']);
const MAPS = new Set(['MAP', 'MAP_KEY_VALUE']);

function shapeKind({ element, children }: SchemaTree): Shape['kind'] {
  if (element.type !== undefined) return 'leaf';
  const annotation = element.logical_type?.type ?? element.converted_type ?? '';
  const [only] = children;
  if (children.length !== 1 || only?.element.repetition_type !== 'REPEATED') return 'struct';
  if (LISTS.has(annotation)) return 'list';
  return MAPS.has(annotation) && only.children.length === 2 ? 'map' : 'struct';
}

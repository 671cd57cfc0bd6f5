/** The normal density, not normalized. */
const density = (x: number): number => Math.exp((-x * x) / 2);

const LAYERS = 256;
/** Where the lowest layer ends and the tail begins, and the area of each layer. */
const TAIL = 3.6541528853610088;
const AREA = 0.00492867323399;

/** Right ends of the layers from the lowest up (of the lowest: as wide as its area with the tail's), and their densities. */
const ENDS = new Float64Array(LAYERS + 1);
const HEIGHTS = new Float64Array(LAYERS + 1);
ENDS[0] = AREA / density(TAIL);
ENDS[1] = TAIL;
HEIGHTS[1] = density(TAIL);
for (let layer = 2; layer < LAYERS; layer++) {
  const height = (HEIGHTS[layer - 1] ?? 0) + AREA / (ENDS[layer - 1] ?? 0);
  HEIGHTS[layer] = height;
  ENDS[layer] = Math.sqrt(-2 * Math.log(height));
}
HEIGHTS[LAYERS] = 1;

const TWO_23 = 2 ** 23;

/**
 * Standard normals by the ziggurat: nearly all of them cost one random word, a table and a product. Eight bits choose
 * the layer and the other 24 the place in it. Source: G. Marsaglia, W. Tsang, The Ziggurat Method, 2000.
 *
 * @param bits - uniform whole numbers below 2^32
 * @param next - uniform in [0, 1)
 */
export function fillNormals(into: Float64Array, bits: () => number, next: () => number): void {
  for (let at = 0; at < into.length; at++) {
    const word = bits();
    const layer = word & (LAYERS - 1);
    const value = (((word >>> 8) - TWO_23) / TWO_23) * (ENDS[layer] ?? 0);
    into[at] = Math.abs(value) < (ENDS[layer + 1] ?? 0) ? value : atEdge(value, layer, bits, next);
  }
}

/** What lies outside of the core of its layer: it is kept if it is below the density, else drawn anew. */
function atEdge(first: number, from: number, bits: () => number, next: () => number): number {
  let value = first;
  let layer = from;
  for (;;) {
    if (Math.abs(value) < (ENDS[layer + 1] ?? 0)) return value;
    if (layer === 0) return tail(value < 0, next);
    const [low, high] = [HEIGHTS[layer] ?? 0, HEIGHTS[layer + 1] ?? 0];
    if (low + next() * (high - low) < density(value)) return value;
    const word = bits();
    layer = word & (LAYERS - 1);
    value = (((word >>> 8) - TWO_23) / TWO_23) * (ENDS[layer] ?? 0);
  }
}

/** Beyond the lowest layer. Source: G. Marsaglia, Generating a Variable from the Tail of the Normal Distribution, 1964. */
function tail(negative: boolean, next: () => number): number {
  for (;;) {
    const beyond = -Math.log(1 - next()) / TAIL;
    if (-2 * Math.log(1 - next()) >= beyond * beyond) return negative ? -(TAIL + beyond) : TAIL + beyond;
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * A copy of a text that does not keep the larger text alive it was cut from. Engines share the memory of a text and
 * its parts, so that one kept cell would otherwise hold on to the whole piece of the file it came in.
 */
export const detachedText = (text: string): string =>
  text.length < SHARED_FROM || !text.isWellFormed() ? text : decoder.decode(encoder.encode(text));

/** V8 copies parts shorter than this rather than sharing them. */
const SHARED_FROM = 13;

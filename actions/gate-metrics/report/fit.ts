/** A part of a report with items that may be left out from the end. */
export interface Part {
  /** How many items there are. */
  readonly items: number;
  /** Parts with a smaller number give up items first. */
  readonly order: number;
  /** The part with its first items, and a count of those left out; empty when there is nothing to say. */
  render(shown: number): string;
}

/** A part that is shown whole. */
export const whole = (text: string): Part => ({ items: 0, order: 0, render: () => text });

/**
 * The parts with an empty line between them. Where they are too long, parts lose items from their end in the order
 * they name, each as few as make it fit.
 *
 * @param maxBytes - of UTF-8, which is never less than any other way of counting characters
 */
export function fitParts(parts: readonly Part[], maxBytes: number): string {
  const texts = parts.map((part) => part.render(part.items));
  const sizes = texts.map(bytesWithGap);
  let size = sizes.reduce((sum, bytes) => sum + bytes, 0);
  const inOrder = [...parts.keys()].sort((a, b) => orderOf(parts, a) - orderOf(parts, b));
  for (const index of inOrder) {
    const part = parts[index];
    if (size <= maxBytes || part === undefined || part.items === 0) continue;
    const room = maxBytes - (size - (sizes[index] ?? 0));
    const text = largestThatFits(part, room);
    size = maxBytes - room + bytesWithGap(text);
    texts[index] = text;
  }
  return `${texts.filter((text) => text !== '').join('\n\n')}\n`;
}

const orderOf = (parts: readonly Part[], index: number): number => parts[index]?.order ?? 0;

/** The part with as many items as fit, which may be none. */
function largestThatFits(part: Part, room: number): string {
  let [low, high] = [0, part.items - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (bytesWithGap(part.render(middle)) <= room) low = middle;
    else high = middle - 1;
  }
  return part.render(low);
}

/** The bytes of a part and of the empty line after it. */
const bytesWithGap = (text: string): number => (text === '' ? 0 : new TextEncoder().encode(text).length + 2);

const PICKLE_PROTOCOL = 0x80;
const ZIP_LOCAL = 0x04034b50;
const ZIP_CENTRAL = 0x02014b50;
const CENTRAL_NAME_OFFSET = 46;

/** Names in the headers of a zip's central directory, as far as they lie in these bytes. */
function centralNames(bytes: Uint8Array): readonly string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const names: string[] = [];
  for (let at = 0; at + CENTRAL_NAME_OFFSET <= bytes.length; at++) {
    if (bytes[at] !== 0x50 || view.getUint32(at, true) !== ZIP_CENTRAL) continue;
    const start = at + CENTRAL_NAME_OFFSET;
    names.push(new TextDecoder().decode(bytes.subarray(start, start + view.getUint16(at + 28, true))));
  }
  return names;
}

/**
 * Why loading a file would run code of the file's choice, judged by its content and not its name: a Python pickle
 * of protocol 2 to 5, or a zip that holds one (PyTorch). `undefined` means that neither was seen, not that the file
 * is safe.
 *
 * @param head - the beginning of the file
 * @param tail - its end, where a zip has its directory
 */
export function pickleProblem(head: Uint8Array, tail: Uint8Array): string | undefined {
  const [first, second = 0] = head;
  if (first === PICKLE_PROTOCOL && second >= 2 && second <= 5) return 'is a Python pickle';
  const isZip =
    head.length >= 4 && new DataView(head.buffer, head.byteOffset).getUint32(0, true) === ZIP_LOCAL;
  const inside = isZip ? centralNames(tail).find((name) => /\.(pkl|pickle)$/i.test(name)) : undefined;
  return inside === undefined ? undefined : `is a zip that holds the Python pickle ${inside}`;
}

/** `-0.05` for -5 with two digits after the point. */
export function decimalText(value: bigint, scale: number): string {
  if (scale === 0) return String(value);
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Notes a big-endian whole number that needs more than 64 bits. */
export function addWide(wide: Map<number, bigint>, index: number, bytes: Uint8Array): void {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  if ((bytes[0] ?? 0) > 127) value -= 1n << BigInt(bytes.length * 8);
  if (BigInt.asIntN(64, value) !== value) wide.set(index, value);
}

import { crc32, deflateRawSync } from 'node:zlib';

/** One entry of a hand-made archive; whatever a hostile one may claim can be claimed here. */
export interface ZipEntry {
  readonly name: string | Uint8Array;
  readonly content: string | Uint8Array;
  /** Unix mode in the external attributes, such as 0o120777 for a link; none when absent. */
  readonly mode?: number;
  /** Uncompressed size to claim instead of the true one. */
  readonly claimedSize?: number;
  readonly flags?: number;
  /** Point at the data of an earlier entry instead of own data. */
  readonly sameDataAs?: number;
}

const UTF8_NAMES = 0x800;

/** The bytes of a zip archive with these entries, deflated. */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  const offsets: number[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const content = Buffer.from(entry.content);
    const data = deflateRawSync(content);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE((entry.flags ?? 0) | UTF8_NAMES, 2);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(data.length, 14);
    fields.writeUInt32LE(entry.claimedSize ?? content.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const at = entry.sameDataAs === undefined ? offset : (offsets[entry.sameDataAs] ?? 0);
    offsets.push(at);
    if (entry.sameDataAs === undefined) {
      const header = Buffer.concat([Buffer.from('PK\u0003\u0004'), fields, name, data]);
      local.push(header);
      offset += header.length;
    }
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(((entry.mode ?? 0) << 16) >>> 0, 6);
    tail.writeUInt32LE(at, 10);
    const madeBy = Buffer.from([20, entry.mode === undefined ? 0 : 3]);
    central.push(Buffer.concat([Buffer.from('PK\u0001\u0002'), madeBy, fields, tail, name]));
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...local, directory, Buffer.from('PK\u0005\u0006'), end]);
}

/** Eight tables of 256: table k has what a byte adds to the checksum k bytes later. */
let tables: Int32Array | undefined;

function makeTables(): Int32Array {
  const t = new Int32Array(8 * 256);
  for (let n = 0; n < 256; n++) {
    let c = n;
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    t[n] = c;
  }
  for (let i = 256; i < t.length; i++) t[i] = t[t[i - 256] & 255] ^ (t[i - 256] >>> 8);
  return t;
}

/**
 * The CRC-32 of bytes, as ZIP archives keep it of every file. Eight bytes are taken at once: "A
 * Systematic Approach to Building High Performance, Software-based, CRC Generators", Kounavis and
 * Berry 2005.
 */
export function crc32(bytes: Uint8Array): number {
  const t = tables ??= makeTables();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = bytes.length - bytes.length % 8;
  let crc = -1;
  for (let at = 0; at < end; at += 8) {
    const [low, high] = [crc ^ view.getInt32(at, true), view.getInt32(at + 4, true)];
    crc = t[1792 + (low & 255)] ^ t[1536 + (low >>> 8 & 255)] ^
      t[1280 + (low >>> 16 & 255)] ^ t[1024 + (low >>> 24)] ^
      t[768 + (high & 255)] ^ t[512 + (high >>> 8 & 255)] ^
      t[256 + (high >>> 16 & 255)] ^ t[high >>> 24];
  }
  for (let at = end; at < bytes.length; at++) crc = t[(crc ^ bytes[at]) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

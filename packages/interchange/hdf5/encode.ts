// Numbers and names as the bytes of an HDF5 file.

/** The bytes of the address that means none. */
export const none: readonly number[] = new Array(8).fill(255);

/** 2 bytes, little-endian. */
export function u16(n: number): number[] {
  return [n & 255, n >> 8 & 255];
}

/** 4 bytes. */
export function u32(n: number): number[] {
  return [n & 255, n >>> 8 & 255, n >>> 16 & 255, n >>> 24];
}

/** 8 bytes. */
export function u64(n: number): number[] {
  return [...u32(n % 2 ** 32), ...u32(Math.floor(n / 2 ** 32))];
}

/** 4 letters. */
export function ascii(letters: string): number[] {
  return Array.from(letters, (letter) => letter.charCodeAt(0));
}

/** The next multiple of 8. */
export function pad8(n: number): number {
  return 8 * Math.ceil(n / 8);
}

/** By their bytes, as HDF5 sorts names. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

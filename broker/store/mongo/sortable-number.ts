const view = new DataView(new ArrayBuffer(8));

/** The number as sixteen hexadecimal digits that sort like it; both zeros are one. */
export function toSortable(value: number): string {
  view.setFloat64(0, value === 0 ? 0 : value);
  const [high, low] = [view.getUint32(0), view.getUint32(4)];
  // A negative double grows with its bits where it should fall; the sign bit puts the others behind it.
  const isNegative = high >= 0x80000000;
  return hex(isNegative ? ~high : high ^ 0x80000000) + hex(isNegative ? ~low : low);
}

function hex(bits: number): string {
  return (bits >>> 0).toString(16).padStart(8, '0');
}

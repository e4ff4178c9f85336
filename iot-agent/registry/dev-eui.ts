const sixteenDigits = /^[0-9A-F]{16}$/;
const separators = /[\s:.-]/g;

/**
 * The sixteen upper-case hexadecimal digits of a DevEUI written in any case, with or without `:`, `-`, `.` or blanks;
 * `undefined` when it is none.
 */
export function normaliseDevEui(text: string): string | undefined {
  // A bound before the replacement: whatever arrives here was written by a device or its server.
  if (text.length > 64) return undefined;
  const digits = text.replace(separators, '').toUpperCase();
  return sixteenDigits.test(digits) ? digits : undefined;
}

// @ts-check
/** Texts to bytes and back, in the encodings that Buffer knows. Bytes are anything with a length and numbers. */

/** @typedef {{ readonly toBytes: (text: string) => number[], readonly toText: (bytes: ArrayLike<number>) => string }} Encoding */

const base64Digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const base64Values = new Map([...base64Digits].map((digit, value) => [digit, value]));
base64Values.set('-', 62).set('_', 63);

/** @type {Encoding} */
const hex = {
  // Like Node's: it ends before the first pair that is none.
  toBytes: (text) => {
    const bytes = [];
    for (let at = 0; at + 2 <= text.length; at += 2) {
      const pair = text.slice(at, at + 2);
      if (!/^[0-9a-f]{2}$/i.test(pair)) break;
      bytes.push(Number.parseInt(pair, 16));
    }
    return bytes;
  },
  toText: (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(''),
};

/** @type {Encoding} */
const latin1 = {
  toBytes: (text) => Array.from({ length: text.length }, (_, at) => text.charCodeAt(at) & 0xff),
  toText: (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''),
};

/** @type {Encoding} */
const ascii = {
  toBytes: latin1.toBytes,
  toText: (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte & 0x7f)).join(''),
};

/** @type {Encoding} */
const utf16le = {
  toBytes: (text) =>
    Array.from({ length: text.length * 2 }, (_, at) => (text.charCodeAt(at >> 1) >> (8 * (at & 1))) & 0xff),
  toText: (bytes) =>
    Array.from({ length: bytes.length >> 1 }, (_, at) =>
      String.fromCharCode((bytes[2 * at] ?? 0) | ((bytes[2 * at + 1] ?? 0) << 8)),
    ).join(''),
};

/** @type {Encoding} */
const utf8 = {
  toBytes: (text) => [...text].flatMap((character) => utf8Bytes(character.codePointAt(0) ?? 0)),
  toText: (bytes) => {
    let text = '';
    for (let at = 0; at < bytes.length; ) {
      const { point, length } = utf8Point(bytes, at);
      text += String.fromCodePoint(point);
      at += length;
    }
    return text;
  },
};

/** The bytes of a code point; half a surrogate pair is the replacement character. @param {number} point */
function utf8Bytes(point) {
  if (point < 0x80) return [point];
  if (point < 0x800) return [0xc0 | (point >> 6), tail(point)];
  if (point >= 0xd800 && point <= 0xdfff) return [0xef, 0xbf, 0xbd];
  if (point < 0x10000) return [0xe0 | (point >> 12), tail(point >> 6), tail(point)];
  return [0xf0 | (point >> 18), tail(point >> 12), tail(point >> 6), tail(point)];
}

/** @param {number} bits */
function tail(bits) {
  return 0x80 | (bits & 0x3f);
}

/**
 * By the first byte: how many tail bytes follow, its bits, and what the first tail byte may be. That is narrower after some, so that nothing
 * is written longer than it must be, and no half of a surrogate pair and nothing above U+10FFFF is.
 */
const utf8Forms = [
  { from: 0xc2, to: 0xdf, tails: 1, bits: 0x1f, low: 0x80, high: 0xbf },
  { from: 0xe0, to: 0xe0, tails: 2, bits: 0x0f, low: 0xa0, high: 0xbf },
  { from: 0xed, to: 0xed, tails: 2, bits: 0x0f, low: 0x80, high: 0x9f },
  { from: 0xe1, to: 0xef, tails: 2, bits: 0x0f, low: 0x80, high: 0xbf },
  { from: 0xf0, to: 0xf0, tails: 3, bits: 0x07, low: 0x90, high: 0xbf },
  { from: 0xf4, to: 0xf4, tails: 3, bits: 0x07, low: 0x80, high: 0x8f },
  { from: 0xf1, to: 0xf3, tails: 3, bits: 0x07, low: 0x80, high: 0xbf },
];

/**
 * The code point that begins at a place, and how many bytes it takes; the replacement character for as much of one as is there.
 * @param {ArrayLike<number>} bytes @param {number} at
 */
function utf8Point(bytes, at) {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return { point: first, length: 1 };
  const form = utf8Forms.find(({ from, to }) => first >= from && first <= to);
  if (form === undefined) return { point: 0xfffd, length: 1 };
  let point = first & form.bits;
  let { low, high } = form;
  for (let k = 1; k <= form.tails; k++) {
    const byte = bytes[at + k] ?? 0;
    if (byte < low || byte > high) return { point: 0xfffd, length: k };
    point = (point << 6) | (byte & 0x3f);
    [low, high] = [0x80, 0xbf];
  }
  return { point, length: form.tails + 1 };
}

/** @type {Encoding} */
const base64 = {
  toBytes: (text) => {
    const bytes = [];
    let bits = 0;
    let count = 0;
    for (const digit of text) {
      if (digit === '=') break;
      const value = base64Values.get(digit);
      // Like Node's: what is no digit is passed over.
      if (value === undefined) continue;
      bits = (bits << 6) | value;
      count += 6;
      if (count < 8) continue;
      count -= 8;
      bytes.push((bits >> count) & 0xff);
      bits &= (1 << count) - 1;
    }
    return bytes;
  },
  toText: (bytes) => {
    let text = '';
    for (let at = 0; at < bytes.length; at += 3) {
      const bits = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
      for (let k = 0; k < 4; k++)
        text += at + k > bytes.length ? '=' : base64Digits[(bits >> (18 - 6 * k)) & 0x3f];
    }
    return text;
  },
};

/** @type {Encoding} */
const base64url = {
  toBytes: base64.toBytes,
  toText: (bytes) => base64.toText(bytes).replace(/[+/=]/g, (digit) => ({ '+': '-', '/': '_' })[digit] ?? ''),
};

/** @type {Readonly<Record<string, Encoding>>} */
const encodings = {
  utf8,
  'utf-8': utf8,
  hex,
  base64,
  base64url,
  ascii,
  latin1,
  binary: latin1,
  utf16le,
  'utf-16le': utf16le,
  ucs2: utf16le,
  'ucs-2': utf16le,
};

/** The encoding of that name, in any case. @param {string} [name] @returns {Encoding} @throws {TypeError} */
export function encodingOf(name = 'utf8') {
  const encoding = encodings[String(name).toLowerCase()];
  if (encoding === undefined) throw new TypeError(`Unknown encoding: ${name}`);
  return encoding;
}

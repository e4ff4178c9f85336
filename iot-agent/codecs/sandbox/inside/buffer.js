// @ts-check
import { encodingOf } from './encodings.js';

/** Node's Buffer, as far as codecs use it. */
export class Buffer extends Uint8Array {
  /**
   * @param {any} value a text, a length, bytes or an ArrayBuffer
   * @param {any} [encodingOrOffset]
   * @param {number} [length]
   */
  constructor(value, encodingOrOffset, length) {
    if (typeof value === 'string') super(encodingOf(encodingOrOffset).toBytes(value));
    else super(value, encodingOrOffset, length);
  }

  /** @override @param {any} value @param {any} [encodingOrOffset] @param {any} [length] */
  static from(value, encodingOrOffset, length) {
    if (typeof value === 'number') throw new TypeError('Buffer.from takes no number: use Buffer.alloc');
    const bytes = value?.type === 'Buffer' && Array.isArray(value.data) ? value.data : value;
    return new Buffer(bytes, encodingOrOffset, length);
  }

  /** @param {number} size @param {number | string} [fill] @param {string} [encoding] */
  static alloc(size, fill = 0, encoding = 'utf8') {
    const buffer = new Buffer(size);
    if (typeof fill === 'number') return buffer.fill(fill);
    const pattern = encodingOf(encoding).toBytes(fill);
    return pattern.length === 0 ? buffer : buffer.map((_, at) => pattern[at % pattern.length] ?? 0);
  }

  /** Filled with zeros all the same. @param {number} size */
  static allocUnsafe(size) {
    return new Buffer(size);
  }

  /** @param {readonly Uint8Array[]} list @param {number} [length] */
  static concat(list, length = list.reduce((sum, { length: size }) => sum + size, 0)) {
    const whole = new Buffer(length);
    let at = 0;
    for (const part of list) {
      const room = part.subarray(0, length - at);
      whole.set(room, at);
      at += room.length;
    }
    return whole;
  }

  /** @param {unknown} value */
  static isBuffer(value) {
    return value instanceof Buffer;
  }

  /** @param {any} value @param {string} [encoding] */
  static byteLength(value, encoding) {
    return typeof value === 'string' ? encodingOf(encoding).toBytes(value).length : value.byteLength;
  }

  /** Of the same memory, unlike that of an array. @override @param {number} [start] @param {number} [end] */
  slice(start, end) {
    return this.subarray(start, end);
  }

  /** @override @param {string} [encoding] @param {number} [start] @param {number} [end] */
  toString(encoding, start, end) {
    return encodingOf(encoding).toText(this.subarray(start, end));
  }

  toJSON() {
    return { type: 'Buffer', data: Array.from(this) };
  }

  /** @param {Uint8Array} other */
  equals(other) {
    return this.length === other.length && this.every((byte, at) => byte === other[at]);
  }

  /** How many bytes were copied. @param {Uint8Array} target @param {number} [at] @param {number} [start] @param {number} [end] */
  copy(target, at = 0, start = 0, end = this.length) {
    const part = this.subarray(start, Math.min(end, start + target.length - at));
    target.set(part, at);
    return part.length;
  }

  /** How many bytes were written. @param {string} text @param {any} [at] @param {any} [length] @param {string} [encoding] @returns {number} */
  write(text, at = 0, length = undefined, encoding = undefined) {
    if (typeof at === 'string') return this.write(text, 0, undefined, at);
    if (typeof length === 'string') return this.write(text, at, undefined, length);
    const bytes = encodingOf(encoding)
      .toBytes(text)
      .slice(0, Math.min(length ?? this.length, this.length - at));
    this.set(bytes, at);
    return bytes.length;
  }

  /** @param {number} at @param {number} size */
  readUIntBE(at, size) {
    return bytesAt(this, at, size).reduce((value, byte) => value * 256 + byte, 0);
  }

  /** @param {number} at @param {number} size */
  readUIntLE(at, size) {
    return bytesAt(this, at, size).reduceRight((value, byte) => value * 256 + byte, 0);
  }

  /** @param {number} at @param {number} size */
  readIntBE(at, size) {
    return signed(this.readUIntBE(at, size), size);
  }

  /** @param {number} at @param {number} size */
  readIntLE(at, size) {
    return signed(this.readUIntLE(at, size), size);
  }

  /** @param {number} value @param {number} at @param {number} size */
  writeUIntBE(value, at, size) {
    this.set(bytesOf(value, size).reverse(), checked(this, at, size));
    return at + size;
  }

  /** @param {number} value @param {number} at @param {number} size */
  writeUIntLE(value, at, size) {
    this.set(bytesOf(value, size), checked(this, at, size));
    return at + size;
  }

  /** @param {number} value @param {number} at @param {number} size */
  writeIntBE(value, at, size) {
    return this.writeUIntBE(value < 0 ? value + 2 ** (8 * size) : value, at, size);
  }

  /** @param {number} value @param {number} at @param {number} size */
  writeIntLE(value, at, size) {
    return this.writeUIntLE(value < 0 ? value + 2 ** (8 * size) : value, at, size);
  }
}

/** @param {Uint8Array} buffer @param {number} at @param {number} size */
function bytesAt(buffer, at, size) {
  return Array.from(buffer.subarray(checked(buffer, at, size), at + size));
}

/** Least significant first. @param {number} value @param {number} size */
function bytesOf(value, size) {
  if (!(value >= 0 && value < 2 ** (8 * size)))
    throw new RangeError(`The value ${value} does not fit into ${size} byte(s)`);
  return Array.from({ length: size }, (_, k) => Math.floor(value / 2 ** (8 * k)) % 256);
}

/** @param {number} value @param {number} size */
function signed(value, size) {
  return value >= 2 ** (8 * size - 1) ? value - 2 ** (8 * size) : value;
}

/** The place, which must be in the buffer. @param {Uint8Array} buffer @param {number} at @param {number} size */
function checked(buffer, at, size) {
  if (Number.isInteger(at) && at >= 0 && at + size <= buffer.length) return at;
  throw new RangeError(
    `The offset ${at} is out of range: ${size} byte(s) of ${buffer.length} are wanted there`,
  );
}

/** DataView's names of numbers: what Node calls them, and how many bytes they have. */
const numbers = [
  ['Uint8', ['UInt8', 'Uint8'], 1],
  ['Int8', ['Int8'], 1],
  ['Uint16', ['UInt16', 'Uint16'], 2],
  ['Int16', ['Int16'], 2],
  ['Uint32', ['UInt32', 'Uint32'], 4],
  ['Int32', ['Int32'], 4],
  ['Float32', ['Float'], 4],
  ['Float64', ['Double'], 8],
  ['BigUint64', ['BigUInt64', 'BigUint64'], 8],
  ['BigInt64', ['BigInt64'], 8],
];

/** The least and the greatest that an integer of the kind holds. @param {string} kind @param {number} size */
function rangeOf(kind, size) {
  if (!/^U?[Ii]nt/.test(kind)) return [-Infinity, Infinity];
  return kind.startsWith('U') ? [0, 2 ** (8 * size) - 1] : [-(2 ** (8 * size - 1)), 2 ** (8 * size - 1) - 1];
}

/** @param {string} name @param {(...parts: any[]) => unknown} method */
function define(name, method) {
  Object.defineProperty(Buffer.prototype, name, { value: method, writable: true, configurable: true });
}

for (const [kind, names, size] of /** @type {[string, string[], number][]} */ (numbers)) {
  const [least, most] = rangeOf(kind, size);
  for (const name of names)
    for (const order of size === 1 ? [''] : ['LE', 'BE']) {
      const isLittle = order === 'LE';
      define(
        `read${name}${order}`,
        /** @this {any} */ function (/** @type {number} */ at = 0) {
          const view = /** @type {any} */ (viewOf(this));
          return view[`get${kind}`](checked(this, at, size), isLittle);
        },
      );
      define(
        `write${name}${order}`,
        /** @this {any} */ function (/** @type {number} */ value, /** @type {number} */ at = 0) {
          if (value < (least ?? 0) || value > (most ?? 0))
            throw new RangeError(`The value ${value} is out of range: ${least} to ${most}`);
          const view = /** @type {any} */ (viewOf(this));
          view[`set${kind}`](checked(this, at, size), value, isLittle);
          return at + size;
        },
      );
    }
}

/** @param {any} buffer */
function viewOf({ buffer, byteOffset, byteLength }) {
  return new DataView(buffer, byteOffset, byteLength);
}

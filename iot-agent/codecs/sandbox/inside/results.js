// @ts-check
/** What a codec returns, made into JSON. What the codec does to the built-in objects does not reach this file's own. */

const { stringify } = JSON;
const { isView } = ArrayBuffer;
const { isArray, from } = Array;
const { min } = Math;

/** Each member takes two characters at least: more are too much in any case, and are not gathered. */
const mostMembers = 32_768;
/** Bounds of what is said about a run. */
const mostMessages = 20;
const longestMessage = 500;

/** JSON of a value, as JSON.stringify writes it, but with typed arrays as lists and BigInts as numbers or texts. @param {object} value */
export function toJson(value) {
  let members = 0;
  return stringify(
    value,
    /** @this {any} @param {string} key @param {any} member */
    function (key, member) {
      members += 1;
      if (members > mostMembers)
        throw new RangeError('its result has too many members: at most 64 KB of JSON');
      // Before its own toJSON.
      const original = this[key];
      if (isView(original)) return listOf(/** @type {any} */ (original));
      if (typeof member === 'bigint') return plainNumber(member);
      return member;
    },
  );
}

/** @param {Uint8Array} bytes */
function listOf(bytes) {
  return from({ length: min(bytes.length, mostMembers) }, (_, at) => plainNumber(bytes[at]));
}

/** @param {any} value */
function plainNumber(value) {
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : `${value}`;
}

/** Warnings or errors as a list of texts, in whatever form a codec gives them. @param {any} value @returns {string[]} */
export function messagesOf(value) {
  if (value === undefined || value === null || value === false || value === '') return [];
  const list = isArray(value) ? value.slice(0, mostMessages) : [value];
  return list.map((one) => messageOf(one).slice(0, longestMessage));
}

/** @param {any} value @returns {string} */
function messageOf(value) {
  if (typeof value === 'string') return value;
  if (value instanceof Error)
    return value.message === 'out of memory' ? 'it needs more than 16 MB of memory' : `${value}`;
  return typeof value === 'object' && value !== null ? (stringify(value) ?? '') : `${String(value)}`;
}

/** What was thrown, and where in the script. @param {any} error */
export function describeThrown(error) {
  const place = /codec\.js:(\d+)(?::(\d+))?/.exec(String(error?.stack ?? ''));
  const text = messageOf(error).slice(0, longestMessage);
  return place === null
    ? text
    : `${text} (line ${place[1]}${place[2] === undefined ? '' : `, column ${place[2]}`})`;
}

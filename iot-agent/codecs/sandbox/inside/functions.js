// @ts-check
/** The functions of codecs, old and new, each called as its time called it. */

/**
 * @typedef {{ bytes: number[], fPort: number, recvTime: Date, variables: object }} Uplink
 * @typedef {{ data: any, fPort: number, variables: object }} Command
 * @typedef {(...parts: any[]) => any} Function
 */

/**
 * By name, the best first; each gives a result of TS013's form.
 * @type {readonly [string, (decode: Function, uplink: Uplink) => any][]}
 */
const decoders = [
  ['decodeUplink', (decode, uplink) => decode(uplink)],
  ['Decode', (decode, { fPort, bytes, variables }) => legacy(decode(fPort, bytes, variables))],
  ['Decoder', (decode, { bytes, fPort }) => legacy(decode(bytes, fPort))],
];

/** @type {readonly [string, (encode: Function, command: Command) => any][]} */
const encoders = [
  ['encodeDownlink', (encode, command) => encode(command)],
  ['Encode', (encode, { fPort, data, variables }) => ({ bytes: encode(fPort, data, variables) })],
  ['Encoder', (encode, { data, fPort }) => ({ bytes: encode(data, fPort) })],
];

/** @type {readonly [string, (decode: Function, downlink: Uplink) => any][]} */
const downlinkDecoders = [['decodeDownlink', (decode, downlink) => decode(downlink)]];

/** @type {Readonly<Record<string, readonly [string, (call: Function, input: any) => any][]>>} */
const ways = { decode: decoders, encode: encoders, decodeDownlink: downlinkDecoders };

/** The functions that are looked for. */
export const names = [...Object.values(ways).flatMap((way) => way.map(([name]) => name)), 'normalizeUplink'];

/** Old decoders return the data itself, and nothing for what they do not know. @param {any} data */
function legacy(data) {
  return { data: data ?? undefined };
}

/**
 * Calls the best of the functions that a codec has.
 * @param {'decode' | 'encode' | 'decodeDownlink'} kind
 * @param {Readonly<Record<string, Function>>} functions
 * @param {any} input
 * @returns {{ name: string, result: any }}
 * @throws {Error} when it has none of them, and whatever it throws
 */
export function callBest(kind, functions, input) {
  const candidates = ways[kind] ?? [];
  for (const [name, call] of candidates) {
    const found = functions[name];
    if (found !== undefined) return { name, result: call(found, input) };
  }
  const wanted = candidates.map(([name]) => name).join(' or ');
  throw new TypeError(`the codec has no function ${wanted}`);
}

// @ts-check
/** Copies of the engine's memory. Putting one back is what makes every run begin in the same, untouched state. */

const pageSize = 4096;
/** What lies behind the used pages at the bottom may hold variables that were zero when the copy was made. */
const margin = 16 * pageSize;

/**
 * WebAssembly's memory, as far as it is needed here.
 * @typedef {{ readonly buffer: ArrayBuffer }} Memory
 */

/**
 * @typedef {object} Snapshot
 * @property {{ readonly at: number, readonly bytes: Uint8Array }[]} parts
 * @property {number} size bytes in all
 */

/**
 * Where in the memory things are: variables up to `low`, then the stack, which is empty between two calls and by far the largest, and
 * the heap from `high` on.
 * @typedef {{ readonly low: number, readonly high: number }} Layout
 */

/** The layout of an engine's memory, by what is in use; to be asked before anything deep was called. @param {Memory} memory @returns {Layout} */
export function layoutOf(memory) {
  const used = usedPages(memory);
  let widest = 0;
  for (let k = 1; k + 1 < used.length; k++) if (widthAfter(used, k) > widthAfter(used, widest)) widest = k;
  const high = (used[widest + 1] ?? 0) * pageSize;
  return { low: Math.min(((used[widest] ?? 0) + 1) * pageSize + margin, high), high };
}

/** A copy of variables and heap; what lies behind the heap must be zero. @param {Memory} memory @param {Layout} layout @returns {Snapshot} */
export function takeSnapshot(memory, { low, high }) {
  const bytes = new Uint8Array(memory.buffer);
  const end = ((usedPages(memory).at(-1) ?? 0) + 1) * pageSize;
  const parts = [
    { at: 0, bytes: bytes.slice(0, low) },
    { at: high, bytes: bytes.slice(high, end) },
  ];
  return { parts, size: low + end - high };
}

/** Puts the memory back as it was when the copy was made. @param {Memory} memory @param {Snapshot} snapshot */
export function restore(memory, { parts }) {
  const bytes = new Uint8Array(memory.buffer);
  for (const part of parts) bytes.set(part.bytes, part.at);
}

/** Puts the memory back, and clears what other runs have left behind it. @param {Memory} memory @param {Snapshot} snapshot */
export function restoreClean(memory, snapshot) {
  restore(memory, snapshot);
  const heap = snapshot.parts.at(-1);
  if (heap !== undefined) new Uint8Array(memory.buffer).fill(0, heap.at + heap.bytes.length);
}

const zeros = Buffer.alloc(pageSize);

/** Indexes of the pages that are not all zero. @param {Memory} memory */
function usedPages({ buffer }) {
  const bytes = Buffer.from(buffer);
  const used = [];
  for (let at = 0; at < bytes.length; at += pageSize)
    if (!bytes.subarray(at, at + pageSize).equals(zeros)) used.push(at / pageSize);
  return used;
}

/** @param {readonly number[]} used @param {number} k */
function widthAfter(used, k) {
  return (used[k + 1] ?? 0) - (used[k] ?? 0);
}

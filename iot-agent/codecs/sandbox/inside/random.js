// @ts-check
/**
 * `Math.random` of the sandbox: the same numbers in every run and every sandbox, so that decoding twice gives the same twice. The engine's own
 * begin with the time at which it was started.
 */

const { imul } = Math;
/** Where every run begins: its memory is put back. */
let state = 0x2545f491;

/** Marsaglia's xorshift, its state of 32 bits scattered: from 0, below 1. */
function random() {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (imul(state, 0x9e3779b1) >>> 0) / 2 ** 32;
}

Object.defineProperty(Math, 'random', { value: random, writable: true, configurable: true });

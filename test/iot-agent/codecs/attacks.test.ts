import { describe, expect, it } from '@jest/globals';
import { decoderOf, decodeWith, runningCodecs } from './running-codecs.ts';

const codecs = runningCodecs();
const innocent = decoderOf('return { data: { ok: ({}).polluted === undefined && typeof process } };');
const innocentResult = { kind: 'decoded', data: { ok: 'undefined' }, warnings: [] };

/**
 * Milliseconds in which an attack must be over where ATTACK_LIMIT sets them (250, on a machine with nothing else to do). A clock
 * tells nothing of the sandbox where others want the processor, so by itself a test only waits for the end.
 */
const limit = Number(process.env['ATTACK_LIMIT'] ?? Number.POSITIVE_INFINITY);

async function over(script: string): Promise<void> {
  const started = performance.now();
  const result = await decodeWith(codecs, script);
  expect(performance.now() - started).toBeLessThan(limit);
  expect(result).toMatchObject({ kind: 'failed', errors: [expect.stringMatching(/./)] });
  expect(await decodeWith(codecs, innocent)).toEqual(innocentResult);
}

describe('a hostile codec is stopped or refused, and the next uplink is decoded', () => {
  it.each([
    ['an endless loop', 'while (true) {}'],
    ['an endless loop that catches', 'for (;;) { try { while (true) {} } catch (error) {} }'],
    ['endless promises', 'const again = () => Promise.resolve().then(again); again(); while (true) {}'],
    ['a memory bomb', 'const all = []; while (true) all.push(new Array(100_000).fill(1));'],
    ['a string bomb', 'let a = "x"; while (true) a += a;'],
    ['a bomb of bytes', 'const all = []; while (true) all.push(new Uint8Array(1_000_000));'],
    ['a way out', 'return { data: constructor.constructor("return process")() };'],
    ['a way out by import', 'return import("node:fs");'],
    ['a way out by require', 'return { data: require("node:fs") };'],
    [
      '300 searches in 4 MB',
      'const hay = "ab".repeat(2_000_000), needle = "b".repeat(1000) + "c"; let n = 0; for (let i = 0; i < 300; i++) n += hay.indexOf(needle); return { data: { n } };',
    ],
    ['an output of 1 MB', 'return { data: { text: "x".repeat(1_000_000) } };'],
    ['an output of many members', 'return { data: new Array(2 ** 31) };'],
    ['an output of many bytes', 'return { data: new Uint8Array(4_000_000) };'],
    ['deep recursion', '(function again() { again(); })();'],
    ['deep parsing', 'return { data: JSON.parse("[".repeat(1e6)) };'],
    ['a regular expression', 'return { data: /(a+)+$/.test("a".repeat(50) + "b") };'],
    [
      'sorting',
      'return { data: { n: new Array(1e6).fill("x".repeat(100)).map((x, i) => x + i).sort().length } };',
    ],
    ['an error that loops', 'throw { get message() { while (true) {} }, get stack() { while (true) {} } };'],
    ['a result that loops', 'return { data: { toJSON() { while (true) {} } } };'],
  ])('%s', async (_attack, body) => {
    await over(decoderOf(body));
  });

  it('an endless loop while it is loaded', async () => {
    await over(`while (true) {} ${decoderOf('')}`);
  });

  it('pollution of the prototypes reaches no other run, not even of the same codec', async () => {
    const script = decoderOf(`const before = [({}).polluted, globalThis.seen, [].map.toString().length > 9];
      Object.prototype.polluted = 1; globalThis.seen = 1; Array.prototype.map = () => [];
      String.prototype.slice = null; JSON.stringify = () => 'x'; Date.now = () => 0;
      return { data: { before } };`);
    const result = { kind: 'decoded', data: { before: [null, null, true] }, warnings: [] };
    expect(await decodeWith(codecs, script)).toEqual(result);
    expect(await decodeWith(codecs, script)).toEqual(result);
    expect(await decodeWith(codecs, innocent)).toEqual(innocentResult);
    expect(({} as { readonly polluted?: number }).polluted).toBeUndefined();
  });

  it('sees no object of the host', async () => {
    const script = decoderOf('return { data: { names: Object.getOwnPropertyNames(globalThis) } };');
    const { data } = (await decodeWith(codecs, script)) as unknown as {
      readonly data: { readonly names: string[] };
    };
    const suspicious = ['process', 'require', 'fetch', 'setTimeout', 'WebAssembly', 'std', 'os', 'Worker'];
    expect(data.names.filter((name) => suspicious.includes(name))).toEqual([]);
  });

  it('what waited behind one that had to be killed is decoded', async () => {
    const native = decoderOf(
      'const hay = "ab".repeat(2e6); for (let i = 0; i < 400; i++) hay.indexOf("b".repeat(999) + "d");',
    );
    const killed = decodeWith(codecs, native);
    const behind = Array.from({ length: 50 }, (_, n) => decodeWith(codecs, innocent, { fPort: n }));
    expect(await killed).toMatchObject({ kind: 'failed' });
    expect(await Promise.all(behind)).toEqual(behind.map(() => innocentResult));
  });

  it('one that has to be stopped three times in a row rests', async () => {
    const script = decoderOf('/* thrice */ while (true) {}');
    for (let run = 0; run < 3; run++)
      expect(await decodeWith(codecs, script)).toMatchObject({ errors: [expect.stringContaining('100 ms')] });
    expect(await decodeWith(codecs, script)).toMatchObject({ errors: [expect.stringContaining('rests')] });
  });
});

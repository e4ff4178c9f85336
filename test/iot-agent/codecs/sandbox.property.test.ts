import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { codecOf, decodeWith, runningCodecs } from './running-codecs.ts';

const codecs = runningCodecs();

const pieces = fc.constantFrom(
  'function decodeUplink(input) {',
  'const decodeUplink = (input) =>',
  'return { data: input.bytes };',
  'module.exports =',
  'export default',
  '}',
  '{',
  '(',
  ')',
  'while (true)',
  'throw',
  'null',
  'Object.prototype.then = 1;',
  'Array.prototype[Symbol.iterator] = null;',
  'JSON.parse = JSON.stringify = () => 1;',
  'Object.defineProperty(globalThis, "Date", { get() { throw 1; } });',
  'delete globalThis.Buffer;',
  'new Proxy({}, { get() { return () => {}; } })',
  'Error.prototype.toString = () => ({});',
  'Symbol()',
  '10n',
  '`',
  '/',
  '\u2028',
  '\0',
  '\ud800',
  '"use strict";',
);
const script = fc.oneof(
  fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(' ')),
  fc.array(pieces, { maxLength: 6 }).map((parts) => `function decodeUplink(input) { ${parts.join(' ')} }`),
  fc
    .array(pieces, { maxLength: 6 })
    .map((parts) => `const x = () => { ${parts.join(' ')} }; function Decoder(b) { return x() }`),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

it('no script makes a call hang or reject, and the next one is decoded', async () => {
  const property = fc.asyncProperty(script, fc.uint8Array({ maxLength: 60 }), async (text, bytes) => {
    const inspection = await codecs.inspect(text);
    expect(['usable', 'faulty']).toContain(inspection.kind);
    const result = await decodeWith(codecs, text, { bytes });
    expect(['decoded', 'failed']).toContain(result.kind);
    expect(['encoded', 'failed']).toContain((await codecs.encode(codecOf(text), { data: {} })).kind);
    const next = await decodeWith(codecs, 'function Decoder(bytes) { return { bytes }; }', { bytes });
    expect(next).toEqual({ kind: 'decoded', data: { bytes: [...bytes] }, warnings: [] });
  });
  await fc.assert(property, { numRuns: 150 });
});

it('texts and numbers survive Buffer as they survive that of Node', async () => {
  const encodings = ['utf8', 'hex', 'base64', 'base64url', 'latin1', 'ascii', 'utf16le'] as const;
  const codec = `function Decoder(bytes) {
    const buffer = Buffer.from(bytes);
    const texts = ${JSON.stringify(encodings)}.map((name) => buffer.toString(name));
    const back = ${JSON.stringify(encodings)}.map((name, k) => [...Buffer.from(texts[k], name)]);
    return { texts, back, numbers: [buffer.readInt16LE(0), buffer.readUInt32BE(1), buffer.readFloatLE(4), buffer.readIntBE(0, 3), buffer.readUIntLE(2, 6)] };
  }`;
  const property = fc.asyncProperty(fc.uint8Array({ minLength: 8, maxLength: 40 }), async (bytes) => {
    const buffer = Buffer.from(bytes);
    const texts = encodings.map((name) => buffer.toString(name));
    const numbers = [
      buffer.readInt16LE(0),
      buffer.readUInt32BE(1),
      buffer.readFloatLE(4),
      buffer.readIntBE(0, 3),
      buffer.readUIntLE(2, 6),
    ];
    const back = encodings.map((name, k) => [...Buffer.from(texts[k] ?? '', name)]);
    const data = JSON.parse(JSON.stringify({ texts, back, numbers }));
    expect(await decodeWith(codecs, codec, { bytes })).toEqual({ kind: 'decoded', data, warnings: [] });
  });
  await fc.assert(property, { numRuns: 200 });
});

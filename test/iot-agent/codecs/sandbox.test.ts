import { describe, expect, it } from '@jest/globals';
import { startCodecs } from '../../../iot-agent/codecs/start-codecs.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { codecOf, decoderOf, decodeWith, receivedAt, runningCodecs } from './running-codecs.ts';

const codecs = runningCodecs();
const decode = (script: string, input = {}) => decodeWith(codecs, script, input);
const decoded = (data: unknown, warnings: readonly string[] = []) => ({ kind: 'decoded', data, warnings });
const failed = (text: string) => ({
  kind: 'failed',
  errors: [expect.stringContaining(text)],
  warnings: [],
});

describe('an uploaded codec', () => {
  it.each([
    ['TS013', 'function decodeUplink({ bytes, fPort }) { return { data: { bytes, fPort } }; }'],
    ['a constant', 'const decodeUplink = ({ bytes, fPort }) => ({ data: { bytes, fPort } });'],
    ['ChirpStack v3', 'function Decode(fPort, bytes, variables) { return { bytes: bytes, fPort: fPort }; }'],
    ['The Things Network v2', 'function Decoder(bytes, port) { return { bytes: bytes, fPort: port }; }'],
    ['CommonJS', 'module.exports = { decodeUplink: ({ bytes, fPort }) => ({ data: { bytes, fPort } }) };'],
    ['exports', 'exports.decodeUplink = ({ bytes, fPort }) => ({ data: { bytes, fPort } });'],
    ['a module', 'export function decodeUplink({ bytes, fPort }) { return { data: { bytes, fPort } }; }'],
    ['a default', 'export default { decodeUplink: ({ bytes, fPort }) => ({ data: { bytes, fPort } }) };'],
    [
      'a guarded module',
      'function Decoder(bytes, fPort) { return { bytes, fPort }; } if (typeof module !== "undefined") module.exports = Decoder;',
    ],
    [
      'a module without blanks',
      'function a({bytes,fPort}){return{data:{bytes,fPort}}}export{a as decodeUplink};',
    ],
    [
      'a script with a comment about exports',
      '/*\n export it as CSV\n*/\nfunction Decoder(bytes, fPort) { with ({ n: 010 }) { old = n; } return { bytes, fPort }; }',
    ],
    [
      'an object of functions that need each other',
      'module.exports = { read(i) { return { bytes: i.bytes, fPort: i.fPort }; }, decodeUplink(i) { return { data: this.read(i) }; } };',
    ],
    [
      'names of its own',
      'const module = {}, exports = {}; function Buffer() {} function Decoder(bytes, fPort) { return { bytes, fPort }; }',
    ],
  ])('may be written as %s', async (_style, script) => {
    expect(await decode(script)).toEqual(decoded({ bytes: [1, 2, 3], fPort: 1 }));
  });

  it('sees the time of reception, wherever it looks for the time', async () => {
    const script = `const loaded = Date.now();
      function decodeUplink(input) {
        return { data: { now: Date.now() - loaded, date: new Date(), received: input.recvTime,
          text: Date(), hours: new Date().getHours(), isDate: input.recvTime instanceof Date, utc: Date.UTC(1970, 0) } };
      }`;
    const time = '2026-01-02T15:00:00.000Z';
    const data = { now: 0, date: time, received: time, hours: 15, isDate: true, utc: 0 };
    expect(await decode(script)).toMatchObject(
      decoded({ ...data, text: expect.stringContaining('Fri Jan 02 2026') }),
    );
    const later = { receivedAt: receivedAt + 3_600_000_000 };
    expect(await decode(script, later)).toMatchObject(decoded({ now: 0, hours: 16 }));
  });

  it('gets the same random numbers in every run and every sandbox', async () => {
    const other = startCodecs({ workers: 1, clock: systemClock() });
    const script = `const first = Math.random(); ${decoderOf('return { data: { all: [first, Math.random(), Math.random()] } };')}`;
    const result = await decode(script);
    expect(await decode(script)).toEqual(result);
    expect(await decodeWith(other, script)).toEqual(result);
    await other.stop();
    const { all } = (result as unknown as { data: { all: number[] } }).data;
    expect(new Set(all).size).toBe(3);
    expect(all.every((one) => one >= 0 && one < 1)).toBe(true);
  });

  it('gets the variables of the device', async () => {
    const script = decoderOf('return { data: input.variables };');
    expect(await decode(script, { variables: { site: 'north' } })).toEqual(decoded({ site: 'north' }));
  });

  it('returns what JSON has for its values', async () => {
    const script =
      decoderOf(`return { data: { nan: NaN, minus: -0, none: undefined, nil: null, f() {}, big: 10n,
      huge: 2n ** 64n, typed: new Uint16Array([1, 300]), buffer: Buffer.from([7]), date: new Date(0) } };`);
    const data = {
      nan: null,
      minus: 0,
      nil: null,
      big: 10,
      huge: '18446744073709551616',
      typed: [1, 300],
      buffer: [7],
    };
    expect(await decode(script)).toEqual(decoded({ ...data, date: '1970-01-01T00:00:00.000Z' }));
  });

  it('normalizes what it has decoded, and a fault in that is a warning', async () => {
    const decoder = decoderOf('return { data: { t: 21 } };');
    const normalizer =
      'function normalizeUplink({ data }) { return { data: { air: { temperature: data.t } } }; }';
    expect(await decode(`${decoder}${normalizer}`)).toEqual({
      ...decoded({ t: 21 }),
      normalized: { air: { temperature: 21 } },
    });
    const result = await decode(`${decoder} function normalizeUplink() { throw new Error('no'); }`);
    expect(result).toMatchObject({
      data: { t: 21 },
      warnings: [expect.stringContaining('normalizeUplink: Error: no')],
    });
  });

  it('fails with its own errors, and warns with its own warnings', async () => {
    const script = decoderOf("return { errors: ['too short'], warnings: 'low battery', data: { x: 1 } };");
    expect(await decode(script)).toEqual({
      kind: 'failed',
      errors: ['too short'],
      warnings: ['low battery'],
    });
    expect(await decode(decoderOf("return { data: {}, warnings: ['w'] };"))).toEqual(decoded({}, ['w']));
  });

  it.each([
    [
      'throws',
      decoderOf('return input.nothing.at.all;'),
      "cannot read property 'at' of undefined (line 1, column",
    ],
    ['returns nothing', decoderOf(''), 'decodeUplink returned undefined'],
    ['returns no data', decoderOf('return {};'), 'decodeUplink returned no data'],
    ['returns a promise', `async ${decoderOf('return { data: {} };')}`, 'returned a promise'],
    ['returns a circle', decoderOf('const a = {}; a.a = a; return { data: a };'), 'circular'],
    ['is no JavaScript', 'function (', 'SyntaxError'],
    ['is a module that cannot be parsed', 'export const a = 1;\nexport function decodeUplink( {}', 'line 2'],
    ['wants another module', 'import a from "b"; export function decodeUplink() {}', "'b'"],
    ['has no function', 'var x = 1;', 'it has none of the functions decodeUplink'],
    ['is not there', '', 'PUT /iot/codecs/own'],
    ['only encodes', 'function Encoder() {}', 'no function decodeUplink or Decode or Decoder'],
    [
      'is nested deeply',
      decoderOf('let a = 1; for (let i = 0; i < 50; i++) a = [a]; return { data: { a } };'),
      'deeper than 32',
    ],
  ])('that %s fails with the reason', async (_what, script, reason) => {
    expect(await decode(script)).toMatchObject(failed(reason));
  });
});

describe('an encoder', () => {
  it.each([
    [
      'TS013',
      'function encodeDownlink({ data }) { return { bytes: [data.on, 2], fPort: 9, confirmed: true }; }',
      { fPort: 9, confirmed: true },
    ],
    ['ChirpStack v3', 'function Encode(fPort, obj) { return [obj.on, fPort - 3]; }', { fPort: 5 }],
    [
      'The Things Network v2',
      'function Encoder(obj, port) { return Buffer.from([obj.on, port - 3]); }',
      { fPort: 5 },
    ],
  ])('of %s gives bytes', async (_style, script, rest) => {
    const result = await codecs.encode(codecOf(script), { data: { on: 1 }, fPort: 5 });
    expect(result).toEqual({ kind: 'encoded', bytes: Uint8Array.of(1, 2), warnings: [], ...rest });
  });

  it.each([
    ['[300]', 'it returned no bytes'],
    ['"ff"', 'it returned no bytes'],
    ['undefined', 'it returned no bytes'],
  ])('that returns the bytes %s fails', async (bytes, reason) => {
    const script = `function encodeDownlink() { return { bytes: ${bytes}, fPort: 1 }; }`;
    expect(await codecs.encode(codecOf(script), { data: {} })).toMatchObject(failed(reason));
  });

  it('may have the way back', async () => {
    const script = 'function decodeDownlink({ bytes }) { return { data: { on: bytes[0] === 1 } }; }';
    const input = { bytes: Uint8Array.of(1), fPort: 1, receivedAt };
    expect(await codecs.decodeDownlink(codecOf(script), input)).toEqual(decoded({ on: true }));
  });
});

describe('inspecting a script', () => {
  it('tells its functions', async () => {
    const script = 'const decodeUplink = () => 1; function Encode() {}';
    expect(await codecs.inspect(script)).toEqual({ kind: 'usable', functions: ['decodeUplink', 'Encode'] });
  });

  it('tells line and column of a fault', async () => {
    const script = 'function decodeUplink() {\n  return 1 +;\n}';
    expect(await codecs.inspect(script)).toMatchObject({ kind: 'faulty', line: 2, column: 13 });
  });
});

import { describe, expect, it } from '@jest/globals';
import { encode } from 'cborg';
import type { Json } from '../../../../iot-agent/measurement.ts';
import type { TopicTemplate } from '../../../../iot-agent/registry/topic-template.ts';
import { compileTemplate } from '../../../../iot-agent/transports/freeform/compile-template.ts';
import { templateTopics } from '../../../../iot-agent/transports/freeform/template-topics.ts';

const arrivedAt = Date.UTC(2026, 10, 24) * 1000;
const base = { apikey: 'k1', template: 'city/{site}/{deviceId}/state' } as const;
const at = (time: string): number => Date.parse(time) * 1000;

function read(template: TopicTemplate, payload: string | Uint8Array, topic = 'city/north/bin-1/state') {
  const form = templateTopics([compileTemplate(template)])(topic);
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const parsed = form?.parse({ topic, payload: bytes, arrivedAt });
  return parsed?.kind === 'incoming' ? parsed.incoming : undefined;
}

const measure = (values: { readonly [name: string]: Json }, more: object = {}) => ({
  ...{ kind: 'plain', apikey: 'k1', deviceId: 'bin-1', values, observedAt: arrivedAt },
  ...more,
});

describe('a template of JSON', () => {
  it('takes values by JSONPath, and captures of the topic', () => {
    const values = { temperature: '$.data.t', last: '$.data.list[-1]', site: '{site}', absent: '$.x' };
    const text = '{"data":{"t":21.5,"list":[1,2]}}';
    expect(read({ ...base, format: 'json', values }, text)).toEqual([
      measure({ temperature: 21.5, last: 2, site: 'north' }),
    ]);
  });

  it('takes several measures of one message, each with its device and its time', () => {
    const template: TopicTemplate = {
      ...{ template: 'gateway/+/readings', format: 'json', apikey: 'k1', each: '$.readings[*]' },
      values: { t: '$.t' },
      ...{ deviceId: '$.id', time: '$.at', timeFormat: 's' },
    };
    const text = '{"readings":[{"id":7,"t":2,"at":1700000060},{"id":"b","t":1,"at":1700000000}],"at":5}';
    expect(read(template, text, 'gateway/g1/readings')).toEqual([
      measure({ t: 1 }, { deviceId: 'b', observedAt: 1_700_000_000_000_000 }),
      measure({ t: 2 }, { deviceId: '7', observedAt: 1_700_000_060_000_000 }),
    ]);
  });

  it('looks in the whole message for the device and the time that a measure does not have', () => {
    const template: TopicTemplate = {
      ...{ template: 'g', format: 'json', apikey: 'k1', each: '$.list[*]', values: { t: '$.t' } },
      ...{ deviceId: '$.id', time: '$.at' },
    };
    const text = '{"id":"d9","at":"2026-01-01T00:00:00","list":[{"t":1}]}';
    const observedAt = at('2026-01-01T00:00:00Z');
    expect(read(template, text, 'g')).toEqual([
      measure({ t: 1 }, { deviceId: 'd9', observedAt, isLocal: true }),
    ]);
  });

  it('takes every member without values, as FIWARE does', () => {
    expect(read({ ...base, format: 'json' }, '{"t":1,"TimeInstant":"2026-01-01T00:00:00Z"}')).toEqual([
      measure({ t: 1 }, { observedAt: at('2026-01-01T00:00:00Z') }),
    ]);
  });

  it('selects by what the whole message says', () => {
    const values = { t: '$.list[?@.id == $.newest].t', deep: '$..inner' };
    const text = '{"newest":2,"list":[{"id":1,"t":5},{"id":2,"t":6,"x":{"inner":7}}]}';
    expect(read({ ...base, format: 'json', values }, text)).toEqual([measure({ t: 6, deep: 7 })]);
  });

  it('selects by filters', () => {
    const values = { co2: '$.sensors[?@.kind == "co2"].value' };
    const text = '{"sensors":[{"kind":"t","value":1},{"kind":"co2","value":420}]}';
    expect(read({ ...base, format: 'json', values }, text)).toEqual([measure({ co2: 420 })]);
  });

  it('takes a member called __proto__ for what it is', () => {
    const [one] = read({ ...base, format: 'json', values: { t: '$.__proto__' } }, '{"__proto__":7}') ?? [];
    expect(one).toMatchObject({ values: { t: 7 } });
    expect(() => read({ ...base, format: 'json', values: { t: '$.__proto__' } }, '{}')).toThrow(/nothing/);
  });

  it.each([
    ['{', /not JSON/],
    ['{"x":1}', /nothing that is looked for is in it: {"t":"\$\.t"}/],
    ['{"t":1,"at":"noon"}', /the time is "noon": it must be a number of milliseconds/],
    ['{"t":1,"at":-5}', /milliseconds since 1970/],
    [`{"t":${'['.repeat(50)}${']'.repeat(50)}}`, /nested too deeply/],
  ])('refuses %s', (text, reason) => {
    const template: TopicTemplate = {
      ...base,
      format: 'json',
      values: { t: '$.t' },
      time: '$.at',
      timeFormat: 'ms',
    };
    expect(() => read(template, text)).toThrow(reason);
  });

  it.each([[{}], [null], [true], [''], ['x'.repeat(300)]])('refuses %j as the id of a device', (id) => {
    const template: TopicTemplate = {
      template: 'x',
      apikey: 'k',
      format: 'json',
      values: { t: '$.t' },
      deviceId: '$.id',
    };
    expect(() => read(template, JSON.stringify({ t: 1, id }), 'x')).toThrow(/does not say the device/);
  });
});

describe('templates of other formats', () => {
  it('read CSV, one measure a line, with the time and the device in columns', () => {
    const template: TopicTemplate = {
      ...{ template: 'csv', apikey: 'k1', format: 'csv', columns: ['id', 'ts', 't', null, 'h'] },
      ...{ deviceId: 'id', time: 'ts' },
    };
    const text = '\uFEFFd2,2026-01-01T00:01:00Z,2,x,\r\nd1,2026-01-01T00:00:00Z,"1",y,40\n';
    expect(read(template, text, 'csv')).toEqual([
      measure({ t: 1, h: 40 }, { deviceId: 'd1', observedAt: at('2026-01-01T00:00:00Z') }),
      measure({ t: 2 }, { deviceId: 'd2', observedAt: at('2026-01-01T00:01:00Z') }),
    ]);
  });

  it('read CSV with decimal commas and captured values', () => {
    const template: TopicTemplate = {
      ...{ ...base, format: 'csv', columns: ['t', 'h'], decimalComma: true, values: { site: '{site}' } },
    };
    expect(read(template, '21,5;40')).toEqual([measure({ t: 21.5, h: 40, site: 'north' })]);
  });

  it.each([
    [{ format: 'text', name: 'level' }, ' 70\n', { level: 70 }],
    [{ format: 'text', name: 'level', decimalComma: true }, '7,5', { level: 7.5 }],
    [{ format: 'text', name: 'door', values: { site: '{site}' } }, 'open', { door: 'open', site: 'north' }],
    [{ format: 'bytes', name: 'raw' }, 'hello', { raw: '68656c6c6f' }],
    [{ format: 'ultralight' }, 't|15|k|abc', { t: 15, k: 'abc' }],
  ] as const)('read %j: %s', (template, text, values) => {
    expect(read({ ...base, ...template } as TopicTemplate, text)).toEqual([measure(values)]);
  });

  it('take the time of UltraLight', () => {
    expect(read({ ...base, format: 'ultralight' }, '2016-06-13T00:35:30Z|lle|100')).toEqual([
      measure({ lle: 100 }, { observedAt: at('2016-06-13T00:35:30Z') }),
    ]);
  });

  it('read CBOR like JSON', () => {
    const payload = encode({ data: { t: 21.5 } });
    expect(read({ ...base, format: 'cbor', values: { t: '$.data.t' } }, payload)).toEqual([
      measure({ t: 21.5 }),
    ]);
    expect(() => read({ ...base, format: 'cbor' }, Uint8Array.of(0xff))).toThrow(/no CBOR/);
  });

  it('hand bytes over for the codec or model of the device', () => {
    const bytes = Uint8Array.of(3, 0x67, 1, 16);
    const [one] = read({ ...base, format: 'bytes', fPort: 2 }, bytes) ?? [];
    expect(one).toEqual(measure({}, { bytes, fPort: 2 }));
  });
});

describe('the topic of a template', () => {
  const template: TopicTemplate = { template: '{apikey}/+/{deviceId}/#', format: 'text', name: 't' };

  it('may capture the apikey, which is not shown, and leave its end open', () => {
    const form = templateTopics([compileTemplate(template)])('k7/x/d1/a/b');
    expect(form?.shown).toBe('***/x/d1/a/b');
    expect(compileTemplate(template).filter).toBe('+/+/+/#');
    const message = { topic: 'k7/x/d1/a/b', payload: Buffer.from('1'), arrivedAt };
    expect(form?.parse(message)).toMatchObject({
      incoming: [{ apikey: 'k7', deviceId: 'd1', values: { t: 1 } }],
    });
  });

  it.each([
    'city/north/bin-1',
    'city/north/bin-1/state/x',
    'town/north/bin-1/state',
    '$SYS/north/bin-1/state',
  ])('is none of %s', (topic) => {
    expect(templateTopics([compileTemplate({ ...base, format: 'json' })])(topic)).toBeUndefined();
  });
});

describe('compileTemplate', () => {
  it.each([
    [{ template: 'a/{deviceId}', format: 'json' }, /needs the apikey of a group/],
    [{ template: 'a', apikey: 'k', format: 'json' }, /must say the device/],
    [{ ...base, format: 'json', values: { t: '$.' } }, /values\.t is "\$\.", which is no JSONPath/],
    [{ ...base, format: 'json', values: { t: '$[?match(@.a, "(a+)+b")]' } }, /match\(\) and search\(\)/],
    [{ ...base, format: 'json', values: { t: '$..a..b' } }, /\.\. may stand in it once/],
    [{ ...base, format: 'json', values: { t: '$..[?@..b]' } }, /\.\. may stand in it once/],
    [{ ...base, format: 'json', values: { t: '$[?$.a[*]]' } }, /not for values in the whole message/],
    [{ ...base, format: 'json', values: { t: '$[?count($.*) > 1]' } }, /not for values in the whole message/],
    [{ ...base, format: 'json', values: { t: 'temperature' } }, /must be a JSONPath such as/],
    [{ ...base, format: 'json', values: { t: '{sight}' } }, /captures {site}, {deviceId}/],
    [
      { ...base, format: 'text', name: 't', values: { t: '$.t' } },
      /JSONPaths are for the formats json and cbor/,
    ],
    [{ ...base, format: 'text' }, /needs name/],
    [{ ...base, format: 'csv' }, /needs columns/],
    [{ ...base, format: 'csv', columns: ['t'], time: 'ts' }, /time is "ts": it must be/],
    [{ ...base, format: 'json', each: 'readings' }, /each is "readings", which is no JSONPath/],
    [{ ...base, format: 'bytes', values: { site: '{site}' } }, /has no values of its own/],
    [{ ...base, format: 'json', template: 'a/b#/{deviceId}' }, /a level is a text, {name} or \+/],
    [{ ...base, format: 'json', template: '#/{deviceId}' }, /# may only be the last/],
    [{ ...base, format: 'json', template: '{deviceId}/{deviceId}' }, /captures the same name twice/],
    [{ ...base, format: 'json', template: '$SYS/{deviceId}' }, /does not start with \$/],
  ] as const)('refuses %j', (template, reason) => {
    expect(() => compileTemplate(template as TopicTemplate)).toThrow(reason);
  });
});

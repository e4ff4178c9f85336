import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { TopicTemplate } from '../../../../iot-agent/registry/topic-template.ts';
import { EnvelopeError } from '../../../../iot-agent/transports/envelope.ts';
import { compileTemplate } from '../../../../iot-agent/transports/freeform/compile-template.ts';
import { filtersMeet, matchFilter } from '../../../../iot-agent/transports/topic-levels.ts';

const common = { template: '{apikey}/{deviceId}/{ts}' } as const;
const templates: readonly TopicTemplate[] = [
  { ...common, format: 'json' },
  {
    ...common,
    format: 'json',
    each: '$.list[*]',
    values: { t: '$.t', ts: '{ts}' },
    time: '$.at',
    timeFormat: 'ms',
  },
  { ...common, format: 'json', values: { t: '$..t', u: '$[?@.t > 1].t' }, deviceId: '$.id', time: '{ts}' },
  { ...common, format: 'cbor', values: { t: '$.t' } },
  { ...common, format: 'csv', columns: ['t', null, 'at'], time: 'at', decimalComma: true },
  { ...common, format: 'text', name: 't' },
  { ...common, format: 'bytes', name: 't', time: '{ts}', timeFormat: 'µs' },
  { ...common, format: 'bytes' },
  { ...common, format: 'ultralight' },
];
const compiled = templates.map((template) => compileTemplate(template));

const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.oneof(fc.double(), fc.string(), fc.constant(null), fc.constant('2026-01-01T00:00:00Z')),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('t', 'at', 'id', 'list', '__proto__', 'TimeInstant'), tie('value')),
  ),
})).value;
const payloads = fc.oneof(
  json.map((value) => Buffer.from(JSON.stringify(value))),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  fc.string().map((text) => Buffer.from(text)),
  fc
    .array(fc.constantFrom(';', '"', '\n', '1,5', '#', '|', 't'), { maxLength: 10 })
    .map((parts) => Buffer.from(parts.join(''))),
);

describe('templates', () => {
  it('understand a message or say what is wrong with it, whatever it is', () => {
    fc.assert(
      fc.property(fc.constantFrom(...compiled), payloads, fc.string(), (template, payload, ts) => {
        const captures = new Map([
          ['apikey', 'k1'],
          ['deviceId', 'd1'],
          ['ts', ts],
        ]);
        try {
          expect(template.read(captures, payload, 1).kind).toBe('incoming');
        } catch (error) {
          if (!(error instanceof EnvelopeError)) throw error;
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('meet exactly where a topic fits both', () => {
    const level = fc.constantFrom('a', 'b', '+');
    const filter = fc
      .tuple(fc.array(level, { minLength: 1, maxLength: 3 }), fc.boolean())
      .map(([levels, isOpen]) => (isOpen ? [...levels, '#'] : levels));
    const topics = ['a', 'b'].flatMap((one) => [
      [one],
      ...['a', 'b'].flatMap((two) => [
        [one, two],
        [one, two, 'a'],
        [one, two, 'b'],
        [one, two, 'a', 'b'],
      ]),
    ]);
    fc.assert(
      fc.property(filter, filter, (one, other) => {
        const both = topics.some((topic) => matchFilter(one, topic) && matchFilter(other, topic));
        // Open filters meet in topics that are longer than these.
        if (both) expect(filtersMeet(one.join('/'), other.join('/'))).toBe(true);
        else if (one.at(-1) !== '#' || other.at(-1) !== '#')
          expect(filtersMeet(one.join('/'), other.join('/'))).toBe(false);
      }),
    );
  });
});

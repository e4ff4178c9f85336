import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NgsiLdError } from '../../../../broker/domain/errors.ts';
import { parseMqttTarget } from '../../../../broker/domain/subscription/parse-mqtt-target.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: what MQTT strings do not hold.
const controls = /[\u0000-\u001f\u007f-\u009f]/;
const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter((one) => !controls.test(one));
const topic = text.filter((one) => !/[+#]/.test(one));
const host = fc.constantFrom('broker.example', '10.0.0.7', '[2001:db8::1]');
const port = fc.integer({ min: 1, max: 65_535 });

describe('the URI of an MQTT endpoint', () => {
  it('says what was written into it, percent-encoded', () => {
    const given = fc.record({
      user: text,
      password: text,
      host,
      port,
      topic: fc.array(topic, { minLength: 1 }),
    });
    fc.assert(
      fc.property(given, (parts) => {
        const [user, password] = [parts.user, parts.password].map(encodeURIComponent);
        const path = parts.topic.map(encodeURIComponent).join('/');
        const uri = `mqtts://${user}:${password}@${parts.host}:${parts.port}/${path}`;
        expect(parseMqttTarget(uri, [], 'endpoint')).toMatchObject({
          ...{ isSecure: true, host: parts.host.replace(/[[\]]/g, ''), port: parts.port },
          ...{ user: parts.user, password: parts.password, topic: parts.topic.join('/') },
        });
      }),
    );
  });

  it('is understood or refused, whatever it is', () => {
    const odd = fc.string({ unit: fc.constantFrom(...'mqts:/@[]%?#+.a1é\u0000 '), maxLength: 30 });
    fc.assert(
      fc.property(odd, (rest) => {
        try {
          expect(parseMqttTarget(`mqtt://${rest}`, [], 'endpoint').topic).toMatch(/^[^+#]+$/);
        } catch (error) {
          if (!(error instanceof NgsiLdError)) throw error;
        }
      }),
      { numRuns: 2000 },
    );
  });
});

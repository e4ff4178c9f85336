import { describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '../../../../broker/domain/entity.ts';
import { parseEndpoint } from '../../../../broker/domain/subscription/parse-endpoint.ts';
import { refusalOf } from '../support.ts';

const detailOf = (act: () => unknown): string => refusalOf(act).message;

const uri = 'http://receiver.example/notify';
const parse = (members: JsonObject) => parseEndpoint({ uri, ...members }, 'endpoint');
const pair = (key: Json, value: Json): JsonObject => ({ key, value });
const mqtt = (text: string, notifierInfo: readonly JsonObject[] = []) =>
  parse({ uri: text, notifierInfo: [...notifierInfo] }).mqtt;

describe('the endpoint of a Subscription (clause 5.2.15)', () => {
  it('is of HTTP or HTTPS without an MQTT target, whatever notifierInfo says', () => {
    for (const text of [uri, 'https://user:pa%20ss@receiver.example:8443/a?b=c'])
      expect(parse({ uri: text, notifierInfo: [pair('MQTT-QoS', '9'), pair('other', '')] })).toEqual({
        uri: text,
        accept: 'application/json',
        receiverInfo: [],
      });
  });

  it('keeps accept, receiverInfo, cooldown and timeout over MQTT, too', () => {
    const receiverInfo = [pair('Content-Length', '5'), pair('any key: é', 'line\nbreak')];
    const given = { accept: 'application/geo+json', receiverInfo, cooldown: 0.5, timeout: 1e9 };
    expect(parse({ uri: 'mqtt://broker.example/t', ...given })).toMatchObject(given);
  });
});

describe('the URI of an MQTT endpoint (clause 7.2)', () => {
  it.each([
    ['mqtt://broker.example/topic', { isSecure: false, host: 'broker.example', port: 1883, topic: 'topic' }],
    ['mqtts://broker.example/topic', { isSecure: true, host: 'broker.example', port: 8883, topic: 'topic' }],
    ['MQTTS://Broker.Example:1/A/b', { isSecure: true, host: 'broker.example', port: 1, topic: 'A/b' }],
    ['mqtt://10.0.0.1:1884/a/b/c', { host: '10.0.0.1', port: 1884, topic: 'a/b/c' }],
    ['mqtt://0x7f.1/t', { host: '127.0.0.1' }],
    ['mqtt://[2001:DB8::1]:1884/t', { host: '2001:db8::1', port: 1884 }],
    ['mqtt://user@broker.example/t', { user: 'user' }],
    ['mqtt://us%40er:p%3A%2F%3Fss@broker.example/t', { user: 'us@er', password: 'p:/?ss' }],
    ['mqtt://user:@broker.example/t', { user: 'user', password: '' }],
    ['mqtt://broker.example/a%20b/%C3%A9%3F', { topic: 'a b/é?' }],
    ['mqtt://broker.example//a/', { topic: '/a/' }],
    ['mqtt://broker.example/a/../b', { topic: 'a/../b' }],
  ])('%s is understood', (text, parts) => {
    expect(mqtt(text)).toMatchObject(parts);
  });

  it('has no user where none is given', () => {
    expect(mqtt('mqtt://broker.example/t')).toEqual({
      ...{ isSecure: false, host: 'broker.example', port: 1883, topic: 't' },
      ...{ version: 'mqtt5.0', qos: 0 },
    });
  });

  it.each([
    ['mqtt://broker.example', /has no topic to publish on/],
    ['mqtt://broker.example/', /has no topic to publish on: it must have the form mqtt\[s\]:/],
    ['mqtt://broker.example/a/+/b', /wildcards are for those who subscribe/],
    ['mqtt://broker.example/a%2B', /wildcards/],
    ['mqtt://broker.example/a/%23', /wildcards/],
    ['mqtt://broker.example/a#b', /write \? and # in a topic or password as %3F, %23/],
    ['mqtt://broker.example/a?b', /must have the form/],
    ['mqtt://broker.example/a%00', /control character in its topic/],
    ['mqtt://broker.example/a%zz', /topic that is not percent-encoded UTF-8: write % as %25/],
    ['mqtt://broker.example/%ff', /topic that is not percent-encoded UTF-8/],
    [`mqtt://broker.example/${'x'.repeat(21_846)}`, /topic of more than 21845 characters/],
    ['mqtt:///topic', /must have the form/],
    ['mqtt:broker', /must have the form/],
    ['mqtt://broker.example:0/t', /no valid port/],
    ['mqtt://broker.example:65536/t', /no valid port/],
    ['mqtt://broker.example:x/t', /must have the form/],
    ['mqtt://bro ker.example/t', /must have the form/],
    ['mqtt://1.2.3.400/t', /no valid host/],
    ['mqtt://[::g]/t', /must have the form/],
    ['mqtt://:password@broker.example/t', /without a user/],
    ['mqtt://us%er@broker.example/t', /user that is not percent-encoded/],
    ['mqtt://u:p%0A@broker.example/t', /control character in its password/],
  ])('%s is refused', (text, detail) => {
    expect(detailOf(() => mqtt(text))).toMatch(detail);
  });

  it('is read in no time, however long it is', () => {
    const long = '@:'.repeat(500_000);
    expect(detailOf(() => mqtt(`mqtt://${long}`))).toMatch(/must have the form/);
  });
});

describe('notifierInfo of an MQTT endpoint (table 7.2-1)', () => {
  const text = 'mqtt://broker.example/t';

  it('has QoS 0 and version 5.0 unless it says something else', () => {
    expect(mqtt(text, [pair('X-Other', 'y')])).toMatchObject({ qos: 0, version: 'mqtt5.0' });
    expect(mqtt(text, [pair('MQTT-QoS', '2'), pair('MQTT-Version', 'mqtt3.1.1')])).toMatchObject({
      qos: 2,
      version: 'mqtt3.1.1',
    });
  });

  it.each([
    ['MQTT-QoS', '3', /notifierInfo".*MQTT-QoS, whose value must be one of 0, 1, 2/],
    ['MQTT-Version', '5', /MQTT-Version, whose value must be one of mqtt3.1.1, mqtt5.0/],
  ])('refuses %s %s', (key, value, detail) => {
    expect(detailOf(() => mqtt(text, [pair(key, value)]))).toMatch(detail);
  });
});

describe('what receiverInfo may copy from the request', () => {
  const copying = (key: string) => parse({ receiverInfo: [pair(key, 'urn:ngsi-ld:request')] });

  it.each(['X-Trace', 'traceparent', 'Link', 'X-Sensor-Network', 'NGSILD-Tenant', 'Prefer'])('%s', (key) => {
    expect(copying(key).receiverInfo).toEqual([pair(key, 'urn:ngsi-ld:request')]);
  });

  it.each([
    'Authorization',
    'authorization',
    'X-API-Key',
    'Cookie',
    'X-Auth-Token',
    'X-Amz-Security-Token',
    'X-Client-Secret',
    'X-Forwarded-For',
    'Forwarded',
    'X-Real-IP',
    'Content-Type',
    'Accept',
  ])('not %s', (key) => {
    expect(detailOf(() => copying(key))).toMatch(/receiverInfo\[0\]\.value".*for this broker alone/);
    expect(
      detailOf(() => parse({ uri: 'mqtt://b/t', receiverInfo: [pair(key, 'urn:ngsi-ld:request')] })),
    ).toMatch(/for this broker alone/);
  });

  it("takes a value of the receiver's own for each of them", () => {
    expect(parse({ receiverInfo: [pair('Authorization', 'Bearer x')] }).receiverInfo).toHaveLength(1);
  });
});

import { describe, expect, it } from '@jest/globals';
import { topicFilters, topicForm } from '../../../iot-agent/transports/topics.ts';
import { readFixture } from './lorawan/read-fixture.ts';

const arrivedAt = Date.UTC(2026, 10, 24) * 1000;

function parsed(topic: string, text: string) {
  return topicForm(topic)?.parse({ topic, payload: Buffer.from(text), arrivedAt });
}

describe('topicForm', () => {
  it('reads uplinks of The Things Stack', () => {
    const topic = 'v3/city@ttn/devices/bin-17/up';
    const text = '{"end_device_ids":{"dev_eui":"0004A30B001C0530"},"uplink_message":{"f_cnt":1}}';
    expect(topicForm(topic)).toMatchObject({ source: 'things-stack', shown: topic });
    expect(parsed(topic, text)).toMatchObject({ incoming: [{ devEui: '0004A30B001C0530' }] });
  });

  it('reads events of ChirpStack by the last part of the topic', () => {
    const device = 'application/17c8/device/0101010101010101/event';
    const text = '{"deviceInfo":{"devEui":"0101010101010101"}}';
    expect(topicForm(`${device}/up`)?.source).toBe('chirpstack');
    expect(parsed(`${device}/up`, text)).toMatchObject({ incoming: [{ kind: 'lorawan' }] });
    expect(parsed(`${device}/join`, text)).toMatchObject({ incoming: [{ kind: 'event', event: 'join' }] });
    expect(parsed(`${device}/txack`, text)).toMatchObject({ incoming: [{ stage: 'sent' }] });
    expect(parsed(`${device}/integration`, text)).toMatchObject({ kind: 'ignored' });
  });

  it('keeps what stands before the topics of ChirpStack for the way back', () => {
    const topic = 'eu868/application/17c8/device/0101010101010101/event/join';
    expect(topicForm(topic)?.source).toBe('chirpstack');
    expect(parsed(topic, '{"deviceInfo":{"devEui":"0101010101010101"}}')).toMatchObject({
      incoming: [{ event: 'join', downlink: { topicPrefix: 'eu868/' } }],
    });
  });

  it.each(['join', 'down/queued', 'down/ack', 'location/solved', 'service/data'])(
    'reads what The Things Stack publishes on %s, with the application of the topic',
    (event) => {
      const topic = `v3/city@ttn/devices/bin-17/${event}`;
      const text = '{"end_device_ids":{"dev_eui":"0004A30B001C0530"},"join_accept":{}}';
      expect(parsed(topic, text)).toMatchObject({ incoming: [{ applicationId: 'city@ttn' }] });
    },
  );

  it('ignores the downlinks that are pushed to The Things Stack', () => {
    const result = parsed('v3/city@ttn/devices/bin-17/down/push', '{"downlinks":[{"f_port":1}]}');
    expect(result).toMatchObject({ kind: 'ignored' });
  });

  it.each([
    ['city/things/0018B20000000B20/uplink', 'actility/uplink', 'actility'],
    ['sensor/provider/city/payload', 'netmore/uplink', 'netmore'],
    ['sensor/provider/city/downlink-response', 'netmore/downlink-response', 'netmore'],
    ['helium/7c523974/rx', 'helium/uplink', 'helium'],
    ['lorawan/loriot', 'loriot/gw', 'lorawan'],
    ['lorawan/city', 'chirpstack/up', 'lorawan'],
  ])('reads %s', (topic, fixture, source) => {
    expect(topicForm(topic)?.source).toBe(source);
    const [server] = fixture.split('/');
    expect(parsed(topic, JSON.stringify(readFixture(fixture)))).toMatchObject({
      kind: 'incoming',
      incoming: expect.arrayContaining([expect.objectContaining({ server })]),
    });
  });

  it.each(['/json/k1/d1/attrs', 'json/k1/d1/attrs', '/k1/d1/attrs', 'k1/d1/attrs'])(
    'reads measures of IoT-Agent-JSON on %s, and does not show the apikey',
    (topic) => {
      const origin = { kind: 'plain', apikey: 'k1', deviceId: 'd1', observedAt: arrivedAt };
      expect(parsed(topic, '{"t":1}')).toEqual({
        kind: 'incoming',
        incoming: [{ ...origin, values: { t: 1 } }],
      });
      expect(parsed(`${topic}/level`, '70')).toEqual({
        kind: 'incoming',
        incoming: [{ ...origin, values: { level: 70 } }],
      });
      expect(topicForm(topic)?.shown).toBe(topic.replace('k1', '***'));
    },
  );

  it.each(['/ul/k1/d1/attrs', 'ul/k1/d1/attrs', '/k1/d1/attrs', 'k1/d1/attrs'])(
    'reads measures of UltraLight on %s',
    (topic) => {
      expect(parsed(topic, 't|15#h|40')).toMatchObject({
        incoming: [{ values: { t: 15 } }, { values: { h: 40 } }],
      });
      expect(parsed(`${topic}/door`, 'open')).toMatchObject({ incoming: [{ values: { door: 'open' } }] });
      expect(topicForm(topic)?.shown).toBe(topic.replace('k1', '***'));
    },
  );

  it('believes the group about the protocol where the topic does not say it, and only there', () => {
    const read = (topic: string, protocol: 'iot-agent-json' | 'ultralight') => {
      const form = topicForm(topic);
      return form?.parse({ topic, payload: Buffer.from('open'), arrivedAt, protocol });
    };
    expect(topicForm('/k1/d1/attrs/door')?.askProtocolOf).toBe('k1');
    expect(read('/k1/d1/attrs/door', 'iot-agent-json')).toMatchObject({
      incoming: [{ values: { door: '6f70656e' } }],
    });
    expect(read('/k1/d1/attrs/door', 'ultralight')).toMatchObject({
      incoming: [{ values: { door: 'open' } }],
    });
    expect(topicForm('/ul/k1/d1/attrs/door')?.askProtocolOf).toBeUndefined();
    expect(read('/ul/k1/d1/attrs/door', 'iot-agent-json')).toMatchObject({
      incoming: [{ values: { door: 'open' } }],
    });
  });

  it.each([
    ['/json/k1/d1/cmdexe', '{"ping":"pong"}', { ping: 'pong' }],
    ['k1/d1/cmdexe', '{"ping":"pong"}', { ping: 'pong' }],
    ['ul/k1/d1/cmdexe', 'd1@ping|pong', { ping: 'pong' }],
    ['/k1/d1/cmdexe', 'd1@ping|pong', { ping: 'pong' }],
  ])('reads results of commands on %s: %s', (topic, text, results) => {
    const incoming = [
      { kind: 'command-results', apikey: 'k1', deviceId: 'd1', results, receivedAt: arrivedAt },
    ];
    expect(parsed(topic, text)).toEqual({ kind: 'incoming', incoming });
  });

  it.each([
    ['/json/k1/d1/configuration/commands', '{"type":"configuration","fields":["a"]}', 'iot-agent-json'],
    ['/k1/d1/configuration/commands', 'configuration|a', 'ultralight'],
  ])('reads questions for values on %s', (topic, text, protocol) => {
    const request = { apikey: 'k1', deviceId: 'd1', type: 'configuration', fields: ['a'], protocol };
    expect(parsed(topic, text)).toEqual({ kind: 'configuration', request });
  });

  it('takes an attribute called __proto__ for what it is', () => {
    const result = parsed('/json/k1/d1/attrs/__proto__', '70');
    expect(JSON.stringify(result)).toContain('{"__proto__":70}');
  });

  it.each([
    'v3/city@ttn/devices/bin-17/uplink',
    'application/17c8/device/0101010101010101/command/down',
    '/k1/d1/cmd',
    '/k1/d1/configuration/values',
    '$SYS/broker/attrs',
    '$share/k1/attrs',
    '/json/k1/d1/attrs/a/b',
    'weather/wind',
    '',
  ])('has no form for %s', (topic) => {
    expect(topicForm(topic)).toBeUndefined();
  });

  it('refuses measures of nobody', () => {
    expect(() => parsed('/json/k1//attrs', '{"t":1}')).toThrow(/must name an apikey and a device/);
    expect(() => parsed('/json//d1/attrs/t', '1')).toThrow(/must name an apikey and a device/);
  });
});

describe('topicFilters', () => {
  it('covers the network servers and every form of FIWARE', () => {
    expect(topicFilters).toEqual([
      ...['up', 'join', 'down/+', 'location/solved', 'service/data'].map(
        (event) => `v3/+/devices/+/${event}`,
      ),
      ...['application/+/device/+/event/+', '+/application/+/device/+/event/+'],
      ...[
        '+/things/+/uplink',
        'sensor/+/+/payload',
        'sensor/+/+/downlink-response',
        'helium/+/rx',
        'lorawan/+',
      ],
      ...['attrs', 'attrs/+', 'cmdexe', 'configuration/commands'].flatMap((end) =>
        ['/json/', 'json/', '/ul/', 'ul/', '/', ''].map((prefix) => `${prefix}+/+/${end}`),
      ),
    ]);
  });
});

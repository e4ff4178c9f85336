import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EnvelopeError } from '../../../iot-agent/transports/envelope.ts';
import { topicForm } from '../../../iot-agent/transports/topics.ts';

const topics = [
  ...['up', 'down/failed'].map((event) => `v3/city@ttn/devices/bin-17/${event}`),
  ...['up', 'status', 'join', 'ack', 'txack', 'log', 'location', 'error', 'integration'].map(
    (event) => `application/17c8/device/0101010101010101/event/${event}`,
  ),
  'city/things/0018B20000000B20/uplink',
  'sensor/provider/city/payload',
  'helium/7c523974/rx',
  'lorawan/city',
  '/json/k1/d1/attrs',
  '/k1/d1/attrs/level',
  '/k1/d1/attrs',
  'ul/k1/d1/attrs',
  'ul/k1/d1/attrs/level',
  ...['/json/k1/d1', '/ul/k1/d1', 'k1/d1'].flatMap((sender) => [
    `${sender}/cmdexe`,
    `${sender}/configuration/commands`,
  ]),
];
/** Members that the parsers look for, so that arbitrary messages reach their depths. */
const names = [
  ...['end_device_ids', 'dev_eui', 'uplink_message', 'join_accept', 'frm_payload', 'f_port', 'rx_metadata'],
  ...[
    'deviceInfo',
    'devEui',
    'devEUI',
    'data',
    'object',
    'objectJSON',
    'rxInfo',
    'rssi',
    'time',
    'batteryLevel',
  ],
  ...[
    'downlink_failed',
    'downlink_ack',
    'downlink_queue_invalidated',
    'downlinks',
    'correlation_ids',
    'error',
  ],
  ...[
    'location_solved',
    'service_data',
    'location',
    'attributes',
    'version_ids',
    'tags',
    'context',
    'queueItemId',
  ],
  ...[
    'cmd',
    'EUI',
    'gws',
    'encdata',
    'ts',
    'ack',
    'port',
    'fcnt',
    'deliveryStatus',
    'payload',
    'payload_hex',
  ],
  ...[
    'DevEUI_uplink',
    'DevEUI_downlink_Sent',
    'DevEUI_location',
    'DevEUI_notification',
    'DevEUI',
    'CustomerData',
  ],
  ...['Lrrs', 'Lrr', 'DevLAT', 'DevLON', 'DriverCfg', 'app', 'Type', 'Var1', 'Time', 'FCntUp', 'FPort'],
  ...['hotspots', 'downlink_url', 'reported_at', 'category', 'metadata', 'labels', 'decoded', 'gateways'],
  ...[
    'locations',
    'user',
    'latitude',
    'longitude',
    'TimeInstant',
    'received_at',
    '__proto__',
    'type',
    'fields',
    'timestamp',
    'value',
  ],
];
const { message } = fc.letrec((tie) => ({
  message: fc.oneof(
    { maxDepth: 5 },
    fc.oneof(
      fc.constant('0004A30B001C0530'),
      fc.constantFrom('gw', 'txd', 'join', 'downlink', '62756D'),
      fc.string(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
    ),
    fc.array(tie('message'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names), tie('message'), { maxKeys: 6 }),
  ),
}));

const ultraLight = fc
  .array(
    fc.oneof(
      fc.constantFrom('|', '#', '@', 't', '15', '2016-06-13T00:35:30Z', 'd1@turn', 'configuration', '='),
      fc.string({ maxLength: 3 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

function outcome(topic: string, text: string): unknown {
  try {
    return topicForm(topic)?.parse({ topic, payload: Buffer.from(text), arrivedAt: 1 });
  } catch (error) {
    return error;
  }
}

describe('the forms of topics', () => {
  it('understand a message or say what is wrong with it, whatever it is', () => {
    const texts = fc.oneof(
      message.map((value) => JSON.stringify(value)),
      fc.string(),
      ultraLight,
    );
    fc.assert(
      fc.property(fc.constantFrom(...topics), texts, (topic, text) => {
        const result = outcome(topic, text);
        if (result instanceof Error) expect(result).toBeInstanceOf(EnvelopeError);
        else
          expect(result).toMatchObject({ kind: expect.stringMatching(/^(incoming|ignored|configuration)$/) });
      }),
      { numRuns: 3000 },
    );
  });
});

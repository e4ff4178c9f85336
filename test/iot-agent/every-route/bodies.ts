import fc from 'fast-check';
import type { Json } from '../../support/fuzz/mutation.ts';
import { readFixture } from '../transports/lorawan/read-fixture.ts';
import { DL_PM, thingsStackUplink } from '../uplink-messages.ts';

const words = (...all: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...all);
const some = (members: Record<string, fc.Arbitrary<Json>>): fc.Arbitrary<Readonly<Record<string, Json>>> =>
  fc.record(members, { requiredKeys: [] }) as fc.Arbitrary<Readonly<Record<string, Json>>>;

export const deviceId = fc.integer({ min: 0, max: 9 }).map((number) => `device-${number}`);
export const apikey = words('k1', 'k2', 'k3');
const devEui = fc.integer({ min: 0, max: 5 }).map((number) => `70B3D57BA000000${number}`);
const time = words(
  '2026-11-24T08:00:00Z',
  '2026-11-24T08:00:00',
  '2026-11-24T09:00:00.123456789+01:00',
  '1970-01-01T00:00:00Z',
);
const name = words(
  'temperature',
  't',
  'level',
  'location',
  'fill level',
  'é',
  'constructor',
  'id',
  'type',
  'TimeInstant',
);
const typeName = words(
  'Thing',
  'Thing',
  'Room',
  'WasteContainer',
  'AirQualityObserved',
  'Streetlight',
  'ex:T',
);
const model = words(
  'decentlab/dl-pm',
  'decentlab/dl-mbx',
  'milesight/em300-th',
  'elsys/elt-2',
  'dragino/ldds75',
);
const commandName = words('on', 'dim', 'fill level', 'constructor');
const command: fc.Arbitrary<Json> = some({
  name: commandName,
  type: words('command'),
  object_id: name,
  expression: words('on', 'value * 2', '{a: value}'),
  payloadType: words('text', 'json', 'binaryfromhex'),
  ttl: fc.constantFrom<Json>(1, 'PT1S', 'soon'),
  fPort: fc.integer({ min: 0, max: 300 }),
  mode: words('push', 'replace'),
}).map((members) => ({ name: 'on', ...members }));
const value: fc.Arbitrary<Json> = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom<Json>('text', '', true, null, [1, 2], { a: { b: 1 } }, '41.2,2.1', {
    type: 'Point',
    coordinates: [2, 41],
  }),
);

const attribute = fc
  .tuple(
    fc.record({ name, type: words('Number', 'Text', 'geo:json', 'geo:point', 'Relationship', 'DateTime') }),
    some({ object_id: name }),
  )
  .map(([own, more]): Json => ({ ...own, ...more }));
const staticAttribute = fc.constantFrom<Json>(
  { name: 'location', type: 'geo:json', value: { type: 'Point', coordinates: [2, 41] } },
  { name: 'floor', type: 'Number', value: 2 },
  { name: 'note', type: 'Text', value: 'é' },
);
const settings = some({
  attributes: fc.array(attribute, { maxLength: 3 }) as fc.Arbitrary<Json>,
  static_attributes: fc.array(staticAttribute, { maxLength: 2 }) as fc.Arbitrary<Json>,
  timezone: words('Europe/Brussels', 'UTC'),
  timestamp: fc.boolean(),
  explicitAttrs: fc.boolean(),
  airQualityIndex: words('EAQI', 'BelAQI'),
  commands: fc.array(command, { maxLength: 2 }),
});

const device = fc
  .tuple(
    deviceId,
    typeName,
    settings,
    some({
      apikey,
      devEui,
      model,
      entity_name: deviceId.map((id) => `urn:ngsi-ld:Thing:${id}`),
    }),
  )
  .map(([device_id, entity_type, of, more]): Json => ({ device_id, entity_type, ...of, ...more }));
export const devices = fc
  .array(device, { minLength: 1, maxLength: 3 })
  .map((all): Json => ({ devices: all }));
export const deviceChange = fc
  .tuple(settings, some({ apikey, model, devEui }))
  .map(([of, more]): Json => ({ ...of, ...more }));

export const listedDevices = fc
  .array(
    fc.tuple(deviceId, some({ apikey })).map(([id, more]): Json => ({ deviceId: id, ...more })),
    { minLength: 1, maxLength: 3 },
  )
  .map((all): Json => ({ devices: all }));
export const provisioningRule = fc
  .tuple(
    name,
    some({
      profile: words('*', 'dl-*', '?'),
      tags: fc.constant({ a: '*' }),
      applicationId: words('*', 'city'),
    }),
    words('approve', 'auto'),
    some({ model, entity_type: typeName, naming: words('urn:x:{type}:{devEui}', '{deviceId}', '{type}') }),
  )
  .map(([rule, match, policy, more]): Json => ({ name: rule, match, policy, ...more }));

const group = fc
  .tuple(
    apikey,
    settings,
    some({
      entity_type: typeName,
      type: typeName,
      resource: words('/iot/json', ''),
      autoprovision: fc.constantFrom<Json>(true, false, 'approve'),
    }),
  )
  .map(([key, of, more]): Json => ({ apikey: key, ...of, ...more }));
export const groups = (member: 'groups' | 'services'): fc.Arbitrary<Json> =>
  fc.array(group, { minLength: 1, maxLength: 2 }).map((all): Json => ({ [member]: all }));
export const groupChange = settings;

const measure = fc
  .tuple(fc.dictionary(name, value, { minKeys: 1, maxKeys: 4 }), some({ TimeInstant: time }))
  .map(([values, more]): Json => ({ ...values, ...more }));
export const measures: fc.Arbitrary<Json> = fc.oneof(
  measure,
  fc.array(measure, { minLength: 1, maxLength: 3 }) as fc.Arbitrary<Json>,
);
export const oneValue = value;

const hex = words(DL_PM, '', '00', '0367e70468520100', 'ff'.repeat(50));
export const thingsStack = fc
  .record({
    devEui,
    fCnt: fc.integer({ min: 0, max: 70_000 }),
    at: words('2026-11-24T08:00:00.5Z', '2026-11-25T08:00:00Z'),
    hex,
  })
  .map((parts): Json => thingsStackUplink(parts) as unknown as Json);
/** Of every network server an uplink and something else. */
export const networkServerMessage = fc
  .constantFrom(
    ...[
      'things-stack/uplink',
      'things-stack/down-failed',
      'chirpstack/log-expired',
      'loriot/gw',
      'loriot/txd',
    ],
    ...['actility/uplink', 'actility/downlink-sent', 'netmore/uplink', 'netmore/downlink-response'],
    ...['helium/uplink', 'helium/downlink-ack'],
  )
  .map((name) => readFixture(name) as Json);
export const chirpstackEvent = words('up', 'status', 'join', 'txack', 'ack', 'log', 'location');
export const chirpstack = fc
  .record({
    devEui,
    fCnt: fc.integer({ min: 0, max: 70_000 }),
    payload: hex,
    batteryLevel: fc.double({ min: 0, max: 100, noNaN: true }),
  })
  .map(
    ({ devEui: eui, fCnt, payload, batteryLevel }): Json => ({
      deviceInfo: { devEui: eui.toLowerCase(), deviceName: 'bin', applicationId: '17c8' },
      ...{ time: '2026-11-24T08:00:00Z', fPort: 1, fCnt, batteryLevel, margin: 3, object: { level: 3 } },
      data: Buffer.from(payload, 'hex').toString('base64'),
      rxInfo: [{ gatewayId: 'g1', rssi: -90, snr: 5.5 }],
    }),
  );
/** What a broker tells of Entities that the devices feed. */
export const notification: fc.Arbitrary<Json> = some({
  id: words('urn:ngsi-ld:Notification:1'),
  type: words('Notification'),
  data: fc.array(
    fc
      .tuple(typeName, deviceId, commandName, some({ value, modifiedAt: time, ttl: value, commandId: value }))
      .map(([type, id, named, instance]) => ({ id: `urn:ngsi-ld:${type}:${id}`, type, [named]: instance })),
    { maxLength: 3 },
  ),
});
/** What a broker forwards of one Entity. */
export const forwarded: fc.Arbitrary<Json> = fc.dictionary(commandName, some({ value, observedAt: time }));
export const observedAt = time;
export const attributeName = name;

const range = { from: fc.constant<Json>('2026-11-24T00:00:00Z'), to: time as fc.Arbitrary<Json> };
export const replayRange: fc.Arbitrary<Json> = fc.record(range);
export const replay: fc.Arbitrary<Json> = fc.record({
  ...range,
  entity_type: words('Room', 'AirQualityObserved') as fc.Arbitrary<Json>,
});

const subject = some({
  model,
  codec: words('cayenne-lpp', 'cbor', 'mine'),
  device: deviceId,
  settings: settings,
  script: words('function decodeUplink(i) { return { data: i } }', 'function (', 'while (true) {}'),
});
const decoder = fc
  .constantFrom('model', 'codec', 'device', 'script')
  .chain((name) => subject.map((all) => (name in all ? { [name]: all[name] as Json } : {})));
/** Dry runs. */
export const trial: fc.Arbitrary<Json> = fc
  .tuple(
    fc.oneof({ weight: 4, arbitrary: decoder }, { weight: 1, arbitrary: subject }),
    fc.oneof(
      some({ bytes: hex, fPort: fc.integer({ min: 0, max: 255 }) }),
      some({
        message: fc.oneof(thingsStack, chirpstack, networkServerMessage, measures),
        apikey,
        event: chirpstackEvent,
      }),
    ),
    some({ receivedAt: time }),
  )
  .map(([who, what, more]): Json => ({ ...who, ...what, ...more }));
export const commandTrial: fc.Arbitrary<Json> = fc
  .tuple(decoder, some({ command: commandName, value, server: words('loriot', 'things-stack') }))
  .map(([who, what]): Json => ({ ...who, ...what }));

export const entityId = fc.tuple(typeName, deviceId).map(([type, id]) => `urn:ngsi-ld:${type}:${id}`);
const rulePlace = fc.oneof(
  entityId as fc.Arbitrary<Json>,
  some({ id: entityId, type: typeName, group: apikey, linkedBy: name }),
);
const ruleActions: fc.Arbitrary<Json> = fc.array(
  fc
    .tuple(rulePlace, commandName, value, some({ ttl: fc.constantFrom<Json>(1, 'PT1S', 'soon') }))
    .map(([entity, named, given, more]) => ({ entity, command: named, value: given, ...more })),
  { maxLength: 2 },
);
const dayTime = words('22:00', '06:30:15', 'sunset', 'sunrise-PT1H', 'noon', '24:00', '02:30');
const zone = words('Europe/Brussels', 'UTC', 'Mars/Base');
/** Names of rules; a rule is made, changed, told of and tested under the same few. */
export const ruleName = words('court', 'night', 'way 1');
const oddRule: fc.Arbitrary<Json> = fc
  .tuple(
    ruleName,
    some({
      when: some({
        entities: some({ type: typeName, id: entityId, idPattern: words('.*', '(', 'urn:.*:1$') }),
        q: words('temperature>3', 'level==1;t', 'level=1', '(t', 'constructor==1'),
        watched: fc.array(name, { maxLength: 2 }),
      }),
      // biome-ignore lint/suspicious/noThenProperty: so the member is called
      then: ruleActions,
      after: fc.tuple(fc.constantFrom<Json>('PT1S', 0, 'soon', 60), ruleActions).map(
        ([delay, actions]): Json =>
          Object.fromEntries([
            ['delay', delay],
            ['then', actions],
          ]),
      ),
      during: some({ from: dayTime, to: dayTime, timezone: zone, days: fc.constant<Json>(['mon', 'sun']) }),
      schedule: fc.tuple(fc.oneof(dayTime, words('from', 'to')), ruleActions).map(
        ([at, actions]): Json =>
          Object.fromEntries([
            ['at', at],
            ['then', actions],
          ]),
      ),
      timezone: zone,
      location: fc.constantFrom<Json>('51, 4', { type: 'Point', coordinates: [4, 51] }, 'here', [4, 91]),
      repeat: fc.boolean(),
    }),
  )
  .map(([named, more]): Json => ({ name: named, ...more }));
const soundRule: fc.Arbitrary<Json> = fc
  .tuple(ruleName, typeName, words('temperature', 'level'), entityId, fc.boolean())
  .map(([named, type, watched, entity, isDelayed]): Json => {
    const actions = [{ entity, command: 'on', value: true }];
    const done = Object.fromEntries([['then', actions]]);
    const when = { entities: { type }, watched: [watched] };
    return { name: named, when, ...(isDelayed ? { after: { delay: 1, ...done } } : done) };
  });
export const rule: fc.Arbitrary<Json> = fc.oneof(
  { weight: 2, arbitrary: soundRule },
  { weight: 1, arbitrary: oddRule },
);
export const rules: fc.Arbitrary<Json> = fc
  .array(rule, { minLength: 1, maxLength: 3 })
  .map((all): Json => ({ rules: all }));
/** What a broker tells of the condition of a rule. */
export const fulfilled: fc.Arbitrary<Json> = some({
  id: words('urn:ngsi-ld:Notification:1'),
  notifiedAt: time,
  data: fc.array(
    fc.tuple(entityId, name, some({ value, observedAt: time })).map(([id, named, instance]) => ({
      ...{ id, type: 'Thing' },
      [named]: instance,
    })),
    { maxLength: 3 },
  ),
});

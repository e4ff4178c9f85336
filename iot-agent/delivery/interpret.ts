import type { CodecRunner } from '../codecs/codec-runner.ts';
import type { Catalogue } from '../devices/catalogue.ts';
import { decodedToEntity } from '../mapping/decoded-to-entity.ts';
import { type MappingParts, plainToEntity } from '../mapping/plain-to-entity.ts';
import { toEntity } from '../mapping/to-entity.ts';
import type { Incoming, Json, PlainMeasure } from '../measurement.ts';
import type { Device, Mapped } from '../registry/device.ts';
import { type DeviceNews, newsOf, remarksOf } from './device-news.ts';
import { interpretByCodec, type Payload } from './interpret-by-codec.ts';
import { type Interpretation, withRemarks } from './interpretation.ts';

/** Makes Entities of what a known device sent. @throws Error that says why the payload cannot be read. */
export type Interpret = (device: Device, incoming: Incoming) => Interpretation | Promise<Interpretation>;

/** What interpreting asks. */
export interface InterpreterParts {
  readonly catalogue: Pick<Catalogue, 'findModel'>;
  readonly codecs: Pick<CodecRunner, 'decode'>;
  /** What expressions may ask at the moment of a measure. */
  readonly mapping?: () => MappingParts;
}

/** Interprets by codecs and by the device models of the catalogue, and FIWARE's measures by the device's configuration. */
export function interpreter({ catalogue, codecs, mapping = () => ({}) }: InterpreterParts): Interpret {
  const payload = (device: Device, uplink: Payload) =>
    device.codec === undefined
      ? interpretUplink(catalogue, device, uplink, mapping)
      : interpretByCodec(codecs, device.codec, { device, uplink, mapping: mapping() });
  return (device, incoming) => {
    switch (incoming.kind) {
      case 'plain':
        return incoming.bytes === undefined
          ? withRemarks(plainToEntity(device, incoming.values, incoming, mapping()))
          : payload(device, payloadOf(incoming, incoming.bytes));
      case 'event': {
        const mapped = { kind: 'nothing', reason: `a ${incoming.event} event measures nothing` } as const;
        const news = newsOf(incoming);
        return { mapped, remarks: remarksOf(incoming), ...(news === undefined ? {} : { news }) };
      }
      case 'command-results':
        return { mapped: { kind: 'nothing', reason: 'the answer to a command measures nothing' } };
      case 'lorawan':
        return payload(device, incoming);
    }
  };
}

/** Of a plain device: when it was measured counts, where that is said. */
function payloadOf({ fPort, observedAt }: PlainMeasure, bytes: Uint8Array): Payload {
  return { bytes, receivedAt: observedAt, ...(fPort === undefined ? {} : { fPort }) };
}

function interpretUplink(
  catalogue: Pick<Catalogue, 'findModel'>,
  device: Device,
  uplink: Payload,
  mapping: () => MappingParts,
): Interpretation {
  const { fPort, bytes, receivedAt, rssi } = uplink;
  const news: DeviceNews = { receivedAt, isReport: true, ...(rssi === undefined ? {} : { rssi }) };
  if (device.model === undefined) {
    const mapped = decodedToEntity(device, uplink, mapping()) ?? notDecoded(device);
    return { ...withRemarks(mapped), news };
  }
  const model = catalogue.findModel(device.model);
  if (model === undefined)
    return {
      mapped: { kind: 'undecodable', reason: `the device model ${device.model} is not in the catalogue` },
    };
  if (bytes.length === 0) {
    const mapped = { kind: 'nothing', reason: 'the uplink has no payload' } as const;
    return { mapped, news: { ...news, isReport: false } };
  }
  const { internalAttributes: settings } = device;
  const input = { bytes, fPort: fPort ?? 0, ...(settings === undefined ? {} : { settings }) };
  const measurements = model.decode(input);
  const extras = uplink.location === undefined ? {} : { location: uplink.location };
  return {
    mapped: toEntity(device, measurements, receivedAt, extras),
    news: { ...news, ...batteryIn(measurements) },
  };
}

function batteryIn({ batteryLevel }: { readonly batteryLevel?: Json }): Pick<DeviceNews, 'batteryLevel'> {
  return typeof batteryLevel === 'number' ? { batteryLevel } : {};
}

function notDecoded({ deviceId }: Device): Mapped {
  const reason = `device ${deviceId} has no model and no codec, and nobody else decoded its payload: set one of them`;
  return { kind: 'incomplete', missing: ['model'], reason };
}

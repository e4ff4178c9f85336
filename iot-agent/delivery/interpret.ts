import type { CodecRunner } from '../codecs/codec-runner.ts';
import type { Catalogue } from '../devices/catalogue.ts';
import { decodedToEntity } from '../mapping/decoded-to-entity.ts';
import { type MappingParts, plainToEntity } from '../mapping/plain-to-entity.ts';
import { toEntity } from '../mapping/to-entity.ts';
import type { Incoming, Json, LorawanUplink } from '../measurement.ts';
import type { Device, Mapped } from '../registry/device.ts';
import { type DeviceNews, newsOf, remarksOf } from './device-news.ts';
import { interpretByCodec } from './interpret-by-codec.ts';
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
  return (device, incoming) => {
    switch (incoming.kind) {
      case 'plain':
        return withRemarks(plainToEntity(device, incoming.values, incoming, mapping()));
      case 'event': {
        const mapped = { kind: 'nothing', reason: `a ${incoming.event} event measures nothing` } as const;
        const news = newsOf(incoming);
        return { mapped, remarks: remarksOf(incoming), ...(news === undefined ? {} : { news }) };
      }
      case 'command-results':
        return { mapped: { kind: 'nothing', reason: 'the answer to a command measures nothing' } };
      case 'lorawan':
        return device.codec === undefined
          ? interpretUplink(catalogue, device, incoming, mapping)
          : interpretByCodec(codecs, device.codec, { device, uplink: incoming, mapping: mapping() });
    }
  };
}

function interpretUplink(
  catalogue: Pick<Catalogue, 'findModel'>,
  device: Device,
  uplink: LorawanUplink,
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
  const reason = `device ${deviceId} has no model, and the network server did not decode its payload: set model`;
  return { kind: 'incomplete', missing: ['model'], reason };
}

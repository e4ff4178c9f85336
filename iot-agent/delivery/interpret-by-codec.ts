import type { CodecResult, CodecRunner } from '../codecs/codec-runner.ts';
import { measuresOf } from '../codecs/measures.ts';
import { type DecodedUplink, decodedToEntity } from '../mapping/decoded-to-entity.ts';
import type { MappingParts } from '../mapping/plain-to-entity.ts';
import type { Json, LorawanUplink } from '../measurement.ts';
import type { Codec } from '../registry/codec.ts';
import type { Device, Mapped } from '../registry/device.ts';
import type { Remark } from '../spool/device-log.ts';
import type { DeviceNews } from './device-news.ts';
import { type Interpretation, withRemarks } from './interpretation.ts';

/** What is decoded of an uplink, or of a plain device's message in bytes. */
export type Payload = Pick<LorawanUplink, 'bytes' | 'fPort' | 'receivedAt' | 'rssi'> & DecodedUplink;

/** An uplink, and what is needed to map it. */
interface UplinkParts {
  readonly device: Device;
  readonly uplink: Payload;
  readonly mapping: MappingParts;
}

/** What an uplink of a device with a codec means: the codec comes before a model, and before what the network server decoded. */
export async function interpretByCodec(
  codecs: Pick<CodecRunner, 'decode'>,
  codec: Codec,
  parts: UplinkParts,
): Promise<Interpretation> {
  const { device, uplink } = parts;
  const { fPort = 0, bytes, receivedAt, rssi } = uplink;
  const news: DeviceNews = { receivedAt, isReport: true, ...(rssi === undefined ? {} : { rssi }) };
  if (bytes.length === 0) {
    const mapped = { kind: 'nothing', reason: 'the uplink has no payload' } as const;
    return { mapped, news: { ...news, isReport: false } };
  }
  const result = await codecs.decode(codec, { bytes, fPort, receivedAt, variables: variablesOf(device) });
  const remarks = result.warnings.map(
    (message): Remark => ({ level: 'warning', source: 'codec', message: `codec ${codec.name}: ${message}` }),
  );
  if (result.kind === 'failed')
    return { mapped: { kind: 'undecodable', reason: result.errors.join('; ') }, remarks };
  const mapped = mapDecoded(result, parts);
  if (mapped !== undefined) return { ...withRemarks(mapped, remarks), news };
  return { mapped: { kind: 'undecodable', reason: `codec ${codec.name} returned no object` }, remarks };
}

function mapDecoded(
  { data, normalized }: Extract<CodecResult, { readonly kind: 'decoded' }>,
  { device, uplink: { receivedAt, location }, mapping }: UplinkParts,
): Mapped | undefined {
  const decoded = measuresOf(data);
  if (decoded === undefined) return undefined;
  const uplink: DecodedUplink = {
    decoded,
    receivedAt,
    ...(normalized === undefined ? {} : { normalized }),
    ...(location === undefined ? {} : { location }),
  };
  return decodedToEntity(device, uplink, mapping);
}

/** ChirpStack's variables of the device: the texts in `variables` of its internal attributes. */
function variablesOf({ internalAttributes }: Device): { readonly [name: string]: string } {
  const variables = memberOf(internalAttributes, 'variables');
  if (typeof variables !== 'object' || variables === null || Array.isArray(variables)) return {};
  const texts = Object.entries(variables).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(texts);
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return (value as { readonly [member: string]: Json })[name];
}

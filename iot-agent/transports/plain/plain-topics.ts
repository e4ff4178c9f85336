import { EnvelopeError, type Parsed, parseJson } from '../envelope.ts';
import { castText } from './cast-text.ts';
import { parseConfigurationRequest } from './configuration-request.ts';
import { parseMeasures, parseResults, parseSingle, parseSingleValue } from './iot-agent-json.ts';
import type { MeasureOrigin } from './measure-origin.ts';
import { type Protocol, protocolOfMessage, protocolOfValue } from './protocol.ts';
import { parseUltraLight, parseUltraLightResults } from './ultralight.ts';

/** A form of topics that FIWARE's devices publish on. */
export interface PlainTopic {
  /** Undefined where the topic does not say it: then the group of the apikey does, or the message by its shape. */
  readonly protocol: Protocol | undefined;
  /** The MQTT topic filter; `+` stands for one level, the first two for apikey and device id. */
  readonly filter: string;
  /** `wild`: the levels that the `+` of the filter stood for. `at`: microseconds since 1970. */
  parse(wild: readonly string[], payload: Uint8Array, at: number, protocol: Protocol | undefined): Parsed;
}

/** FIWARE's agents take their topics with and without the protocol, and with and without the first slash. */
const prefixes: readonly (readonly [prefix: string, protocol: Protocol | undefined])[] = [
  ['/json/', 'iot-agent-json'],
  ['json/', 'iot-agent-json'],
  ['/ul/', 'ultralight'],
  ['ul/', 'ultralight'],
  ['/', undefined],
  ['', undefined],
];

type Reader = (
  origin: MeasureOrigin,
  payload: Uint8Array,
  protocol: Protocol | undefined,
  name: string,
) => Parsed;

const readers: readonly (readonly [end: string, read: Reader])[] = [
  ['attrs', readMeasures],
  ['attrs/+', readSingle],
  ['cmdexe', readResults],
  ['configuration/commands', readConfiguration],
];

/** Every topic of FIWARE's IoT-Agent-JSON and UltraLight 2.0 that devices publish on. */
export const plainTopics: readonly PlainTopic[] = readers.flatMap(([end, read]) =>
  prefixes.map(
    ([prefix, protocol]): PlainTopic => ({
      protocol,
      filter: `${prefix}+/+/${end}`,
      parse: ([apikey = '', deviceId = '', name = ''], payload, at, told) => {
        if (apikey === '' || deviceId === '')
          throw new EnvelopeError('the topic must name an apikey and a device');
        return read({ apikey, deviceId, observedAt: at }, payload, protocol ?? told, name);
      },
    }),
  ),
);

function readMeasures(origin: MeasureOrigin, payload: Uint8Array, told: Protocol | undefined): Parsed {
  const text = textIn(payload);
  const isUltraLight = (told ?? protocolOfMessage(text)) === 'ultralight';
  const incoming = isUltraLight ? parseUltraLight(text, origin) : parseMeasures(parseJson(text), origin);
  return { kind: 'incoming', incoming };
}

function readSingle(
  origin: MeasureOrigin,
  payload: Uint8Array,
  told: Protocol | undefined,
  name: string,
): Parsed {
  const isUltraLight = (told ?? protocolOfValue(payload)) === 'ultralight';
  const value = isUltraLight ? castText(textIn(payload).trim()) : parseSingleValue(payload);
  return { kind: 'incoming', incoming: parseSingle(name, value, origin) };
}

function readResults(origin: MeasureOrigin, payload: Uint8Array, told: Protocol | undefined): Parsed {
  const text = textIn(payload);
  const isUltraLight = (told ?? protocolOfMessage(text)) === 'ultralight';
  const incoming = isUltraLight
    ? parseUltraLightResults(text, origin)
    : [parseResults(parseJson(text), origin)];
  return { kind: 'incoming', incoming };
}

function readConfiguration(origin: MeasureOrigin, payload: Uint8Array, told: Protocol | undefined): Parsed {
  const text = textIn(payload);
  const request = parseConfigurationRequest(text, origin, told ?? protocolOfMessage(text));
  return { kind: 'configuration', request };
}

function textIn(payload: Uint8Array): string {
  return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8');
}

import type { Request } from 'express';
import type { Json } from '../../measurement.ts';
import { jsonOf, type Parsed, parseJson } from '../envelope.ts';
import { castText } from '../plain/cast-text.ts';
import { parseMeasures, parseResults, parseSingleValue } from '../plain/iot-agent-json.ts';
import type { MeasureOrigin } from '../plain/measure-origin.ts';
import type { WaitingCommand } from '../plain/plain-devices.ts';
import type { Protocol } from '../plain/protocol.ts';
import { parseUltraLightMessage, parseUltraLightResults, ultraLightCommand } from '../plain/ultralight.ts';
import { bodyOf, textOfBody } from './answer.ts';

/** How a protocol of plain devices looks in HTTP. */
export interface PlainProtocol {
  readonly protocol: Protocol;
  /** Path of its devices; what is below belongs to them too. */
  readonly root: string;
  /** Content-Types that measures may have; one that is absent is none to object to. */
  readonly types: RegExp;
  readonly contentType: string;
  parseMessage(text: string, origin: MeasureOrigin): Parsed;
  parseResults(text: string, origin: MeasureOrigin): Parsed;
  singleValue(request: Request): Json;
  /** The commands as the device gets them. */
  commandsText(deviceId: string, commands: readonly WaitingCommand[]): string;
}

const json: PlainProtocol = {
  protocol: 'iot-agent-json',
  root: '/iot/json',
  types: /^(?:application\/(?:[\w.-]+\+)?json|text\/plain)\b/i,
  contentType: 'application/json',
  parseMessage: (text, origin) => ({ kind: 'incoming', incoming: parseMeasures(parseJson(text), origin) }),
  parseResults: (text, origin) => ({ kind: 'incoming', incoming: [parseResults(parseJson(text), origin)] }),
  singleValue: valueOfContent,
  commandsText: (_deviceId, commands) =>
    JSON.stringify(Object.fromEntries(commands.map(({ name, value }) => [name, value]))),
};

const ultraLight: PlainProtocol = {
  protocol: 'ultralight',
  root: '/iot/d',
  types: /^(?:text\/|application\/(?:octet-stream|x-www-form-urlencoded)\b)/i,
  contentType: 'text/plain',
  parseMessage: (text, origin) => ({ kind: 'incoming', incoming: parseUltraLightMessage(text, origin) }),
  parseResults: (text, origin) => ({ kind: 'incoming', incoming: parseUltraLightResults(text, origin) }),
  singleValue: (request) => castText(textOfBody(request).trim()),
  commandsText: (deviceId, commands) =>
    commands.map(({ name, value }) => ultraLightCommand(deviceId, name, value)).join('#'),
};

/** IoT-Agent-JSON and UltraLight 2.0 by HTTP. */
export const plainProtocols: Readonly<Record<Protocol, PlainProtocol>> = {
  'iot-agent-json': json,
  ultralight: ultraLight,
};

const textTypes = ['text/*', 'application/xml', '+xml'];

/** As FIWARE's agent has it, by Content-Type: bytes become hexadecimal digits, a text stays one where it is no JSON. */
function valueOfContent(request: Request): Json {
  const bytes = bodyOf(request);
  if (request.is('application/octet-stream')) return Buffer.from(bytes).toString('hex');
  return request.is(textTypes) ? textValue(textOfBody(request)) : parseSingleValue(bytes);
}

function textValue(text: string): Json {
  try {
    return jsonOf(JSON.parse(text)) ?? text;
  } catch {
    return text;
  }
}

import { type Request, type RequestHandler, type Response, Router, raw } from 'express';
import type { Parsed } from '../envelope.ts';
import { parseConfigurationRequest } from '../plain/configuration-request.ts';
import { parseSingle } from '../plain/iot-agent-json.ts';
import type { MeasureOrigin } from '../plain/measure-origin.ts';
import { protocolOfMessage } from '../plain/protocol.ts';
import type { Taken, TransportParts } from '../take.ts';
import { answerWhenSafe, type DevicePath, textOfBody } from './answer.ts';
import { asksForCommands, plainOrigin, plainParameter } from './plain-parameters.ts';
import { type PlainProtocol, plainProtocols } from './plain-protocols.ts';
import { Problem } from './problem.ts';

/** Paths of plain devices, with the methods that they take. */
export const plainPaths: readonly (readonly [path: string, methods: string])[] = [
  ...Object.values(plainProtocols).flatMap(({ root }): [string, string][] => [
    [root, 'GET, POST'],
    [`${root}/attrs/:name`, 'POST'],
    [`${root}/commands`, 'POST'],
    [`${root}/configuration/commands`, 'POST'],
  ]),
  ['/configuration/commands', 'POST'],
];

/**
 * FIWARE's plain devices by HTTP, `/iot/json` for IoT-Agent-JSON and `/iot/d` for UltraLight 2.0, with the parameters `k` (apikey),
 * `i` (device id) and `t` (time): measures by POST, or by GET in the parameter `d`; one value by POST to `attrs/<name>`; results of
 * commands to `commands`; questions for values of the Entity to `configuration/commands`. 200 once what came is in the spool;
 * with `getCmd=1` the answer to a measure holds the commands that wait.
 */
export function plainRoutes(parts: TransportParts): Router {
  const router = Router();
  const body = raw({ type: () => true, limit: parts.maxMessageSize });
  for (const protocol of Object.values(plainProtocols)) {
    const { root } = protocol;
    const withCommands = commandsIn(parts, protocol);
    const isText = requireType(protocol);
    const byMessage = measurePath(protocol, textOfBody, withCommands);
    const byUrl = measurePath(protocol, (request) => plainParameter(request, 'd'), withCommands);
    router.post(root, isText, body, answerWhenSafe(parts, byMessage));
    // Express would have GET hand out commands that nobody gets to see.
    router.head(root, (_request, _response, next) => next('router'));
    router.get(root, commandsAlone(withCommands), answerWhenSafe(parts, byUrl));
    router.post(`${root}/attrs/:name`, body, answerWhenSafe(parts, singlePath(protocol, withCommands)));
    router.post(`${root}/commands`, isText, body, answerWhenSafe(parts, resultsPath(protocol)));
    const path = configurationPath(`${root}/configuration/commands`, protocol);
    router.post(path.via, body, answerWhenSafe(parts, path));
  }
  const ofEither = configurationPath('/configuration/commands', undefined);
  router.post(ofEither.via, body, answerWhenSafe(parts, ofEither));
  return router;
}

type Reply = NonNullable<DevicePath['reply']>;

/** Answers with the commands that wait, if the device asks for them. */
function commandsIn({ plain, log }: TransportParts, protocol: PlainProtocol): Reply {
  return async (request, response) => {
    if (!asksForCommands(request)) return sendText(response, protocol, protocol.commandsText('', []));
    const deviceId = plainParameter(request, 'i');
    const commands = await plain.poll(plainParameter(request, 'k'), deviceId).catch((error: unknown) => {
      // What it measured is safe: it may ask for its commands again.
      log.warn({ err: error, device: deviceId }, 'the commands of a device cannot be looked up');
      return [];
    });
    sendText(response, protocol, protocol.commandsText(deviceId, commands));
  };
}

/** `GET ?getCmd=1` without measures only asks. */
function commandsAlone(reply: Reply): RequestHandler {
  return async (request, response, next) => {
    if (!asksForCommands(request) || request.query['d'] !== undefined) return next();
    await reply(request, response, { kind: 'ignored', reason: 'no measures' });
  };
}

function measurePath(
  protocol: PlainProtocol,
  textOf: (request: Request) => string,
  reply: Reply,
): DevicePath {
  return {
    ...pathAt(protocol, ''),
    reply,
    payload: (request) => Buffer.from(textOf(request)),
    reader: (request, arrivedAt) => {
      const origin = plainOrigin(request, arrivedAt);
      const text = textOf(request);
      return () => byHttp(protocol.parseMessage(text, origin));
    },
  };
}

function singlePath(protocol: PlainProtocol, reply: Reply): DevicePath {
  return {
    ...pathAt(protocol, '/attrs'),
    reply,
    reader: (request, arrivedAt) => {
      const origin = plainOrigin(request, arrivedAt);
      const name = String(request.params['name']);
      return () =>
        byHttp({ kind: 'incoming', incoming: parseSingle(name, protocol.singleValue(request), origin) });
    },
  };
}

/** Measures that say how they came. */
function byHttp(parsed: Parsed): Parsed {
  if (parsed.kind !== 'incoming') return parsed;
  const incoming = parsed.incoming.map((one) =>
    one.kind === 'plain' ? { ...one, byHttp: true as const } : one,
  );
  return { ...parsed, incoming };
}

function resultsPath(protocol: PlainProtocol): DevicePath {
  return {
    ...pathAt(protocol, '/commands'),
    reply: (_request, response) => sendText(response, protocol, protocol.commandsText('', [])),
    reader: textReader((text, origin) => protocol.parseResults(text, origin)),
  };
}

/** Without a protocol of the path, the one that the message looks like. */
function configurationPath(via: string, protocol: PlainProtocol | undefined): DevicePath {
  return {
    source: protocol?.protocol ?? 'iot-agent-json',
    via,
    reply: (request, response, taken: Taken) => {
      const { contentType } = protocol ?? plainProtocols[protocolOfMessage(textOfBody(request))];
      sendText(response, { contentType }, taken.kind === 'answered' ? taken.text : '');
    },
    reader: textReader((text, origin) => ({
      kind: 'configuration',
      request: parseConfigurationRequest(text, origin, protocol?.protocol ?? protocolOfMessage(text)),
    })),
  };
}

function pathAt({ protocol, root }: PlainProtocol, end: string): Pick<DevicePath, 'source' | 'via'> {
  return { source: protocol, via: root + end };
}

function textReader(parse: (text: string, origin: MeasureOrigin) => Parsed): DevicePath['reader'] {
  return (request, arrivedAt) => {
    const origin = plainOrigin(request, arrivedAt);
    return () => parse(textOfBody(request), origin);
  };
}

/** Devices are sloppy about the type; what cannot be of the protocol at all is refused. */
function requireType({ types, contentType }: PlainProtocol): RequestHandler {
  return (request, _response, next) => {
    const type = request.get('Content-Type') ?? contentType;
    if (!types.test(type))
      throw new Problem(415, `The Content-Type is ${type.slice(0, 80)}: measures are ${contentType}.`);
    next();
  };
}

/** Express itself would add a charset, which JSON does not have. */
function sendText(
  response: Response,
  { contentType }: Pick<PlainProtocol, 'contentType'>,
  text: string,
): void {
  response.setHeader('Content-Type', contentType);
  response.end(text);
}

import type { Dispatcher } from 'undici';
import type { DownlinkAccess, LorawanOrigin, LorawanServer } from '../../measurement.ts';
import { downlinkMessage } from '../../transports/downlinks/downlink-message.ts';
import {
  type DownlinkContent,
  DownlinkError,
  type DownlinkMessage,
  type DownlinkRequest,
} from '../../transports/downlinks/downlink-request.ts';
import type { Publisher } from '../../transports/publisher.ts';
import type { Progress } from '../command.ts';
import { CommandError, NotNow } from '../command-error.ts';
import { scopeOf, sentValue } from '../command-value.ts';
import { type EncodeByCodec, encodeDownlink } from '../encode-downlink.ts';
import type { DeviceRoute } from '../routes.ts';
import { type HttpRequest, request } from './request.ts';
import type { Dispatch, Way } from './way.ts';

/** The HTTP interface of a network server. */
export interface ServerApi {
  readonly url: string;
  readonly key: string | undefined;
}

/** The HTTP interfaces of network servers. */
export interface ServerApis {
  /** The one by which devices can be reached that were heard so. */
  of(origin: Pick<LorawanOrigin, 'server' | 'connection'>): ServerApi | undefined;
}

/** What downlinks go out by. */
export interface LorawanParts {
  readonly publisher: Publisher;
  /** For network servers, which the operator chose. */
  readonly http: Dispatcher;
  /** For URLs that came with a message. */
  readonly namedHttp: Dispatcher;
  readonly apis: ServerApis;
  readonly encodeByCodec: EncodeByCodec;
  /** Microseconds since 1970. */
  readonly now: () => number;
}

type LorawanRoute = Extract<DeviceRoute, { readonly kind: 'lorawan' }>;

/** Hands a downlink over to the network server that the device was heard by last. */
export function lorawanWay(parts: LorawanParts): Way {
  return async (dispatch) => {
    const { command, definition, target, route, mustFlush } = dispatch;
    if (route?.kind !== 'lorawan') throw new NotNow('the device has not been heard yet');
    const value = sentValue(command, definition, scopeOf(command, target, parts.now()));
    const encoded = await encodeDownlink(target, definition, value, parts.encodeByCodec);
    const confirmed = definition.confirmed ?? ('confirmed' in encoded && encoded.confirmed === true);
    const message = messageOf(parts, route, encoded, {
      confirmed,
      id: command.id,
      mode: mustFlush ? 'replace' : 'push',
      validity: Math.max(1, Math.round((command.expires - parts.now()) / 1e6)),
    });
    await send(parts, route, message);
    return progressOf(message, dispatch, confirmed);
  };
}

/** Empties what the network server has queued for the device, where it can be told to. */
export async function flushQueue(parts: LorawanParts, route: DeviceRoute): Promise<void> {
  if (route.kind !== 'lorawan' || !canFlush(parts, route)) return;
  const empty = { bytes: new Uint8Array(0), fPort: 1 };
  const message = messageOf(parts, route, empty, { confirmed: false, id: 'flush', mode: 'replace' });
  if (route.server === 'things-stack') await send(parts, route, emptied(message));
  else if (message.kind === 'http' && message.before !== undefined)
    await post(parts, route, { ...message, ...message.before, body: '' });
}

/** Whether the network server can be told to empty its queue by the way that leads to it. */
export function canFlush({ apis }: Pick<LorawanParts, 'apis'>, route: DeviceRoute): boolean {
  if (route.kind !== 'lorawan') return false;
  return route.server === 'things-stack' || (route.server === 'chirpstack' && apis.of(route) !== undefined);
}

const nothing = JSON.stringify({ downlinks: [] });

function emptied(message: DownlinkMessage): DownlinkMessage {
  return message.kind === 'mqtt' ? { ...message, payload: nothing } : { ...message, body: nothing };
}

/**
 * Whether nothing better is known than MQTT. ThingPark names its account in topics alone, and Helium's console its
 * `downlink_url` by HTTP alone.
 */
function leadsByMqtt({ server, downlink }: Pick<LorawanOrigin, 'server' | 'downlink'>): boolean {
  if (downlink?.push !== undefined) return false;
  if (server === 'actility') return downlink?.topicPrefix !== undefined;
  return server === 'helium' || byMqtt.has(server);
}

type Terms = Pick<DownlinkRequest, 'confirmed' | 'id' | 'mode' | 'validity'>;

/** Servers with an MQTT broker of their own are told by it unless something better is known. */
export const byMqtt: ReadonlySet<LorawanServer> = new Set(['chirpstack', 'things-stack']);

function messageOf(
  { apis, now }: Pick<LorawanParts, 'apis' | 'now'>,
  { kind, connection, server, ...origin }: LorawanRoute,
  content: DownlinkContent,
  terms: Terms,
): DownlinkMessage {
  const api = apis.of({ server, ...(connection === undefined ? {} : { connection }) });
  const isMqtt = api === undefined && leadsByMqtt({ server, ...origin });
  const downlink = accessBy(api, origin.downlink);
  try {
    return downlinkMessage(server, {
      ...('bytes' in content
        ? { bytes: content.bytes, fPort: content.fPort }
        : { object: content.object, ...(content.fPort === undefined ? {} : { fPort: content.fPort }) }),
      ...terms,
      ...origin,
      ...(downlink === undefined ? {} : { downlink }),
      by: isMqtt ? 'mqtt' : 'http',
      now: now(),
    });
  } catch (error) {
    if (error instanceof DownlinkError) throw new CommandError(error.message);
    throw error;
  }
}

/** The operator's key goes to the operator's URL alone; to a URL that came with a message goes the key that came with it. */
function accessBy(api: ServerApi | undefined, named: DownlinkAccess | undefined): DownlinkAccess | undefined {
  if (api === undefined) return named;
  return {
    ...(named?.topicPrefix === undefined ? {} : { topicPrefix: named.topicPrefix }),
    ...(api.key === undefined ? {} : { apikey: api.key }),
  };
}

async function send(parts: LorawanParts, route: LorawanRoute, message: DownlinkMessage): Promise<void> {
  if (message.kind === 'mqtt') {
    const { topic, payload } = message;
    const options = { qos: 1, retain: false } as const;
    return parts.publisher.publish(route.connection, topic, Buffer.from(payload), options);
  }
  if (message.before !== undefined) await post(parts, route, { ...message, ...message.before, body: '' });
  await post(parts, route, message);
}

async function post(
  { http, namedHttp, apis }: LorawanParts,
  route: LorawanRoute,
  { method, path, headers, body }: Omit<HttpRequest, 'url'> & { readonly path: string },
): Promise<void> {
  const { server } = route;
  const base = apis.of(route)?.url;
  if (base === undefined && !URL.canParse(path))
    throw new CommandError(
      `nobody said where ${server} takes downlinks: set ${variableOf(server)}_API_URL and ${variableOf(server)}_API_KEY`,
    );
  const isNamed = URL.canParse(path);
  const url = isNamed ? path : `${base?.replace(/\/+$/, '')}${path}`;
  const { status, text } = await request(isNamed ? namedHttp : http, {
    method,
    url,
    headers,
    body: body === '' ? undefined : body,
  });
  if (status < 300) return;
  const reason = `${server} answers ${status}: ${text.slice(0, 300)}`;
  if (status === 408 || status === 429 || status >= 500) throw new NotNow(reason);
  throw new CommandError(reason);
}

/** The start of the names of the settings that are about the server. */
function variableOf(server: LorawanServer): string {
  return server.toUpperCase().replaceAll('-', '_');
}

function progressOf({ downlinkId }: DownlinkMessage, { command }: Dispatch, isConfirmed: boolean): Progress {
  return {
    state: 'QUEUED',
    ...(downlinkId === undefined || downlinkId === command.id ? {} : { downlinkId }),
    ...(isConfirmed === command.isConfirmed ? {} : { isConfirmed }),
  };
}

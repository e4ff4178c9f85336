import type { Incoming, LorawanOrigin } from '../measurement.ts';
import type { CommandOwner } from './command.ts';

/** The way by which a device was heard last, and so can be reached. */
export type DeviceRoute =
  | ({ readonly kind: 'lorawan' } & Omit<LorawanOrigin, 'receivedAt'>)
  | {
      readonly kind: 'plain';
      readonly apikey: string;
      readonly connection?: string;
      readonly byHttp?: true;
    };

/** The way by which something came. */
function routeOf(incoming: Incoming): DeviceRoute {
  if (!('devEui' in incoming)) {
    const { apikey, connection } = incoming;
    const byHttp = incoming.kind === 'plain' && incoming.byHttp ? { byHttp: true as const } : {};
    return { kind: 'plain', apikey, ...(connection === undefined ? {} : { connection }), ...byHttp };
  }
  const { kind, receivedAt, ...message } = incoming;
  return { kind: 'lorawan', ...originOf(message) };
}

/** The same members in the same order, whatever kind of message they came with. */
function originOf(message: Omit<LorawanOrigin, 'receivedAt'>): Omit<LorawanOrigin, 'receivedAt'> {
  const { devEui, server, deviceId, applicationId, downlink, connection } = message;
  return {
    devEui,
    server,
    ...(deviceId === undefined ? {} : { deviceId }),
    ...(applicationId === undefined ? {} : { applicationId }),
    ...(downlink === undefined ? {} : { downlink }),
    ...(connection === undefined ? {} : { connection }),
  };
}

/** The routes that are known to be kept, so that an uplink by the usual way costs nothing. */
export interface KnownRoutes {
  /** The route as text when that is not known to be kept. */
  news(owner: CommandOwner, incoming: Incoming): string | undefined;
  /** It is on disk. */
  remember(owner: CommandOwner, route: string): void;
  /** It is dropped. */
  forget(owner: CommandOwner): void;
}

/** Microseconds for which nobody else is expected to have heard the device by another way. */
const trustFor = 600_000_000;

/** At most `size` routes; each is looked up anew after ten minutes, because other agents may have heard the device elsewhere. */
export function knownRoutes(size: number, now: () => number): KnownRoutes {
  const known = new Map<string, { readonly route: string; readonly since: number }>();
  return {
    news: (owner, incoming) => {
      const route = JSON.stringify(routeOf(incoming));
      const found = known.get(keyOf(owner));
      return found?.route === route && found.since > now() - trustFor ? undefined : route;
    },
    remember: (owner, route) => {
      if (known.size >= size) known.clear();
      known.set(keyOf(owner), { route, since: now() });
    },
    forget: (owner) => {
      known.delete(keyOf(owner));
    },
  };
}

/** One text for a device; no tenant's name holds a line end. */
export function keyOf({ tenant, deviceId }: CommandOwner): string {
  return `${tenant}\n${deviceId}`;
}

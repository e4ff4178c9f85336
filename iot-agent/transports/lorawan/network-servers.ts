import type { LorawanServer } from '../../measurement.ts';
import { EnvelopeError, type Fields, isObject, type Parsed } from '../envelope.ts';
import { parseActility } from './actility.ts';
import type { Arrival } from './arrival.ts';
import { parseChirpstack } from './chirpstack.ts';
import { parseHelium } from './helium.ts';
import { parseLoriot } from './loriot.ts';
import { parseNetmore } from './netmore.ts';
import { parseThingsStack } from './things-stack.ts';

/** A network server that is understood. */
interface NetworkServer {
  /** Whether a JSON object has the marks of its messages. */
  matches(message: Fields): boolean;
  /** Reads a message; throws an EnvelopeError when it is none of this server. */
  parse(message: unknown, arrival: Arrival): Parsed;
}

/** Every network server. The marks exclude one another, whatever the order. */
export const networkServers: { readonly [Name in LorawanServer]: NetworkServer } = {
  'things-stack': { matches: (message) => 'end_device_ids' in message, parse: parseThingsStack },
  chirpstack: {
    matches: (message) => 'deviceInfo' in message || 'devEUI' in message,
    parse: parseChirpstack,
  },
  loriot: { matches: (message) => 'cmd' in message && 'EUI' in message, parse: parseLoriot },
  actility: {
    matches: (message) => Object.keys(message).some((name) => name.startsWith('DevEUI_')),
    parse: parseActility,
  },
  netmore: { matches: (message) => 'devEui' in message, parse: parseNetmore },
  helium: { matches: (message) => 'dev_eui' in message, parse: parseHelium },
};

/** The network server whose messages look like this one; `undefined` when it looks like none. */
export function networkServerOf(message: unknown): LorawanServer | undefined {
  // Netmore alone sends arrays.
  const one: unknown = Array.isArray(message) ? message[0] : message;
  if (!isObject(one)) return undefined;
  const found = Object.entries(networkServers).find(([, { matches }]) => matches(one));
  return found?.[0] as LorawanServer | undefined;
}

/**
 * Reads a message of any network server, told by its shape.
 * @throws EnvelopeError when it looks like none, or that server's reader finds it wrong.
 */
export function parseLorawan(message: unknown, arrival: Arrival): Parsed {
  const server = networkServerOf(message);
  if (server === undefined)
    throw new EnvelopeError(
      `this looks like no message of ${Object.keys(networkServers).join(', ')}: is the integration of the network server set to JSON?`,
    );
  return networkServers[server].parse(message, arrival);
}

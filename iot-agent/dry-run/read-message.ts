import type { Incoming, LorawanServer } from '../measurement.ts';
import { EnvelopeError, type Parsed } from '../transports/envelope.ts';
import { networkServerOf, networkServers, parseLorawan } from '../transports/lorawan/network-servers.ts';
import { parseMeasures } from '../transports/plain/iot-agent-json.ts';
import { protocolOfMessage } from '../transports/plain/protocol.ts';
import { parseUltraLightMessage } from '../transports/plain/ultralight.ts';

/** A message as it would arrive, and what is known of it besides. */
export interface Message {
  /** JSON, or the text of it, or UltraLight. */
  readonly content: unknown;
  /** Whose message it is; by its shape when absent. */
  readonly server?: LorawanServer | undefined;
  /** ChirpStack's name of the event; by its shape when absent. */
  readonly event?: string | undefined;
  /** Set for messages of plain devices. */
  readonly sender?: { readonly apikey: string; readonly deviceId: string } | undefined;
  /** Microseconds since 1970: for messages that tell no time. */
  readonly at: number;
}

/** What a message holds, or what is wrong with it. */
export type ReadMessage =
  | { readonly kind: 'incoming'; readonly incoming: readonly Incoming[] }
  | { readonly kind: 'ignored'; readonly reason: string }
  | { readonly kind: 'fault'; readonly reason: string };

/** Reads a message of any network server or plain device, as the transports do. */
export function readMessage(message: Message): ReadMessage {
  try {
    const parsed = parse(message);
    if (parsed.kind !== 'configuration') return parsed;
    return { kind: 'ignored', reason: 'it asks for values of the Entity, and measures nothing' };
  } catch (error) {
    if (error instanceof EnvelopeError) return { kind: 'fault', reason: error.message };
    throw error;
  }
}

function parse({ content: told, server, event, sender, at }: Message): Parsed {
  const content = typeof told === 'string' ? jsonOrText(told) : told;
  const arrival = { at, event };
  if (server !== undefined) return networkServers[server].parse(content, arrival);
  const isOfServer = networkServerOf(content) !== undefined;
  if (sender === undefined || isOfServer) return parseLorawan(content, arrival);
  const origin = { ...sender, observedAt: at };
  if (typeof content === 'string' && protocolOfMessage(content) === 'ultralight')
    return { kind: 'incoming', incoming: parseUltraLightMessage(content, origin) };
  return { kind: 'incoming', incoming: parseMeasures(content, origin) };
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (protocolOfMessage(text) === 'ultralight') return text;
    throw new EnvelopeError(`the message is neither JSON nor UltraLight: ${(error as Error).message}`);
  }
}

import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterEach } from '@jest/globals';

/** MQTT's packet types, as the upper half of the first byte has them. */
export const CONNECT = 1;
export const PUBLISH = 3;
export const PUBREL = 6;
export const DISCONNECT = 14;

/** What a client sent: the type and the whole packet. */
export interface Packet {
  readonly type: number;
  readonly bytes: Buffer;
}

/** A server that answers MQTT packets with the bytes that the test says; for what no real broker does on demand. */
export interface ScriptedBroker {
  readonly port: number;
  readonly packets: Packet[];
  connections(): number;
}

/** The bytes to answer a packet with; `undefined` for silence, `null` to close the connection. */
export type Script = (packet: Packet) => readonly number[] | null | undefined;

/** The CONNACK of MQTT 5 with a reason code and properties. */
export const connack = (reason = 0, properties: readonly number[] = []): readonly number[] => [
  0x20,
  3 + properties.length,
  0,
  reason,
  properties.length,
  ...properties,
];

/** The packet identifier of a PUBLISH of QoS 1 or 2. */
export function identifierOf({ bytes }: Packet): readonly [number, number] {
  const { start } = bodyOf(bytes);
  const at = start + 2 + bytes.readUInt16BE(start);
  return [bytes[at] as number, bytes[at + 1] as number];
}

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** Opens one on a free port; it is closed after the test. */
export async function scriptedBroker(script: Script): Promise<ScriptedBroker> {
  const packets: Packet[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    let rest = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      for (let end = endOf(rest); end !== undefined; end = endOf(rest)) {
        const packet = { type: (rest[0] as number) >> 4, bytes: rest.subarray(0, end) };
        rest = rest.subarray(end);
        packets.push(packet);
        const answer = script(packet);
        if (answer === null) socket.destroy();
        else if (answer !== undefined) socket.write(Buffer.from(answer));
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return {
    port: (server.address() as { readonly port: number }).port,
    packets,
    connections: () => sockets.size,
  };
}

/** Where the first packet ends; `undefined` when not all of it has come. */
function endOf(bytes: Buffer): number | undefined {
  if (bytes.length < 2) return undefined;
  const { start, length } = bodyOf(bytes);
  return bytes.length >= start + length ? start + length : undefined;
}

function bodyOf(bytes: Buffer): { readonly start: number; readonly length: number } {
  let length = 0;
  for (let at = 1; at < Math.min(5, bytes.length); at++) {
    const byte = bytes[at] as number;
    length += (byte & 0x7f) * 128 ** (at - 1);
    if (byte < 0x80) return { start: at + 1, length };
  }
  return { start: bytes.length + 1, length };
}

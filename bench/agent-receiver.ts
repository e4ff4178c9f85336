import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';

/** What the receiver reports: of each notification the Entity, when its device sent and when it came, in milliseconds since 1970. */
export interface Received {
  readonly entityId: string;
  readonly sentAt: number;
  readonly receivedAt: number;
}

/** Of an Entity as it is notified: when its temperature was observed is when its device sent. */
interface Notified {
  readonly id: string;
  readonly temperature?: { readonly observedAt: string };
}

/** A subscriber's receiver, a process of its own: it answers at once. Any message asks it for what has come since the one before. */
let received: Received[] = [];

const server = createServer((request, response) => {
  const receivedAt = Date.now();
  void json(request).then((notification) => {
    for (const { id, temperature } of (notification as { readonly data: readonly Notified[] }).data)
      received.push({ entityId: id, sentAt: Date.parse(temperature?.observedAt ?? ''), receivedAt });
    response.writeHead(204).end();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as { readonly port: number }).port));
process.on('message', () => {
  process.send?.(received);
  received = [];
});
process.once('disconnect', () => process.exit(0));

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { stalledConnections } from '../../../iot-agent/transports/stalled-connections.ts';
import { recordingParts } from './recording-parts.ts';

const open: { destroy(): unknown }[] = [];
const server = createServer();
beforeEach(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  for (const one of open.splice(0)) one.destroy();
  server.close();
});

/** A connection's two ends: ours, and that of a client which does not read yet. */
async function pair(): Promise<{ readonly ours: Socket; readonly client: Socket }> {
  const { port } = server.address() as AddressInfo;
  const client = connect(port, '127.0.0.1');
  const [ours] = (await once(server, 'connection')) as [Socket];
  open.push(ours, client);
  return { ours, client };
}

/** More than the system takes for a client that does not read. */
const plenty = Buffer.alloc(32 * 1024 * 1024);

it('ends connections whose client took nothing between two sweeps, and no others', async () => {
  const { parts, lines } = recordingParts();
  const stalled = stalledConnections(parts.log);
  const [idle, reading, silent] = [await pair(), await pair(), await pair()];
  for (const { ours } of [idle, reading, silent]) stalled.watch(ours);
  for (const { ours } of [reading, silent]) ours.write(plenty);
  stalled.sweep();
  expect([idle, reading, silent].map(({ ours }) => ours.destroyed)).toEqual([false, false, false]);
  const drained = once(reading.ours, 'drain');
  reading.client.resume();
  await drained;
  reading.ours.write(plenty);
  stalled.sweep();
  expect([idle, reading, silent].map(({ ours }) => ours.destroyed)).toEqual([false, false, true]);
  expect(lines).toHaveLength(1);
});

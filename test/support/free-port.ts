import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/**
 * Ports below those that systems give to clients and to whoever asks for any port: none of these may take one while a program is
 * about to listen on it, or is away for a moment. Above 10080, the last one that `fetch` refuses to call.
 */
const first = 11_000;
const count = 6000;
/** As many worker processes have ports of their own. */
const share = 16;

const worker = Number(process.env['JEST_WORKER_ID'] ?? 1) % share;
let next = Math.floor((Math.random() * count) / share);

/** A TCP port of 127.0.0.1 that nobody has, and that no test beside this one is given. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < count / share; tries += 1) {
    next = (next + 1) % (count / share);
    const port = first + next * share + worker;
    if (await isFree(port)) return port;
  }
  throw new Error(`no port from ${first} to ${first + count - 1} is free`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}

/** As many different free ports. */
export async function freePorts(howMany: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < howMany) ports.push(await freePort());
  return ports;
}

/** A port that somebody else has until it is released. */
export async function takenPort(): Promise<{ readonly port: number; release(): void }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, release: () => server.close() };
}

import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import type { ReceiverJob, ReceiverReport } from './notifications-jobs.ts';

/**
 * The receivers of notifications, a process of its own: one that answers at once, one that answers after 9 seconds and
 * one that accepts and never answers. It checks what it gets: each Entity's `level` is 1, 2, 3 and so on.
 */
const SLOW_MS = 9000;

/** What one Subscription (a path) told of one Entity. */
interface Told {
  last: number;
  readonly levels: Set<number>;
}

let told = new Map<string, Told>();
let latencies: number[] = [];
let received = 0;
let duplicates = 0;
let swaps = 0;
let lastAt = 0;
const sockets = new Set<Socket>();

interface Notification {
  readonly data: readonly {
    readonly id: string;
    readonly level: { readonly value: number };
    readonly sentAt: { readonly value: number };
  }[];
}

function take(path: string, body: string): void {
  const now = performance.timeOrigin + performance.now();
  for (const {
    id,
    level: { value: level },
    sentAt,
  } of (JSON.parse(body) as Notification).data) {
    const key = `${path} ${id}`;
    const about = told.get(key) ?? { last: 0, levels: new Set() };
    told.set(key, about);
    if (about.levels.has(level)) duplicates += 1;
    else if (level < about.last) swaps += 1;
    about.levels.add(level);
    about.last = level;
    received += 1;
    lastAt = now;
    latencies.push(now - sentAt.value);
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** One that is slow counts nothing: it is there to be in the way. */
function receiver(speed: 'ready' | 'slow'): Server {
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const answer = (): void => void response.writeHead(204).end();
      if (speed === 'slow') return void setTimeout(answer, SLOW_MS);
      take(request.url ?? '/', body);
      answer();
    });
  });
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  return server;
}

const ready = receiver('ready');
const slow = receiver('slow');
const hole = createTcpServer((socket) => void socket.resume().on('error', () => undefined));
const portOf = (server: { address(): unknown }): number => (server.address() as { port: number }).port;
const opened = (server: typeof hole | Server, port = 0): Promise<number> =>
  new Promise((resolve) => void server.listen(port, '127.0.0.1', () => resolve(portOf(server))));

function report(): ReceiverReport {
  const sorted = Float64Array.from(latencies).sort();
  const quantile = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  return {
    received,
    duplicates,
    swaps,
    lastAt,
    p50: quantile(0.5),
    p99: quantile(0.99),
    max: sorted.at(-1) ?? 0,
  };
}

function forget(): void {
  told = new Map();
  latencies = [];
  received = 0;
  duplicates = 0;
  swaps = 0;
}

const ports = { ready: await opened(ready), slow: await opened(slow), hole: await opened(hole) };

const jobs: Readonly<Record<ReceiverJob, () => unknown>> = {
  ports: () => ports,
  report,
  forget,
  close: async () => {
    const closed = new Promise((resolve) => void ready.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  },
  open: () => opened(ready, ports.ready),
};

process.on('message', (job: ReceiverJob) => {
  void Promise.resolve(jobs[job]()).then((answer) => process.send?.(answer ?? null));
});
process.once('disconnect', () => process.exit(0));

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An answer in the place of a list. */
interface Odd {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The lists of a network server, by HTTP. */
export interface FakeNetworkServer {
  readonly url: string;
  /** What was asked, with the query decoded. */
  readonly asked: string[];
  /** Devices by application. */
  readonly devices: Record<string, object[]>;
  /** Answers by it where it answers. */
  odd: (path: string) => Odd | undefined;
  /** Gives the first page whatever is asked for. */
  isEndless: boolean;
  close(): Promise<void>;
}

export const KEY = 'NNSXS.A-KEY';
/** It never gives more at once. */
const mostAtOnce = 3;

/** Starts one that lists as ChirpStack v4 or The Things Stack do. */
export async function fakeNetworkServer(kind: 'chirpstack' | 'things-stack'): Promise<FakeNetworkServer> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://host');
    fake.asked.push(decodeURIComponent(request.url ?? ''));
    const isKnown = request.headers.authorization === `Bearer ${KEY}`;
    const odd = isKnown ? fake.odd(pathname) : { status: 401 };
    if (odd !== undefined) {
      response.writeHead(odd.status, odd.headers).end(odd.body ?? '{"message": "no"}');
      return;
    }
    const body =
      kind === 'chirpstack'
        ? chirpstackPage(fake, pathname, searchParams)
        : thingsStackPage(fake, pathname, searchParams);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const fake: FakeNetworkServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ asked: [], devices: {}, odd: () => undefined, isEndless: false },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return fake;
}

function chirpstackPage(fake: FakeNetworkServer, path: string, query: URLSearchParams): object {
  const { devices } = fake;
  const applications = Object.keys(devices).map((id) => ({ id, name: `app ${id}` }));
  const all = path === '/api/applications' ? applications : (devices[query.get('applicationId') ?? ''] ?? []);
  return { totalCount: all.length, result: partOf(fake, all, query, Number(query.get('offset'))) };
}

function thingsStackPage(fake: FakeNetworkServer, path: string, query: URLSearchParams): object {
  const offset = (Number(query.get('page')) - 1) * mostAtOnce;
  const applications = Object.keys(fake.devices).map((id) => ({ ids: { application_id: id } }));
  if (path === '/api/v3/applications') return { applications: partOf(fake, applications, query, offset) };
  const [, application = ''] = /^\/api\/v3\/applications\/([^/]+)\/devices$/.exec(path) ?? [];
  return { end_devices: partOf(fake, fake.devices[application] ?? [], query, offset) };
}

function partOf(
  { isEndless }: FakeNetworkServer,
  all: readonly object[],
  query: URLSearchParams,
  offset: number,
) {
  const from = isEndless ? 0 : offset;
  return all.slice(from, from + Math.min(mostAtOnce, Number(query.get('limit'))));
}

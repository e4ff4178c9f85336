import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An Entity as it was sent. */
export interface SentEntity {
  readonly id: string;
  readonly type: string;
  readonly [attribute: string]: unknown;
}

/** A request that the broker got. */
interface BrokerRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** What a request is answered; `hang`: nothing at all, `cut`: the end of the connection. */
type Answer = {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
};
export type Behaviour = (request: BrokerRequest) => Answer | 'hang' | 'cut' | undefined;

/** As much of an NGSI-LD broker as the agent talks to, which misbehaves as it is told. */
export interface FakeBroker {
  readonly url: string;
  readonly requests: readonly BrokerRequest[];
  /** Every upserted Entity that was accepted, in the order of arrival. */
  readonly upserts: readonly SentEntity[];
  /** Fragments that were added to histories, by Entity id. */
  readonly appended: readonly { readonly id: string; readonly fragment: Record<string, unknown> }[];
  /** What was created at `/subscriptions` and `/csourceRegistrations` and not deleted, by id. */
  readonly resources: ReadonlyMap<string, SentEntity>;
  /** Forgets everything, as a broker does whose data is wiped. */
  wipe(): void;
  /** The current state of an Entity of the default tenant. */
  entity(id: string): SentEntity | undefined;
  put(entity: SentEntity): void;
  /** Answers by it where it answers, as a healthy broker where it does not. */
  behave(behaviour: Behaviour): void;
  recover(): void;
  close(): Promise<void>;
}

const healthy: Behaviour = () => undefined;

/** Starts one on a free port of 127.0.0.1, or the given one. */
export async function fakeBroker(port = 0): Promise<FakeBroker> {
  const requests: BrokerRequest[] = [];
  const upserts: SentEntity[] = [];
  const appended: { id: string; fragment: Record<string, unknown> }[] = [];
  const state = new Map<string, SentEntity>();
  const resources = new Map<string, SentEntity>();
  let behaviour: Behaviour = healthy;

  const store = (
    request: BrokerRequest,
    entities: readonly SentEntity[],
    refusedIds: ReadonlySet<unknown>,
  ) => {
    const tenant = String(request.headers['ngsild-tenant'] ?? '');
    for (const entity of entities) {
      if (refusedIds.has(entity.id)) continue;
      upserts.push(entity);
      state.set(`${tenant}\n${entity.id}`, { ...state.get(`${tenant}\n${entity.id}`), ...entity });
    }
  };
  /** Of Entities that are there, and no others (clause 5.6.9). */
  const update = (request: BrokerRequest): Answer => {
    const tenant = String(request.headers['ngsild-tenant'] ?? '');
    const entities = request.body as SentEntity[];
    const missing = entities.filter(({ id }) => !state.has(`${tenant}\n${id}`)).map(({ id }) => id);
    store(request, entities, new Set(missing));
    if (missing.length === 0) return { status: 204 };
    const type = 'https://uri.etsi.org/ngsi-ld/errors/ResourceNotFound';
    const errors = missing.map((entityId) => ({
      entityId,
      error: { type, title: 'not found', status: 404 },
    }));
    return { status: 207, body: { success: [], errors } };
  };
  const serveResource = ({ method, body }: BrokerRequest, id: string): Answer => {
    if (method === 'POST') {
      const created = body as SentEntity;
      if (resources.has(created.id)) return { status: 409, body: { title: 'already exists' } };
      resources.set(created.id, created);
      return { status: 201 };
    }
    const found = resources.get(id);
    if (found === undefined) return { status: 404, body: { title: 'not found' } };
    if (method === 'DELETE') resources.delete(id);
    return method === 'DELETE' ? { status: 204 } : { status: 200, body: found };
  };
  const append = ({ body }: BrokerRequest, id: string): Answer => {
    appended.push({ id, fragment: body as Record<string, unknown> });
    return { status: 204 };
  };
  const upsert = (request: BrokerRequest): Answer => {
    store(request, request.body as SentEntity[], new Set());
    return { status: 204 };
  };
  const retrieve = ({ method, headers }: BrokerRequest, id: string): Answer => {
    const found = method === 'GET' ? state.get(`${headers['ngsild-tenant'] ?? ''}\n${id}`) : undefined;
    return found === undefined ? { status: 404, body: { title: 'not found' } } : { status: 200, body: found };
  };
  /** By `id` and `type` alone. */
  const query = ({ url, headers }: BrokerRequest): Answer => {
    const parameters = new URL(url, 'http://broker').searchParams;
    const found = (parameters.get('id') ?? '')
      .split(',')
      .map((id) => state.get(`${headers['ngsild-tenant'] ?? ''}\n${id}`))
      .filter((entity) => entity?.type === parameters.get('type'));
    return { status: 200, body: found };
  };
  const routes: readonly (readonly [RegExp, (request: BrokerRequest, id: string) => Answer])[] = [
    [/\/entityOperations\/upsert$/, upsert],
    [/\/entityOperations\/update$/, update],
    [/\/(?:subscriptions|csourceRegistrations)(?:\/([^/]+))?$/, serveResource],
    [/\/temporal\/entities\/([^/]+)\/attrs$/, append],
    [/\/entities\/([^/]+)$/, retrieve],
    [/\/entities$/, query],
  ];
  const serve = (request: BrokerRequest): Answer => {
    const path = request.url.split('?')[0] ?? '';
    for (const [pattern, handle] of routes) {
      const match = pattern.exec(path);
      if (match !== null) return handle(request, decodeURIComponent(match[1] ?? ''));
    }
    return { status: 404, body: { title: 'not found' } };
  };
  const answer = (request: BrokerRequest, response: ServerResponse): void => {
    requests.push(request);
    const behaved = behaviour(request);
    const told = behaved ?? serve(request);
    if (told === 'hang') return;
    if (told === 'cut') {
      response.destroy();
      return;
    }
    if (behaved !== undefined && told.status === 207) {
      const { errors = [] } = (told.body ?? {}) as { errors?: { entityId: string }[] };
      store(request, request.body as SentEntity[], new Set(errors.map(({ entityId }) => entityId)));
    }
    response.writeHead(told.status, { 'content-type': 'application/json', ...told.headers });
    response.end(told.body === undefined ? undefined : JSON.stringify(told.body));
  };
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      const { method = '', url = '', headers } = incoming;
      answer({ method, url, headers, body }, response);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    upserts,
    appended,
    resources,
    wipe: () => {
      state.clear();
      resources.clear();
    },
    entity: (id) => state.get(`\n${id}`),
    put: (entity) => {
      state.set(`\n${entity.id}`, entity);
    },
    behave: (told) => {
      behaviour = told;
    },
    recover: () => {
      behaviour = healthy;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/**
 * The floor: what bare node:http costs for the same bytes. It parses and stores in a Map, or stringifies from it; no
 * @context, no validation, no index, no disk. A query answers the first entities of the Map.
 */
type Stored = Record<string, unknown> & { readonly id: string };

const entities = new Map<string, Stored>();
const root = '/ngsi-ld/v1/entities';
const port = Number(process.argv[2]);

createServer((request, response) => {
  void answer(request, response);
}).listen(port, '127.0.0.1');
process.once('disconnect', () => process.exit(0));

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = request.url ?? '';
  if (url === '/health/ready') send(response, 200, {});
  else if (request.method === 'GET' && url.startsWith(`${root}?`)) send(response, 200, firstEntities());
  else if (request.method === 'GET')
    send(response, 200, entities.get(decodeURIComponent(url.slice(root.length + 1))));
  else change(request.method, url, JSON.parse((await buffer(request)).toString()), response);
}

function change(
  method: string | undefined,
  url: string,
  body: Stored | Stored[],
  response: ServerResponse,
): void {
  if (Array.isArray(body)) {
    for (const entity of body) entities.set(entity.id, entity);
    send(response, 204);
  } else if (method === 'PATCH') {
    const current = entities.get(decodeURIComponent(url.slice(root.length + 1, -'/attrs'.length)));
    if (current) Object.assign(current, body);
    send(response, current ? 204 : 404);
  } else {
    entities.set(body.id, body);
    response.setHeader('Location', `${root}/${body.id}`);
    send(response, 201);
  }
}

function firstEntities(): Stored[] {
  const found: Stored[] = [];
  for (const entity of entities.values()) {
    found.push(entity);
    if (found.length === 20) break;
  }
  return found;
}

function send(response: ServerResponse, status: number, body?: unknown): void {
  if (body === undefined) {
    response
      .writeHead(status === 200 ? 404 : status, { ...(status === 204 ? {} : { 'Content-Length': 0 }) })
      .end();
    return;
  }
  const bytes = Buffer.from(JSON.stringify(body));
  response
    .writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': bytes.length })
    .end(bytes);
}

import fc from 'fast-check';
import type { Json } from '../../../../broker/domain/entity.ts';
import { isObject } from '../../../../broker/domain/json-object.ts';
import type { Route } from '../../../../broker/http/route.ts';
import { assemble, type Draft, type WireRequest } from '../../../support/fuzz/draft.ts';
import { mutatedText } from '../../../support/fuzz/mutation.ts';
import { type Oddities, spoiledSometimes } from '../../../support/fuzz/spoil.ts';
import { bodyFor, context, RECEIVER } from './bodies.ts';
import * as names from './names.ts';
import { parametersFor } from './parameters.ts';

const segmentValues: Readonly<Record<string, fc.Arbitrary<string>>> = {
  entityId: names.entityId,
  attrId: names.attributeName,
  type: names.typeName,
  subscriptionId: names.subscriptionId,
  contextId: fc.oneof(names.contextUrl, fc.constantFrom('urn:ngsi-ld:Context:1')),
  instanceId: fc.constantFrom('urn:ngsi-ld:Instance:1'),
};

function segmentsFor(template: string): fc.Arbitrary<readonly string[]> {
  const segments = template.split('/').slice(1);
  return fc.tuple(
    ...segments.map((segment) => {
      const name = /^\{(\w+)\}$/.exec(segment)?.[1];
      return name === undefined
        ? fc.constant(segment)
        : (segmentValues[name] ?? names.entityId).map(encodeURIComponent);
    }),
  );
}

const link = names.contextUrl.map(
  (url) => `<${url}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`,
);
const accept = fc.constantFrom('application/json', 'application/ld+json', 'application/geo+json', '*/*');

function headersFor({ consumes, geoJson }: Route): fc.Arbitrary<Readonly<Record<string, string>>> {
  const given = {
    'NGSILD-Tenant': names.tenant,
    Accept: geoJson ? accept : fc.constantFrom('application/json', 'application/ld+json', '*/*'),
    Link: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: link }),
    Prefer: fc.constantFrom(...Array(12).fill(undefined), 'ngsi-ld=1.3', 'ngsi-ld=1.8', 'body=json'),
    'If-None-Match': fc.constantFrom(...Array(12).fill(undefined), '*', '"x"'),
    'Content-Type': consumes.length === 0 ? fc.constant(undefined) : fc.constantFrom(...consumes),
  };
  return fc.record(given).map(defined);
}

function defined(record: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;
}

/** A request that the row should take, or refuse for the state of the store only. */
function validDraft(route: Route): fc.Arbitrary<Draft> {
  return fc
    .record({
      method: fc.constantFrom<string>(
        route.method,
        route.method,
        route.method,
        route.method === 'GET' ? 'HEAD' : route.method,
      ),
      segments: segmentsFor(route.path),
      parameters: parametersFor(route),
      headers: headersFor(route),
      json: route.consumes.length === 0 ? fc.constant(undefined) : bodyFor(route),
      inContext: fc.oneof(context, names.contextUrl),
    })
    .map(({ inContext, ...draft }) => withContext(draft, inContext));
}

/** Bodies of application/ld+json have their @context in them, and no Link beside it. */
function withContext(draft: Draft, inContext: Json): Draft {
  const { Link: _link, ...headers } = draft.headers;
  if (headers['Content-Type'] !== 'application/ld+json') return draft;
  const add = (json: Json): Json => (isObject(json) ? { '@context': inContext, ...json } : json);
  const { json } = draft;
  return {
    ...draft,
    headers,
    json: Array.isArray(json) ? json.map((one) => add(one as Json)) : add(json ?? null),
  };
}

const oddities: Oddities = {
  headerNames: [
    ...[
      'Accept',
      'Content-Type',
      'Link',
      'NGSILD-Tenant',
      'Prefer',
      'If-Match',
      'If-None-Match',
      'X-Correlation-Id',
    ],
    ...[
      'Origin',
      'Access-Control-Request-Method',
      'Authorization',
      'X-API-Key',
      'Content-Encoding',
      'Expect',
      'Via',
    ],
  ],
  headerValues: fc.oneof(
    mutatedText(fc.oneof(link, accept)),
    fc.constant(`<${names.SILENT_CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"`),
    fc.constantFrom(
      'application/json;charset=utf-8',
      'text/plain',
      'application/geo+json',
      '*/*;q=0',
      'W/"a"',
      'no such tenant',
    ),
  ),
  parameterNames: ['q', 'type', 'id', 'limit', 'options', 'local', 'foo', '', '__proto__', 'attrs'],
};

/** Rows that are written by, that make something, come up more often than those that take everything away. */
function weightOf({ method, path, parameters }: Route): number {
  if (parameters === 'any') return 1;
  if (method === 'DELETE') return path === '/entities' ? 1 : 8;
  return method === 'GET' ? 30 : 40;
}

/**
 * Requests to every row of the table: half as they should be, the others spoiled once to three times. Subscriptions
 * notify nobody, or the receiver.
 */
export function requestsTo(routes: readonly Route[], receiver: string): fc.Arbitrary<WireRequest> {
  const drafts = routes.map((route) => ({ weight: weightOf(route), arbitrary: validDraft(route) }));
  const valid = fc.oneof(...drafts);
  return spoiledSometimes(valid, oddities).map((draft) => {
    const wire = assemble(draft);
    return wire.body === undefined ? wire : { ...wire, body: wire.body.replaceAll(RECEIVER, receiver) };
  });
}

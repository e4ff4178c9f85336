import fc from 'fast-check';
import { isObject } from '../../../../broker/domain/attribute-values.ts';
import type { Json } from '../../../../broker/domain/entity.ts';
import type { Route } from '../../../../broker/http/route.ts';
import { bodyFor, context, RECEIVER } from './bodies.ts';
import { bodyText, mutatedJson, mutatedText, oddText } from './mutation.ts';
import * as names from './names.ts';
import { parametersFor } from './parameters.ts';

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly method: string;
  /** Below the API root, with the parameters. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Sends the body without its length. */
  readonly isChunked?: true;
}

/** A request by its parts, before they are put together. */
interface Draft {
  readonly method: string;
  readonly segments: readonly string[];
  readonly parameters: ReadonlyMap<string, string>;
  readonly headers: Readonly<Record<string, string>>;
  readonly json?: Json | undefined;
  readonly text?: string;
  readonly rawTarget?: string;
  readonly isChunked?: true;
}

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

const headerNames = [
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
] as const;
const oddHeader = fc.oneof(
  oddText,
  mutatedText(fc.oneof(link, accept)),
  names.silentContextUrl.map((url) => `<${url}>; rel="http://www.w3.org/ns/json-ld#context"`),
  fc.constantFrom(
    'application/json;charset=utf-8',
    'text/plain',
    'application/geo+json',
    '*/*;q=0',
    'W/"a"',
    'no such tenant',
  ),
);
const methods = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'PURGE', 'TRACE');
const parameterNames = fc.constantFrom(
  'q',
  'type',
  'id',
  'limit',
  'options',
  'local',
  'foo',
  '',
  '__proto__',
  'attrs',
);

/** One way to spoil a request. */
function spoiled(draft: Draft): fc.Arbitrary<Draft> {
  const { json, parameters } = draft;
  const [name] = parameters.keys();
  const withParameter =
    (key: string) =>
    (value: string): Draft => ({ ...draft, parameters: new Map([...parameters, [key, value]]) });
  const body =
    json === undefined
      ? []
      : [
          {
            weight: 8,
            arbitrary: mutatedJson(fc.constant(json)).map((changed): Draft => ({ ...draft, json: changed })),
          },
          {
            weight: 1,
            arbitrary: mutatedText(fc.constant(bodyText(json))).map((text): Draft => ({ ...draft, text })),
          },
          { weight: 1, arbitrary: fc.constant<Draft>({ ...draft, isChunked: true }) },
        ];
  const parameter =
    name === undefined
      ? []
      : [
          {
            weight: 6,
            arbitrary: mutatedText(fc.constant(parameters.get(name) ?? '')).map(withParameter(name)),
          },
          { weight: 2, arbitrary: oddText.map(withParameter(name)) },
        ];
  return fc.oneof(
    ...body,
    ...parameter,
    {
      weight: 2,
      arbitrary: fc.tuple(parameterNames, oddText).map(([key, value]) => withParameter(key)(value)),
    },
    {
      weight: 2,
      arbitrary: mutatedText(fc.constant(targetOf(draft))).map(
        (rawTarget): Draft => ({ ...draft, rawTarget }),
      ),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom(...headerNames), oddHeader)
        .map(([header, value]): Draft => ({ ...draft, headers: { ...draft.headers, [header]: value } })),
    },
    { weight: 1, arbitrary: methods.map((method): Draft => ({ ...draft, method })) },
  );
}

function targetOf({ rawTarget, segments, parameters }: Draft): string {
  if (rawTarget !== undefined) return rawTarget;
  const search = [...parameters].map(([name, value]) => `${encodeText(name)}=${encodeText(value)}`).join('&');
  return `/${segments.join('/')}${search === '' ? '' : `?${search}`}`;
}

function assemble(draft: Draft, receiver: string): WireRequest {
  const { method, json, isChunked } = draft;
  const text = draft.text ?? (json === undefined ? undefined : bodyText(json));
  return {
    method,
    target: `/${wireSafe(targetOf(draft)).replace(/^\//, '')}`,
    headers: Object.fromEntries(
      Object.entries(draft.headers).map(([name, value]) => [name, headerSafe(value)]),
    ),
    ...(text !== undefined && { body: text.replaceAll(RECEIVER, receiver) }),
    ...(isChunked && { isChunked }),
  };
}

/** Lone surrogates, which have no percent-encoding, go as U+FFFD. */
function encodeText(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD'));
}

/** What no request line can carry is percent-encoded. */
function wireSafe(target: string): string {
  return target.replace(/[^\x21-\x7e]/gu, encodeText);
}

function headerSafe(value: string): string {
  return value.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?').trim();
}

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
  const once = valid.chain(spoiled);
  return fc
    .oneof(
      { weight: 5, arbitrary: valid },
      { weight: 3, arbitrary: once },
      { weight: 2, arbitrary: once.chain(spoiled) },
      { weight: 1, arbitrary: once.chain(spoiled).chain(spoiled) },
    )
    .map((draft) => assemble(draft, receiver));
}

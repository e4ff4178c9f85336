import { expect } from '@jest/globals';
import type { Json } from '../../../broker/domain/entity.ts';
import { type FakeWeb, fakeWeb, type Page } from '../jsonld/fake-web.ts';
import {
  type NotifyingBroker,
  type NotifyingBrokerOptions,
  notifyingBroker,
  PUBLIC_URL,
  ROOT,
} from '../notifications/notifying-broker.ts';

export const ERRORS = 'https://uri.etsi.org/ngsi-ld/errors/';
/** Where an @context with the term `temp` is on the web of `contextsBroker`. */
export const WEB_CONTEXT = 'https://web.example/context.jsonld';
export const TEMPERATURE = 'https://city.example/temperature';

/** A page of the fake web with an @context. */
export function contextPage(context: Json, headers: Record<string, string> = {}): Page {
  return { json: { '@context': context }, headers };
}

/** The value of a Link header for an @context. */
export function linkTo(url: string): string {
  return `<${url}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;
}

/** A broker with a web of @contexts that knows what was asked of it. */
export interface ContextsBroker extends NotifyingBroker {
  readonly web: FakeWeb;
  /** Stores an @context and answers its path below the API root. */
  host(context: Json, tenant?: string): Promise<string>;
  /** Its metadata. */
  details(path: string): Promise<Record<string, string | number>>;
}

/** Opens one; it is closed after the test. */
export async function contextsBroker(options: NotifyingBrokerOptions = {}): Promise<ContextsBroker> {
  const web = fakeWeb({ [WEB_CONTEXT]: contextPage({ temp: TEMPERATURE }) }, { timeLimitMs: 1000 });
  const broker = await notifyingBroker({ download: web.settings, ...options });
  return {
    ...broker,
    web,
    host: async (context, tenant) => {
      const request = broker.api.post('/jsonldContexts').set('Content-Type', 'application/json');
      if (tenant !== undefined) request.set('NGSILD-Tenant', tenant);
      const { headers } = await request.send({ '@context': context }).expect(201);
      return String(headers['location']).slice(ROOT.length);
    },
    details: async (path) => (await broker.api.get(`${path}?details=true`).expect(200)).body,
  };
}

/** The path below the API root of a URL or local identifier for /jsonldContexts. */
export function pathOf(id: string): string {
  return `/jsonldContexts/${encodeURIComponent(id)}`;
}

/** The URL at which this broker says to serve what is at a path below its API root. */
export function urlAt(path: string): string {
  return `${PUBLIC_URL}${ROOT}${path}`;
}

/** Creates an Entity whose names are in the @context at a URL, and answers its IRIs of Attributes. */
export async function attributesOf(
  broker: NotifyingBroker,
  context: Json,
  id = 'urn:e:1',
): Promise<readonly string[]> {
  const entity = { id, type: 'Thing', temp: 20, '@context': context };
  await broker.api.post('/entities').set('Content-Type', 'application/ld+json').send(entity).expect(201);
  const { body } = await broker.api.get(`/entities/${id}`).expect(200);
  await broker.api.delete(`/entities/${id}`).expect(204);
  const { id: _id, type: _type, ...attributes } = body;
  expect(Object.keys(attributes)).toHaveLength(1);
  return Object.keys(attributes);
}

import type { Json } from '../domain/entity.ts';
import type { Context } from '../jsonld/context.ts';
import type { Precondition } from '../services/change-entity.ts';
import type { MediaType } from './negotiation.ts';

/** What a handler gets of a request: parsed, checked and with its @context resolved. */
export interface Exchange {
  readonly tenant: string;
  readonly correlationId: string;
  /** Path parameters by the name in the route's template, percent-decoded once. */
  readonly path: Readonly<Record<string, string>>;
  /** URL query parameters by name, decoded once; only names that the route allows. */
  readonly query: ReadonlyMap<string, string>;
  /** Lower-case header names. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly context: Context;
  /** The parsed JSON body without its `@context`; `undefined` when the route takes none. Batch elements keep theirs. */
  readonly body: Json | undefined;
  /** True when the body came as application/ld+json. */
  readonly isJsonLd: boolean;
  /** What If-Match and If-None-Match demand; only on methods that write. */
  readonly precondition?: Precondition | undefined;
  /** The media type to answer with, already negotiated. */
  readonly accept: MediaType;
}

/** A body in texts, in a media type of its own. Its reader asks for each when it has room, and says when it gives up. */
export interface StreamedBody {
  readonly contentType: string;
  readonly texts: AsyncIterable<string> & { return(): Promise<unknown> };
}

/** What a handler answers. The binding adds @context or Link, tenant, lengths. */
export interface Reply {
  readonly status: number;
  readonly body?: Json;
  /** In place of a body: one that is made while it is read. */
  readonly stream?: StreamedBody;
  readonly headers?: Readonly<Record<string, string>>;
  /** Set on bodies that carry compacted names, so that Link or @context goes with them. */
  readonly context?: Context;
}

/** One row of the route table (clause 6). */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below `/ngsi-ld/v1`, without a trailing slash, `{name}` for a parameter. */
  readonly path: string;
  readonly clause: string;
  /** Names of the URL query parameters that it knows; any other is refused with InvalidRequest, unless `any` goes. */
  readonly parameters: readonly string[] | 'any';
  /** Media types that the body may have; empty for none. */
  readonly consumes: readonly ('application/json' | 'application/ld+json' | 'application/merge-patch+json')[];
  readonly geoJson?: boolean;
  /** True when answers may be any JSON, which has no room for an @context: application/json only. */
  readonly plainJson?: boolean;
  /** The media types of its answers where they are others, the one that is preferred first. */
  readonly offers?: readonly MediaType[];
  /**
   * True where the path that ends with a slash in place of its id lacks an id, which the operation's clause refuses with
   * BadRequestData; elsewhere it is that of the collection, without the method.
   */
  readonly refusesMissingId?: boolean;
  /** True for the operations that make an unknown tenant (clause 6.3.14); their service does, once all is valid. */
  readonly createsTenant?: boolean;
  /** True where the answer is the same whether the tenant exists. */
  readonly needsNoTenant?: boolean;
  /**
   * True where the resources are @contexts: the one in a body is data, a Link header means nothing, and copies are there
   * for tenants, too, that are not there yet.
   */
  readonly holdsContexts?: boolean;
  handle(exchange: Exchange): Promise<Reply> | Reply;
}

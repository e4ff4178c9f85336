import { IncomingMessage, ServerResponse } from 'node:http';
import type { Express } from 'express';

/** Options for `http.createServer` that let it make requests and responses the way an Express app wants them. */
export interface ExpressConstructors {
  readonly IncomingMessage: typeof IncomingMessage;
  readonly ServerResponse: typeof ServerResponse;
}

/**
 * Express changes the prototype of every request and response, which makes both slow for the engine. Constructors
 * whose `prototype` *is* the app's turn that change into a no-op and cut the cost of a request to a third. Give them
 * to `http.createServer(expressConstructors(app), handler)`; sub-apps (not routers) would undo the gain.
 */
export function expressConstructors(app: Express): ExpressConstructors {
  return {
    IncomingMessage: withPrototype(IncomingMessage, app.request),
    ServerResponse: withPrototype(ServerResponse, app.response),
  };
}

/** node:http's constructors are functions of the old kind, which may be called on an object that exists already. */
function withPrototype<Constructor extends typeof IncomingMessage | typeof ServerResponse>(
  base: Constructor,
  prototype: object,
): Constructor {
  const initialise = base as unknown as (this: object, ...args: readonly unknown[]) => void;
  function Constructed(this: object, ...args: readonly unknown[]): void {
    initialise.apply(this, args as unknown[]);
  }
  Constructed.prototype = prototype;
  return Constructed as unknown as Constructor;
}

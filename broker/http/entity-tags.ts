import { createHash } from 'node:crypto';
import type { Context } from '../jsonld/context.ts';
import { preferencesOf } from './preferences.ts';
import { remember } from './remember.ts';
import type { Exchange } from './route.ts';

/** Enough to tell apart what is asked of one Entity. */
const DIGEST_LENGTH = 12;

/** Makes the ETags of Entities (RFC 9110 section 8.8.3): strong, from what chose the answer, without reading it. */
export interface EntityTags {
  /** The tag of an Entity in this state (see `stateOf`), as this request asks to see it. */
  tagOf(state: string, exchange: Exchange): string;
}

/**
 * `processId` is another one for each process: @contexts may change behind their URLs, so that tags of answers in a
 * user's @context are good for the copy that this process has, and no other. Those in the core @context are good anywhere.
 */
export function entityTags(processId: string): EntityTags {
  const copies = new WeakMap<Context, string>();
  let count = 0;
  const nameOf = (context: Context, core: string | undefined): string => {
    if (core !== undefined) return core;
    let name = copies.get(context);
    if (name === undefined) {
      name = `${processId}${count++}`;
      copies.set(context, name);
    }
    return name;
  };
  // Requests ask for few different things, of many Entities.
  const digestOf = remember((text) =>
    createHash('sha1').update(text).digest('base64url').slice(0, DIGEST_LENGTH),
  );
  return {
    tagOf: (state, exchange) => {
      const { tenant, query, context, accept, headers } = exchange;
      const { minor = '', geoJsonHasContext } = preferencesOf(headers['prefer']);
      let text = `${tenant} ${accept} ${minor} ${geoJsonHasContext} ${nameOf(context, coreName(exchange))}`;
      for (const [name, value] of query) text += `&${name}=${value}`;
      return `"${state}-${digestOf(text)}"`;
    },
  };
}

/** The core @context is what is left when a request names none. */
function coreName({ headers, context }: Exchange): string | undefined {
  return headers['link'] === undefined ? String(context.reference) : undefined;
}

import type { Json } from '../domain/entity.ts';
import { coreVersionOf } from './core-versions.ts';

/** How answers point to a context: the two members of Context that do not depend on its terms. */
export interface ContextPointer {
  readonly reference: Json;
  readonly url?: string;
}

/**
 * The pointer to what a client gave as its `@context`: as it is, with the core in last place when it is not in it
 * (clause 5.2.3). One core is enough: processors refuse a second version that redefines terms of the first.
 */
export function contextPointer(
  given: Json,
  { coreUrl, hasCore }: { readonly coreUrl: string; readonly hasCore: boolean },
): ContextPointer {
  const members = membersOf(given);
  const others = members.filter((member) => member !== null && !isCore(member));
  if (others.length === 0 && !hasCore) return { reference: coreUrl, url: coreUrl };
  const reference = hasCore ? given : [...members, coreUrl];
  const [single, ...more] = others.length === 0 ? members.filter(isCore) : others;
  return more.length === 0 && typeof single === 'string'
    ? { reference, url: headerUrl(single) }
    : { reference };
}

/** A URL as it can stand in a header, whose characters are ASCII; one that is, stays as it was given. */
function headerUrl(url: string): string {
  return /^[!#-;=?-~]+$/.test(url) ? url : new URL(url).href;
}

/** The URLs in a `@context` value, those of the core left out, for messages. */
export function userUrls(given: Json): readonly string[] {
  return membersOf(given).filter((member) => typeof member === 'string' && !isCore(member)) as string[];
}

function membersOf(given: Json): readonly Json[] {
  return Array.isArray(given) ? (given as readonly Json[]) : [given];
}

function isCore(member: Json): boolean {
  return typeof member === 'string' && coreVersionOf(member) !== undefined;
}

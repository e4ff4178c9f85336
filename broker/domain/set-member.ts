import type { Json } from './entity.ts';

/** An object while it is written. */
export type Members = Record<string, Json>;

/** Plain assignment, but for the one name that would set the prototype instead of a member. */
export function setMember(into: Members, name: string, value: Json): void {
  if (name !== '__proto__') into[name] = value;
  else Object.defineProperty(into, name, { value, enumerable: true, writable: true, configurable: true });
}

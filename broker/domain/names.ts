import { type Json, NGSI_LD_NULL } from './entity.ts';
import { badRequest } from './errors.ts';
import { stringifyJson } from './json-text.ts';
import { isText } from './number-text.ts';

/** What may stand in a URI without percent-encoding, by ASCII code (RFC 3986). */
const IS_URI_CHARACTER: readonly boolean[] = Array.from({ length: 128 }, (_, code) =>
  /[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]/.test(String.fromCharCode(code)),
);
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:./;
/** Controls, formats (bidi, zero-width), unassigned and non-characters, blanks, fillers: they make ids look alike. */
const UNSEEN = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;
const NAME = /^\p{L}[\p{L}\p{N}_]*(?::\p{L}[\p{L}\p{N}_]*)?$/u;
const SIMPLE_NAME = /^[A-Za-z][A-Za-z0-9_]*$/;
const SCOPE = /^\/?\p{L}[\p{L}\p{N}_]*(?:\/\p{L}[\p{L}\p{N}_]*)*$/u;

/**
 * True for an absolute URI (RFC 3986) or IRI: a scheme, then no blank, no control or invisible character and none of
 * `<>"{}|\^` and the backquote. Letters of every script are allowed.
 */
export function isUri(text: string): boolean {
  let isAscii = true;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 127) isAscii = false;
    else if (!IS_URI_CHARACTER[code]) return false;
  }
  return SCHEME.test(text) && (isAscii || !UNSEEN.test(text));
}

/**
 * The URI in a member of a request.
 * @throws NgsiLdError BadRequestData naming `member`; NGSI-LD Null is refused as well.
 */
export function requireUri(value: Json | undefined, member: string): string {
  if (typeof value === 'string' && isUri(value) && value !== NGSI_LD_NULL) return value;
  throw badRequest(
    `${member} ${shown(value)} is not a URI: write a scheme and a path, such as urn:ngsi-ld:Room:1`,
  );
}

/** In URLs and headers it has up to nine characters for each of its own, and both have to be short enough to be taken. */
const MAX_ID_LENGTH = 2_048;

/**
 * The id of something that is going to be found at its URL.
 * @throws NgsiLdError BadRequestData naming `member`, also for one of more than `MAX_ID_LENGTH` characters.
 */
export function requireId(value: Json | undefined, member: string): string {
  const id = requireUri(value, member);
  if (id.length <= MAX_ID_LENGTH) return id;
  throw badRequest(
    `${member} ${shown(id)} has ${id.length} characters: at most ${MAX_ID_LENGTH} fit in URLs, make it shorter`,
  );
}

/** True for a name of clause 4.6.2: a letter, then letters, digits and `_`, perhaps prefixed; or a full IRI. */
export function isName(text: string): boolean {
  return SIMPLE_NAME.test(text) || NAME.test(text) || (text.includes(':') && isUri(text));
}

/**
 * A name of an Entity Type or an Attribute, before its expansion.
 * @throws NgsiLdError BadRequestData (clause 4.6.2).
 */
export function requireName(name: string, what: string): string {
  if (isName(name)) return name;
  throw badRequest(
    `${what} ${shown(name)} is not a name: begin with a letter, go on with letters, digits and _, or write a URI`,
  );
}

/** Every level of a Scope is found by, so each costs a place in an index. */
const MAX_SCOPE_LEVELS = 32;

/**
 * A Scope with its leading slash (clause 4.18).
 * @throws NgsiLdError BadRequestData, also for one of more than `MAX_SCOPE_LEVELS` levels.
 */
export function requireScope(value: Json): string {
  if (typeof value === 'string' && SCOPE.test(value)) return requireFewLevels(value);
  throw badRequest(
    `scope ${shown(value)} is not a Scope: write levels of letters, digits and _ that begin with a letter, such as /City/Park`,
  );
}

function requireFewLevels(scope: string): string {
  const full = scope.startsWith('/') ? scope : `/${scope}`;
  if (full.split('/').length - 1 <= MAX_SCOPE_LEVELS) return full;
  throw badRequest(`scope ${shown(scope)} has more than ${MAX_SCOPE_LEVELS} levels: make it shorter`);
}

/** True for NGSI-LD Null, also where the @context has turned it into a node or a typed value (clause 4.5.0). */
export function isNgsiLdNull(value: Json | undefined): boolean {
  if (typeof value === 'string') return value === NGSI_LD_NULL;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const members = value as { readonly [name: string]: Json };
  return members['@id'] === NGSI_LD_NULL || members['@value'] === NGSI_LD_NULL;
}

/** A value for an error message: never long, never with what cannot be seen. */
export function shown(value: Json | undefined): string {
  if (value === undefined) return '(absent)';
  const text = isText(value) ? value : stringifyJson(value);
  const start = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return `"${start.replace(/[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/gu, ' ')}"`;
}

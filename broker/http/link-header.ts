import { badRequest } from '../domain/errors.ts';

const contextRelation = 'http://www.w3.org/ns/json-ld#context';
/** No `<` within the URL: else a header of nothing but these would be read once from each. */
const linkValue = /<([^<>]*)>\s*((?:;\s*[\w!#$&+.^`|~*-]+\s*(?:=\s*(?:"(?:[^"\\]|\\.)*"|[^",;\s]*))?\s*)*)/g;
const relParameter = /;\s*rel\s*=\s*(?:"([^"]*)"|([^",;\s]+))/i;

/**
 * The URL of the JSON-LD @context in a Link header (clause 6.3.5, JSON-LD 1.1 section 6.2); undefined without one.
 * @throws NgsiLdError BadRequestData when there is more than one, or one that is badly written: without its @context the
 * names of the request would mean something else.
 */
export function contextLink(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const urls: string[] = [];
  for (const [, url = '', parameters = ''] of header.matchAll(linkValue)) {
    const rel = relParameter.exec(parameters);
    // Relation types are compared without regard to case (RFC 8288 section 2.1.2).
    const relations = (rel?.[1] ?? rel?.[2] ?? '').toLowerCase().split(/\s+/);
    if (relations.includes(contextRelation)) urls.push(url.trim());
  }
  if (urls.length > 1)
    throw badRequest(`The Link header has ${urls.length} links with rel="${contextRelation}": give one.`);
  if (urls.length === 0 && header.toLowerCase().includes(contextRelation))
    throw badRequest(`The Link header is not understood: write ${contextLinkHeader('https://...')}.`);
  return urls[0];
}

/** The Link header that tells which @context an answer's names are short in. */
export function contextLinkHeader(url: string): string {
  return `<${url}>; rel="${contextRelation}"; type="application/ld+json"`;
}

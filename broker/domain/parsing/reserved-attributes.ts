import type { AttributeDeletion, AttributeFragment } from '../entity-input.ts';
import { badRequest } from '../errors.ts';
import { isObject } from '../json-object.ts';

const CORE = 'https://uri.etsi.org/ngsi-ld/';

/** Attributes that clause 4.7 keeps for geometries. */
const GEO_PROPERTIES: ReadonlySet<string> = new Set(
  ['location', 'observationSpace', 'operationSpace'].map((name) => CORE + name),
);

/** The Attribute of an Entity that may have entityIdSealed and entityTypeSealed (clause 4.5.2.2). */
const PROOF = `${CORE}ngsildproof`;

type Instance = AttributeFragment | AttributeDeletion;

/**
 * Holds an instance of an Entity's Attribute against what the standard says of Attributes with that IRI: geometries
 * (clause 4.7) and proofs (clause 4.5.2.2). `what` names it in errors.
 * @throws NgsiLdError BadRequestData.
 */
export function checkReservedAttribute(iri: string, instance: Instance, what: string): void {
  if (instance.deleted) return;
  if (GEO_PROPERTIES.has(iri)) checkGeoProperty(instance, what);
  if (iri === PROOF) checkProof(instance, what);
  else refuseSeal(instance, what);
}

/**
 * Refuses the members of a proof on what is none, as sub-Attributes are.
 * @throws NgsiLdError BadRequestData.
 */
export function refuseSeal(instance: Instance, what: string): void {
  if (instance.deleted) return;
  for (const member of ['entityIdSealed', 'entityTypeSealed'] as const) {
    if (instance[member] !== undefined)
      throw badRequest(`${what} has the member ${member}, which belongs inside ngsildproof: remove it`);
  }
}

function checkGeoProperty({ kind }: AttributeFragment, what: string): void {
  if (kind === undefined || kind === 'GeoProperty') return;
  throw badRequest(`${what} is a ${kind}, but has to be a GeoProperty with a GeoJSON geometry`);
}

function checkProof({ kind, value }: AttributeFragment, what: string): void {
  if ((kind === undefined || kind === 'Property') && (value === undefined || isObject(value))) return;
  throw badRequest(`${what} is not a Property with an object as its value, as a proof is`);
}

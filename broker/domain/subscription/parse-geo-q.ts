import type { Json } from '../entity.ts';
import { type GeoQuery, parseGeoQuery } from '../query/geo-query.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { objectOf, refuseUnknown, wrong } from './checks.ts';

const MEMBERS = new Set(['georel', 'geometry', 'coordinates', 'geoproperty']);

/** The `geoQ` of a Subscription (clause 5.2.13). @throws BadRequestData, TooComplexQuery */
export function parseGeoQ(value: Json, vocabulary: Vocabulary): GeoQuery {
  const given = objectOf(value, 'geoQ');
  refuseUnknown(given, MEMBERS, 'geoQ (GeoQuery)');
  return parseGeoQuery(given, vocabulary) ?? wrong('geoQ', 'must have georel, geometry and coordinates');
}

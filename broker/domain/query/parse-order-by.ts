import type { Json } from '../entity.ts';
import { badRequest } from '../errors.ts';
import type { Geometry } from '../geometry/geometry.ts';
import type { NameList } from '../representation/projection-terms.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { parseCollation } from './collation.ts';
import { parseReference } from './geo-query.ts';
import type { EntityOrder, OrderSubject, OrderTerm } from './order-by.ts';
import { parseAttributePath } from './parse-attribute-path.ts';
import { accept, atEnd, refusal, type Scanner, scannerOf, takeUntil } from './tokens.ts';

/** The ordering parameters of a GET, or the members of OrderingParams (clause 5.2.43), as they come. */
export interface OrderParameters {
  readonly orderBy?: NameList | undefined;
  readonly collation?: string | undefined;
  /** The coordinates of the reference geometry: an array, or its JSON text. */
  readonly orderFrom?: Json | undefined;
  /** The type of the reference geometry, Point by default. */
  readonly orderGeometry?: Json | undefined;
}

/** Every element costs something with every Entity. */
const MOST_TERMS = 16;

const geometryTypes = [
  'Point',
  'MultiPoint',
  'LineString',
  'MultiLineString',
  'Polygon',
  'MultiPolygon',
] as const satisfies readonly Geometry['type'][];
const members = ['id', 'type', 'scope'] as const;
const directions: ReadonlyMap<string, Pick<OrderTerm, 'direction' | 'isByDistance'>> = new Map([
  ['asc', { direction: 'ascending', isByDistance: false }],
  ['desc', { direction: 'descending', isByDistance: false }],
  ['dist-asc', { direction: 'ascending', isByDistance: true }],
  ['dist-desc', { direction: 'descending', isByDistance: true }],
]);

/**
 * Parses the NGSI-LD Entity Ordering Language (clause 4.23.3):
 *
 *     orderBy = term *( "," term )
 *     term    = ( "id" / "type" / "scope" / path ) [ ";" ( "asc" / "desc" / "dist-asc" / "dist-desc" ) ]
 *
 * Paths are those of q. Each element of an array is a term. Undefined without orderBy; what else is there is checked nevertheless (clause 5.7.2.4).
 * @throws NgsiLdError BadRequestData with the position and the remedy, also for an order by distance without orderFrom;
 * TooComplexQuery
 */
export function parseOrder(parameters: OrderParameters, vocabulary: Vocabulary): EntityOrder | undefined {
  const { orderBy, collation } = parameters;
  if (collation !== undefined) parseCollation(collation);
  const reference = parseOrderFrom(parameters);
  if (orderBy === undefined) return undefined;
  const terms = parseTerms(orderBy, vocabulary);
  if (reference === undefined && terms.some(({ isByDistance }) => isByDistance)) {
    throw badRequest(
      'orderBy asks for an order by distance: say from where by orderFrom (ordering.coordinates in a Query), for example [4.35,50.85]',
    );
  }
  return {
    terms,
    ...(collation !== undefined && { collation }),
    ...(reference !== undefined && { reference }),
  };
}

function parseOrderFrom({ orderFrom, orderGeometry = 'Point' }: OrderParameters): Geometry | undefined {
  if (!geometryTypes.some((type) => type === orderGeometry)) {
    throw badRequest(
      `the type of the geometry to order from is ${JSON.stringify(orderGeometry)}: it is one of ${geometryTypes.join(', ')}`,
    );
  }
  return orderFrom === undefined
    ? undefined
    : parseReference(orderGeometry, orderFrom, 'the geometry of orderFrom and orderGeometry');
}

function parseTerms(orderBy: NameList, vocabulary: Vocabulary): readonly OrderTerm[] {
  const isText = typeof orderBy === 'string';
  const terms: OrderTerm[] = [];
  for (const text of isText ? [orderBy] : orderBy) {
    const scanner = scannerOf(text, 'orderBy');
    do terms.push(parseTerm(scanner, vocabulary));
    while (isText && accept(scanner, ','));
    if (!atEnd(scanner))
      throw refusal(scanner, "separate elements by ',' and put ';asc' or ';desc' behind them");
    if (terms.length > MOST_TERMS) throw refusal(scanner, `at most ${MOST_TERMS} elements may be ordered by`);
  }
  return terms;
}

function parseTerm(scanner: Scanner, vocabulary: Vocabulary): OrderTerm {
  const subject = parseSubject(scanner, vocabulary);
  return { subject, ...parseDirection(scanner, subject) };
}

function parseSubject(scanner: Scanner, vocabulary: Vocabulary): OrderSubject {
  const start = scanner.at;
  const name = takeUntil(scanner, ';,.[{');
  const member = members.find((known) => known === name);
  if (member !== undefined && !'.[{'.includes(scanner.text[scanner.at] ?? ' ')) return { kind: member };
  scanner.at = start;
  const path = parseAttributePath(scanner, { vocabulary, jsonKeys: new Set(), joinLevel: 0 });
  return { kind: 'path', path };
}

function parseDirection(
  scanner: Scanner,
  subject: OrderSubject,
): Pick<OrderTerm, 'direction' | 'isByDistance'> {
  if (!accept(scanner, ';')) return { direction: 'ascending', isByDistance: false };
  const start = scanner.at;
  const direction = directions.get(takeUntil(scanner, ','));
  if (direction === undefined) {
    throw refusal(scanner, `a direction is one of ${[...directions.keys()].join(', ')}`, start);
  }
  if (direction.isByDistance && subject.kind !== 'path') {
    throw refusal(scanner, `${subject.kind} has no distance: name a GeoProperty`, start);
  }
  return direction;
}

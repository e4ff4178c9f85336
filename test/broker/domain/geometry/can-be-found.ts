import { cellsCovering, cellsOf } from '../../../../broker/domain/geo-cells.ts';
import type { Geometry } from '../../../../broker/domain/geometry/geometry.ts';
import type { GeoQuery } from '../../../../broker/domain/query/geo-query.ts';
import { compileGeoQuery } from '../../../../broker/domain/query/match-geometry.ts';
import { NOW, stored } from '../support.ts';

/** Whether the exact evaluator takes the geometry, and whether a store that looks up cells would come across it. */
export function canBeFound(query: GeoQuery, geometry: Geometry): { matches: boolean; isFound: boolean } {
  const entity = stored({ location: { type: 'GeoProperty', value: { ...geometry } } });
  const matches = compileGeoQuery({ ...query, path: Object.keys(entity.attributes) })(entity, { now: NOW });
  const cover = cellsCovering(query);
  const isFound =
    cover === undefined ||
    cellsOf(geometry).some(
      (token) => cover.cells.some((cell) => token.startsWith(cell)) || cover.enclosing.includes(token),
    );
  return { matches, isFound };
}

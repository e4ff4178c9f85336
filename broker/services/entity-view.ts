import type { Entity, JsonObject, Micros } from '../domain/entity.ts';
import { withoutExpired } from '../domain/expiry.ts';
import { type Amended, conformTo } from '../domain/representation/conformance.ts';
import { type FeatureOptions, toFeature } from '../domain/representation/feature.ts';
import type { Join } from '../domain/representation/join.ts';
import { type RepresentOptions, represent } from '../domain/representation/represent.ts';
import type { Vocabulary } from '../domain/vocabulary.ts';

/** How Entities are shown to a client (clauses 6.3.7, 6.3.11, 6.3.15). */
export interface EntityView extends Omit<RepresentOptions, 'now'> {
  readonly isGeoJson: boolean;
  /** IRI of the GeoProperty that becomes the geometry of a Feature; `location` when absent. */
  readonly geometryProperty?: string;
  /** Makes Entities conform to an older version of the standard (clause 4.3.6.8). */
  readonly amendment?: Amendment;
  /** With which Linked Entities (clause 4.5.23); absent for none. */
  readonly join?: Join;
}

/** Amends the Entities of one answer, and remembers whether it had to. */
export class Amendment {
  readonly #minor: number;
  #isNeeded = false;

  /** For version 1.`minor`. */
  constructor(minor: number) {
    this.#minor = minor;
  }

  /** True once an Entity was shown in another way than the newest version has it. */
  get isNeeded(): boolean {
    return this.#isNeeded;
  }

  amend(entity: Entity, vocabulary: Vocabulary, options: RepresentOptions): Amended {
    const amended = conformTo(this.#minor, withoutExpired(entity, options.now), vocabulary, options);
    this.#isNeeded ||= amended.isAltered;
    return amended;
  }
}

/** The Entity as the view shows it; undefined when its projection leaves nothing. */
export function showEntity(
  entity: Entity,
  vocabulary: Vocabulary,
  view: EntityView,
  now: Micros,
): JsonObject | undefined {
  const options: FeatureOptions = { now, ...view };
  if (view.isGeoJson) return toFeature(entity, vocabulary, options);
  if (view.amendment === undefined) return represent(entity, vocabulary, options);
  const amended = view.amendment.amend(entity, vocabulary, options);
  return represent(amended.entity, vocabulary, amended.options);
}

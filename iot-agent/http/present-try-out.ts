import type { TryOut } from '../dry-run/try-out.ts';

/** The core @context, which every broker has in a version of its own. */
const coreContext = 'https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld';

/** A dry run as it is shown: Entities normalized, with the URL of their @context. */
export function presentTryOut({ entities, ...rest }: TryOut): object {
  return {
    ...rest,
    entities: entities.map(({ entity, context }) => ({
      ...entity,
      '@context': context === '' ? coreContext : context,
    })),
  };
}

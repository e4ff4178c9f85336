import type { Json } from '../domain/entity.ts';

type LoadedJson = Promise<{ readonly default: unknown }>;

/** Smart Data Models domain → its @context, read from disk when first used. CC BY 4.0: schemas/contexts/NOTICE.md. */
const domains: ReadonlyMap<string, () => LoadedJson> = new Map<string, () => LoadedJson>([
  ['Device', () => import('../../schemas/contexts/device.json', { with: { type: 'json' } })],
  ['Environment', () => import('../../schemas/contexts/environment.json', { with: { type: 'json' } })],
  ['Parking', () => import('../../schemas/contexts/parking.json', { with: { type: 'json' } })],
  ['Streetlighting', () => import('../../schemas/contexts/streetlighting.json', { with: { type: 'json' } })],
  ['Transportation', () => import('../../schemas/contexts/transportation.json', { with: { type: 'json' } })],
  [
    'WasteManagement',
    () => import('../../schemas/contexts/waste-management.json', { with: { type: 'json' } }),
  ],
  ['WaterQuality', () => import('../../schemas/contexts/water-quality.json', { with: { type: 'json' } })],
  ['Weather', () => import('../../schemas/contexts/weather.json', { with: { type: 'json' } })],
]);

/** The domains that are built in. */
export const domainNames: readonly string[] = [...domains.keys()];

/** Both public URLs of a domain's @context. */
export function domainUrls(domain: string): readonly [string, string] {
  return [
    `https://smart-data-models.github.io/dataModel.${domain}/context.jsonld`,
    `https://raw.githubusercontent.com/smart-data-models/dataModel.${domain}/master/context.jsonld`,
  ];
}

const byUrl = new Map(
  [...domains].flatMap(([domain, load]) => domainUrls(domain).map((url) => [url, load] as const)),
);

/** The built-in document of a Smart Data Models context URL; undefined for every other URL. */
export function domainDocument(url: string): Promise<Json> | undefined {
  return byUrl
    .get(url)?.()
    .then((loaded) => loaded.default as Json);
}

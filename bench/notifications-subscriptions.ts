/** A Subscription to Lamps, by members, that notifies that path of a port. */
function subscriptionTo(port: number, path: string, members: object = {}): object {
  return {
    type: 'Subscription',
    entities: [{ type: 'Lamp' }],
    notification: { endpoint: { uri: `http://127.0.0.1:${port}${path}` } },
    ...members,
  };
}

/** So many, each to a path of its own. */
export function* subscriptionsTo(
  port: number,
  count: number,
  {
    name = '',
    membersOf = () => ({}),
  }: { readonly name?: string; readonly membersOf?: (n: number) => object } = {},
): Generator<object> {
  for (let n = 0; n < count; n += 1) yield subscriptionTo(port, `/${name}${n}`, membersOf(n));
}

/** Members by which the n-th of many Subscriptions does not match the Lamps that are written. */
export const misses = {
  'other types': (n) => ({ entities: [{ type: `Lamp${n}` }] }),
  'other ids': (n) => ({ entities: [{ type: 'Lamp', id: `urn:ngsi-ld:Lamp:other:${n}` }] }),
  'other idPattern': (n) => ({ entities: [{ type: 'Lamp', idPattern: `^urn:ngsi-ld:Lamp:other:${n}:.*` }] }),
  'other q value': (n) => ({ watchedAttributes: ['level'], q: `room=="R${n}"` }),
  'any type, other q value': (n) => ({
    entities: [{ type: '*' }],
    watchedAttributes: ['level'],
    q: `room=="R${n}"`,
  }),
  'other q range': (n) => ({ watchedAttributes: ['level'], q: `level>${1_000_000 + n}` }),
  'other scope': (n) => ({ watchedAttributes: ['level'], scopeQ: `/Berlin/S${n}` }),
  'other place': (n) => ({
    watchedAttributes: ['level'],
    geoQ: {
      georel: 'near;maxDistance==200',
      geometry: 'Point',
      coordinates: [5 + (n % 200) / 40, 47 + Math.floor(n / 200) / 40],
    },
  }),
} as const satisfies Record<string, (n: number) => object>;

/** The name of a way not to match. */
export type Miss = keyof typeof misses;

import type { JsonObject } from '../../../broker/domain/entity.ts';
import type { BrokerUnderTest } from '../http/broker-under-test.ts';

/** The id of the Room that tests call by its end. */
export function idOf(name: string): string {
  return `urn:ngsi-ld:Room:${name}`;
}

/** Rooms in tenants of their own, and what queries find of them. */
export function rooms(broker: Pick<BrokerUnderTest, 'api'>) {
  const ask = (tenant: string, search: string) =>
    broker.api.get(`/entities?${search}`).set('NGSILD-Tenant', tenant);
  /** The names that a query finds in order, or the status that refuses it. */
  const found = async (tenant: string, search: string): Promise<string | number> => {
    const { status, body } = await ask(tenant, search);
    if (status !== 200) return status;
    return body.map(({ id }: { id: string }) => id.slice(idOf('').length)).join(' ');
  };
  return {
    /** Makes Rooms by their names: the only Entities of the tenant. */
    given: async (tenant: string, members: Readonly<Record<string, JsonObject>>): Promise<void> => {
      const entities = Object.entries(members).map(([name, more]) => ({
        id: idOf(name),
        type: 'Room',
        ...more,
      }));
      await broker.api
        .post('/entityOperations/create')
        .set('NGSILD-Tenant', tenant)
        .send(entities)
        .expect(201);
    },
    ask,
    found,
    /** As `found`, for a q that is still to be encoded. */
    q: (tenant: string, text: string) => found(tenant, `type=Room&q=${encodeURIComponent(text)}`),
  };
}

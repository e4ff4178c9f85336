import { expect } from '@jest/globals';
import type { JsonObject } from '../../../broker/domain/entity.ts';
import type { BrokerUnderTest } from '../http/broker-under-test.ts';

export const ID = 'urn:ngsi-ld:Room:1';
export const PATH = `/entities/${ID}`;
export const GPS = 'urn:ngsi-ld:Dataset:gps';
export const MAP = 'urn:ngsi-ld:Dataset:map';

/** One Entity, a Room that tests make anew, in the ways in which they make and read it. */
export function oneRoom(broker: Pick<BrokerUnderTest, 'api'>) {
  const create = async (members: JsonObject) => {
    await broker.api.delete(PATH);
    return broker.api.post('/entities').send({ id: ID, type: 'Room', ...members });
  };
  const read = async (search = ''): Promise<JsonObject> =>
    (await broker.api.get(PATH + search).expect(200)).body;
  return {
    create,
    /** As `create`, which has to succeed. */
    given: async (members: JsonObject): Promise<void> => {
      const { status, body } = await create(members);
      expect([status, body]).toEqual([201, {}]);
    },
    read,
    /** Its Attributes, concise. */
    concise: async (): Promise<JsonObject> => {
      const { id: _id, type: _type, ...attributes } = await read('?format=concise');
      return attributes;
    },
    /** Its Attribute `a`. */
    attribute: async (search = '') => (await read(search))['a'],
  };
}

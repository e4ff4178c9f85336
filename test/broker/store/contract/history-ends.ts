import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Entity } from '../../../../broker/domain/entity.ts';
import { foldRecords } from '../../../../broker/notifications/fold-records.ts';
import type { HistoryInstance } from '../../../../broker/store/temporal-store.ts';
import { changing, creating, deleting, LAMP, LEVEL, property, setting } from './entities.ts';
import { freshStore, type OpenStore } from './harness.ts';

const ID = 'urn:ngsi-ld:Alert:1';
const NAME = 'https://example.org/name';
const SECOND = 1_000_000;

/** Entities whose expiresAt comes end in their history at that time, and their scopes with them; Attributes keep what they had. */
export function historyEndContract(open: OpenStore): void {
  describe('the end of an Entity by its expiresAt (clause 4.22)', () => {
    const harness = freshStore(open);
    const tenant = () => harness.store.of('');
    let expiresAt = 0;
    /** One with two Attributes, of which another instance expires before it. */
    const alert = (): Partial<Entity> => ({
      scopes: ['/A'],
      expiresAt,
      attributes: {
        [LEVEL]: [
          property(1, harness.time()),
          property(2, harness.time(), { datasetId: 'urn:d:1', expiresAt: expiresAt - SECOND }),
        ],
        [NAME]: [property('x', harness.time(), { expiresAt })],
      },
    });
    const expire = () => harness.advance(20 * SECOND);
    const inShort = ({ attribute, datasetId, deletedAt, modifiedAt }: HistoryInstance) =>
      deletedAt === undefined ? [] : [[attribute, datasetId, deletedAt, modifiedAt]];
    const deletions = async () => {
      const { instances } = await tenant().temporal.instances(ID, { timeproperty: 'modifiedAt' });
      return [...instances.values()].flat().flatMap(inShort).sort();
    };
    const end = () => [['@scope', undefined, expiresAt, expiresAt]];

    beforeEach(async () => {
      harness.store.setDrain(async (of, entityId) => {
        const records = await harness.store.outbox.pending(100, { tenant: of, entityId });
        await harness.store.outbox.fold(records, foldRecords(records));
      });
      expiresAt = harness.time() + 10 * SECOND;
      await tenant().change(ID, creating(ID, alert()));
    });

    it('is in the history when that is read, and only once', async () => {
      await tenant().change(
        ID,
        setting(() => 5),
      );
      expect(await deletions()).toEqual([]);
      expire();
      expect(await deletions()).toEqual(end());
      expect(await tenant().temporal.getEntity(ID)).toMatchObject({ deletedAt: expiresAt, types: [LAMP] });
      await expect(tenant().change(ID, deleting())).rejects.toMatchObject({ type: 'ResourceNotFound' });
      await harness.reopen();
      expect(await deletions()).toEqual(end());
    });

    it('is there for queries of many', async () => {
      await tenant().change('urn:x:lasting', creating('urn:x:lasting'));
      await tenant().change('urn:x:longer', creating('urn:x:longer', { expiresAt: expiresAt + 90 * SECOND }));
      expire();
      const { entities } = await tenant().temporal.candidates({ limit: 10 });
      expect(entities.map(({ id, deletedAt }) => [id, deletedAt])).toEqual([
        [ID, expiresAt],
        ['urn:x:lasting', undefined],
        ['urn:x:longer', undefined],
      ]);
    });

    it('comes before the Entity that takes its place, and before a change that does not find it', async () => {
      expire();
      await Promise.allSettled([
        tenant().change(ID, deleting()),
        tenant().change(ID, creating(ID, { types: ['urn:new'] })),
        tenant().change(
          ID,
          setting(() => 7),
        ),
      ]);
      expect(await tenant().get(ID)).toMatchObject({ attributes: { [LEVEL]: [{ value: 7 }] } });
      expect(await deletions()).toEqual(end());
      const known = await tenant().temporal.getEntity(ID);
      expect(known).toMatchObject({ types: ['urn:new'], formerTypes: [LAMP] });
      expect(known?.deletedAt).toBeUndefined();
    });

    it('is behind the last change where expiresAt was over already', async () => {
      const over = await tenant().change(ID, changing({ expiresAt: 5 }));
      expect(await tenant().get(ID)).toBeUndefined();
      const { modifiedAt } = over;
      const at = modifiedAt + 1;
      harness.advance(5);
      expect(await tenant().temporal.getEntity(ID)).toMatchObject({ modifiedAt, deletedAt: at });
      expect((await deletions()).map((deletion) => deletion[2])).toEqual([at]);
    });

    it('leaves nothing where its history is not kept', async () => {
      harness.store.setKeptEnds(({ before }) => (before?.types[0] === LAMP ? { isHistory: false } : {}));
      expire();
      expect(await deletions()).toEqual([]);
      expect((await tenant().temporal.getEntity(ID))?.deletedAt).toBeUndefined();
      expect(await tenant().get(ID)).toBeUndefined();
    });
  });
}

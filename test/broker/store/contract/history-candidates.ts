import { describe, expect, it } from '@jest/globals';
import type { CandidateQuery, HistoryEntity } from '../../../../broker/store/temporal-store.ts';
import { BIN, LAMP } from './entities.ts';
import { freshStore, type OpenStore } from './harness.ts';

const idOf = (n: number): string => `urn:ngsi-ld:${n % 2 === 0 ? 'Lamp' : 'Bin'}:${(n * 37) % 100}`;

function historyOf(n: number, members: Partial<HistoryEntity> = {}): HistoryEntity {
  return {
    id: idOf(n),
    types: [n % 2 === 0 ? LAMP : BIN],
    scopes: [],
    createdAt: 1000 + n,
    modifiedAt: 1000 + n,
    ...members,
  };
}

/** Which Entities have a history. */
export function historyCandidateContract(open: OpenStore): void {
  describe('candidates of a query of the history', () => {
    const harness = freshStore(open);
    const temporal = () => harness.store.of('').temporal;
    const fold = (entity: HistoryEntity, tenant = '') =>
      harness.store.outbox.fold([], {
        history: [{ tenant, entity, instances: [] }],
        deliveries: [],
      });
    const add = async (count: number) => {
      for (let n = 0; n < count; n++) {
        harness.advance(10);
        if (n % 5 === 0) await temporal().append(historyOf(n), []);
        else await fold(historyOf(n));
      }
    };
    /** All pages; and that none is larger than asked for. */
    const walk = async (query: Omit<CandidateQuery, 'limit' | 'after'>, limit = 7) => {
      const found: HistoryEntity[] = [];
      let after: string | undefined;
      do {
        const page = await temporal().candidates({ ...query, limit, ...(after !== undefined && { after }) });
        expect(page.entities.length).toBeLessThanOrEqual(limit);
        found.push(...page.entities);
        after = page.next;
      } while (after !== undefined);
      return found;
    };
    const idsOf = (entities: readonly HistoryEntity[]) => entities.map(({ id }) => id);
    const all = (count: number) => Array.from({ length: count }, (_, n) => historyOf(n));

    it('are there in the order in which they came, each once, on pages of any size', async () => {
      await add(30);
      for (const limit of [1, 7, 30, 100]) expect(await walk({}, limit)).toEqual(all(30));
      await harness.reopen();
      expect(await walk({})).toEqual(all(30));
    });

    it('are none where there is no history', async () => {
      await fold(historyOf(1), 'city');
      expect(await temporal().candidates({ limit: 5 })).toEqual({ entities: [] });
      expect(await harness.store.of('nowhere').temporal.candidates({ limit: 5 })).toEqual({ entities: [] });
    });

    it('stay in their place when they change, are deleted, and come again', async () => {
      await add(10);
      harness.advance(10);
      await fold(historyOf(3, { modifiedAt: 5000 }));
      await fold(historyOf(4, { modifiedAt: 5000, deletedAt: 5000 }));
      await fold(historyOf(5, { createdAt: 6000, modifiedAt: 6000 }));
      const found = await walk({});
      expect(idsOf(found)).toEqual(idsOf(all(10)));
      expect(found[4]).toMatchObject({ deletedAt: 5000 });
    });

    it('are of a type, of the newest ones and of those that were added', async () => {
      await add(20);
      await fold(historyOf(2, { types: [LAMP, 'urn:extra'], modifiedAt: 9000 }));
      await fold(historyOf(3, { types: ['urn:other'], modifiedAt: 9000 }));
      await temporal().append(historyOf(6, { types: ['urn:added'] }), []);
      const of = async (...types: string[]) =>
        (await walk({ types })).filter((found) => found.types.some((type) => types.includes(type)));
      const lamps = idsOf(all(20)).filter((_, n) => n % 2 === 0);
      expect(idsOf(await of(LAMP))).toEqual(lamps);
      expect(idsOf(await of('urn:extra', 'urn:added'))).toEqual([idOf(2), idOf(6)]);
      expect(idsOf(await of('urn:other'))).toEqual([idOf(3)]);
      expect(idsOf(await of(LAMP, BIN, 'urn:other', 'urn:none'))).toEqual(idsOf(all(20)));
      expect(await of('urn:none')).toEqual([]);
      expect(await of()).toEqual([]);
    });

    it('are of the types that they had and have no more, which are told', async () => {
      await add(6);
      const changed = { types: ['urn:now'], modifiedAt: 9000 };
      await fold(historyOf(2, { ...changed, formerTypes: [LAMP, 'urn:between'] }));
      await fold(historyOf(3, changed));
      await fold(historyOf(4, { modifiedAt: 9000, deletedAt: 9000 }));
      await fold(historyOf(4, { ...changed, createdAt: 9500, modifiedAt: 9500 }));
      await fold(historyOf(7, { formerTypes: ['urn:before'] }));
      await fold(historyOf(3, { modifiedAt: 9600 }));
      await fold(historyOf(3, { types: ['urn:last'], modifiedAt: 9700 }));
      await temporal().append(historyOf(3, { types: ['urn:now'] }), []);
      await harness.reopen();
      const told = async (type: string) =>
        (await walk({ types: [type] })).map(({ id, types, formerTypes }) => ({ id, types, formerTypes }));
      const two = { id: idOf(2), types: ['urn:now'], formerTypes: [LAMP, 'urn:between'] };
      const three = { id: idOf(3), types: ['urn:last', 'urn:now'], formerTypes: [BIN] };
      const four = { id: idOf(4), types: ['urn:now'], formerTypes: [LAMP] };
      expect(await told('urn:between')).toEqual([two]);
      expect(await told('urn:now')).toEqual([two, three, four]);
      expect(await told('urn:last')).toEqual([three]);
      expect(await told(BIN)).toEqual([
        { id: idOf(1), types: [BIN] },
        three,
        { id: idOf(5), types: [BIN] },
        { id: idOf(7), types: [BIN], formerTypes: ['urn:before'] },
      ]);
      expect(idsOf(await walk({ types: [LAMP] }))).toEqual([0, 2, 4].map(idOf));
      expect(await temporal().getEntity(idOf(3))).toMatchObject({ formerTypes: [BIN] });
      await temporal().removeEntity(idOf(2));
      expect(await walk({ types: ['urn:between'] })).toEqual([]);
      await temporal().append(historyOf(2), []);
      expect(await temporal().getEntity(idOf(2))).toEqual(historyOf(2));
    });

    it('are those with the given ids', async () => {
      await add(20);
      expect(idsOf(await walk({ ids: [idOf(9), 'urn:none', idOf(2), idOf(9)] }, 1))).toEqual([
        idOf(2),
        idOf(9),
      ]);
      expect(await walk({ ids: [] })).toEqual([]);
      const typed = await walk({ ids: [idOf(9), idOf(2)], types: [LAMP] });
      expect(idsOf(typed.filter(({ types }) => types.includes(LAMP)))).toEqual([idOf(2)]);
    });

    it('are those whose ids begin so', async () => {
      await add(20);
      const start = 'urn:ngsi-ld:Bin:';
      const found = (await walk({ idStart: start }, 3)).filter(({ id }) => id.startsWith(start));
      expect(idsOf(found)).toEqual(idsOf(all(20)).filter((_, n) => n % 2 === 1));
    });

    it('are not those whose history was taken away, and come last when it begins again', async () => {
      await add(10);
      await temporal().removeEntity(idOf(4));
      await temporal().removeEntity(idOf(9));
      const left = idsOf(all(10)).filter((_, n) => n !== 4 && n !== 9);
      expect(idsOf(await walk({}))).toEqual(left);
      expect(idsOf(await walk({ types: [LAMP] }))).not.toContain(idOf(4));
      harness.advance(10);
      await fold(historyOf(4));
      expect(idsOf(await walk({}))).toEqual([...left, idOf(4)]);
    });

    it('go on behind what was given, whatever is taken away meanwhile', async () => {
      await add(10);
      const { next } = await temporal().candidates({ limit: 4 });
      await temporal().removeEntity(idOf(3));
      await temporal().removeEntity(idOf(1));
      const rest = await temporal().candidates({ limit: 100, ...(next !== undefined && { after: next }) });
      expect(idsOf(rest.entities)).toEqual(idsOf(all(10)).slice(4));
    });
  });
}

import { describe, expect, it } from '@jest/globals';
import { foldRecords } from '../../../../broker/notifications/fold-records.ts';
import { creating } from './entities.ts';
import { freshStore, type OpenStore } from './harness.ts';

const SUBSCRIPTIONS = ['urn:ngsi-ld:Subscription:1', 'urn:ngsi-ld:Subscription:2'];

/** What a record holds of its request goes into each of its deliveries. */
export function requestHeaderContract(open: OpenStore): void {
  describe('headers of the request', () => {
    const harness = freshStore(open);
    const requestHeaders = [
      { key: 'x.trace$1', value: 'é "1"' },
      { key: 'link', value: '<a>, <b>' },
    ];

    async function write(
      id: string,
      more: { readonly requestHeaders?: typeof requestHeaders },
    ): Promise<void> {
      const decide = creating(id, {}, SUBSCRIPTIONS);
      await harness.store.of('').change(id, (...args) => ({ ...decide(...args), ...more }));
    }

    async function fold(): Promise<void> {
      const { outbox } = harness.store;
      const records = await outbox.pending(10);
      await outbox.fold(records, foldRecords(records));
    }

    const deliveries = (subscriptionId: string) => harness.store.outbox.deliveries('', subscriptionId, 10);

    it('are there after a crash before the folding, and after one behind it', async () => {
      await write('urn:x:1', { requestHeaders });
      await harness.reopen();
      expect(await harness.store.outbox.pending(10)).toMatchObject([{ requestHeaders }]);
      await fold();
      await harness.reopen();
      for (const id of SUBSCRIPTIONS) expect(await deliveries(id)).toMatchObject([{ requestHeaders }]);
    });

    it('are not there where the record has none', async () => {
      await write('urn:x:1', {});
      await fold();
      for (const id of SUBSCRIPTIONS) expect((await deliveries(id))[0]).not.toHaveProperty('requestHeaders');
    });

    it('are kept of a record that is not there any more when its deliveries are stored', async () => {
      await write('urn:x:1', { requestHeaders });
      const { outbox } = harness.store;
      const records = await outbox.pending(10);
      const rows = foldRecords(records);
      await outbox.fold(records, { ...rows, deliveries: [] });
      await outbox.fold(records, rows);
      for (const id of SUBSCRIPTIONS)
        expect(await deliveries(id)).toMatchObject([{ requestHeaders, change: { kind: 'created' } }]);
    });
  });
}

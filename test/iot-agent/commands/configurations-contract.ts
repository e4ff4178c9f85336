import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type {
  ConfigurationSubscription,
  ConfigurationSubscriptions,
} from '../../../iot-agent/commands/configuration/subscriptions.ts';

/** Subscriptions on a database of their own. */
export interface OpenedConfigurations {
  readonly subscriptions: ConfigurationSubscriptions;
  dispose(): Promise<void>;
}

/** What a device wants to hear of. */
function wanting(field: string, deviceId = 'd1'): Omit<ConfigurationSubscription, 'id'> {
  const asked = { apikey: 'k', deviceId, type: 'subscription', protocol: 'iot-agent-json' } as const;
  return { owner: { tenant: 't', deviceId }, by: 'mqtt', request: { ...asked, fields: [field] } };
}

/** What every store of them promises. */
export function configurationsContract(name: string, open: () => Promise<OpenedConfigurations>): void {
  describe(`subscriptions of devices in ${name}`, () => {
    let opened: OpenedConfigurations;
    let subscriptions: ConfigurationSubscriptions;

    beforeEach(async () => {
      opened = await open();
      subscriptions = opened.subscriptions;
    });
    afterEach(() => opened.dispose());

    it('are there once, however often a device asks', async () => {
      expect(await subscriptions.add(wanting('sleepTime'), 1)).toBe(true);
      expect(await subscriptions.add(wanting('sleepTime'), 2)).toBe(false);
      const [kept] = await subscriptions.all();
      expect(kept).toEqual({ ...wanting('sleepTime'), id: expect.stringMatching(/^[0-9a-f]{32}$/) });
      expect(await subscriptions.get(kept?.id ?? '')).toEqual(kept);
      expect(await subscriptions.get('unknown')).toBeUndefined();
      await subscriptions.remove(kept?.id ?? '');
      expect(await subscriptions.all()).toEqual([]);
    });

    it('are ten of a device at most, those that it asked for last', async () => {
      await subscriptions.add(wanting('theirs', 'd2'), 0);
      for (let at = 1; at <= 11; at++) await subscriptions.add(wanting(`field${at}`), at);
      const fields = (await subscriptions.all()).flatMap(({ request }) => request.fields);
      expect(fields).toEqual(['theirs', ...Array.from({ length: 10 }, (_, index) => `field${index + 2}`)]);
    });
  });
}

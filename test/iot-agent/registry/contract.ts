import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CodecRecord } from '../../../iot-agent/registry/codec.ts';
import type { ConnectionRecord } from '../../../iot-agent/registry/connection.ts';
import type { PendingDevice, PendingState } from '../../../iot-agent/registry/pending-device.ts';
import type { RuleRecord } from '../../../iot-agent/registry/provisioning-rule.ts';
import type { DeviceRecord, GroupRecord, Registry } from '../../../iot-agent/registry/registry.ts';
import type { DeviceSettings, GroupSettings } from '../../../iot-agent/registry/settings.ts';

/** A registry on a database of its own. */
export interface OpenedRegistry {
  readonly registry: Registry;
  /** Closes the registry and opens another one on the same data. */
  reopen(): Promise<Registry>;
  /** Closes the registry and removes its data. */
  dispose(): Promise<void>;
}

const all = { limit: 100, offset: 0 };

/** The record of a device; `e1` stands for a DevEUI. */
export function deviceRecord(
  tenant: string,
  id: string,
  settings: Partial<DeviceSettings> = {},
): DeviceRecord {
  return {
    tenant,
    servicePath: '/',
    settings: { device_id: id, entity_type: 'T', entity_name: `urn:ngsi-ld:T:${id}`, ...settings },
  };
}

function group(tenant: string, apikey: string, settings: Partial<GroupSettings> = {}): GroupRecord {
  return { tenant, servicePath: '/', settings: { apikey, ...settings } };
}

function codecRecord(tenant: string, name: string, script: string): CodecRecord {
  const size = Buffer.byteLength(script);
  return { tenant, name, revision: 'r', functions: ['Decoder', 'Encoder'], size, updatedAt: 1.7e15, script };
}

function pendingRecord(tenant: string, id: string, state: PendingState = 'pending'): PendingDevice {
  const settings = { device_id: id, internal_attributes: { $set: 1 } };
  return { key: `lorawan:${id}`, tenant, servicePath: '/', state, settings, firstSeen: 1 };
}

function ruleRecord(tenant: string, name: string, profile = '*'): RuleRecord {
  return { tenant, servicePath: '/', rule: { name, match: { profile }, policy: 'approve' } };
}

/** What every registry promises, in the words of iot-agent/registry/registry.ts. Each test runs on a fresh one. */
export function registryContract(driver: string, open: () => Promise<OpenedRegistry>): void {
  describe(`the registry contract on ${driver}`, () => {
    let opened: OpenedRegistry;
    let registry: Registry;
    const ids = async (tenant: string, page = all): Promise<string[]> =>
      (await registry.devices(tenant, page)).records.map(({ settings }) => settings.device_id);

    beforeEach(async () => {
      opened = await open();
      registry = opened.registry;
    });
    afterEach(() => opened.dispose());

    describe('devices', () => {
      it('are found by the entity_name of their tenant', async () => {
        const named = (tenant: string, id: string, entity_name: string) =>
          deviceRecord(tenant, id, { entity_name });
        const records = [named('t', 'a', 'urn:x:1'), named('t', 'b', 'urn:x:1'), named('u', 'c', 'urn:x:1')];
        await registry.addDevices([...records, named('t', 'd', 'lamp')]);
        const found = async (...names: string[]): Promise<string[]> =>
          (await registry.devicesByEntityName('t', names)).map(({ settings }) => settings.device_id);
        expect(await found('urn:x:1')).toEqual(['a', 'b']);
        expect(await found('lamp', 'urn:x:1', 'none')).toEqual(['a', 'b', 'd']);
        expect(await found('none')).toEqual([]);
        await registry.replaceDevice(named('t', 'a', 'urn:x:2'));
        expect(await found('urn:x:1')).toEqual(['b']);
      });

      it('of all tenants come one after the other, each once', async () => {
        const count = 1203;
        const records = Array.from({ length: count }, (_, index) =>
          deviceRecord(`t${index % 3}`, `d${index}`),
        );
        await registry.addDevices(records);
        const every: string[] = [];
        for await (const page of registry.everyDevice())
          every.push(...page.map(({ tenant, settings }) => `${tenant} ${settings.device_id}`));
        expect(every.sort()).toEqual(
          records.map(({ tenant, settings }) => `${tenant} ${settings.device_id}`).sort(),
        );
      });

      it('come back as they were, by id, DevEUI and apikey', async () => {
        const record = deviceRecord('t', 'd.$1', {
          devEui: 'E1',
          apikey: 'k/1',
          internal_attributes: { $set: { 'a.b': [null, 1.5, 'é'] } },
        });
        await registry.addDevices([record]);
        expect(await registry.device('t', 'd.$1')).toEqual(record);
        expect(await registry.deviceByDevEui('E1')).toEqual(record);
        expect(await registry.deviceByApikey('k/1', 'd.$1')).toEqual(record);
        expect(await registry.device('', 'd.$1')).toBeUndefined();
        expect(await registry.deviceByDevEui('E2')).toBeUndefined();
        expect(await registry.deviceByApikey('k', '1/d.$1')).toBeUndefined();
      });

      it('are listed by tenant in the order of registration, and counted', async () => {
        await registry.addDevices([deviceRecord('t', 'z'), deviceRecord('t', 'a'), deviceRecord('', 'x')]);
        await registry.addDevices([deviceRecord('t', 'm')]);
        await registry.replaceDevice(deviceRecord('t', 'z', { timezone: 'UTC' }));
        expect(await ids('t')).toEqual(['z', 'a', 'm']);
        expect(await ids('t', { limit: 1, offset: 1 })).toEqual(['a']);
        expect((await registry.devices('t', { limit: 1, offset: 5 })).count).toBe(3);
        expect(await ids('')).toEqual(['x']);
      });

      it.each([
        ['an id', deviceRecord('t', 'd1'), 'DUPLICATE_DEVICE_ID', 'd1 is registered in tenant t'],
        [
          'a DevEUI',
          deviceRecord('', 'n', { devEui: 'E1' }),
          'DUPLICATE_DEV_EUI',
          'belongs to device d1 of tenant t',
        ],
        [
          'an apikey with the id',
          deviceRecord('', 'd1', { apikey: 'k' }),
          'DUPLICATE_DEVICE_ID',
          'another apikey',
        ],
      ])('clash by %s, and then none of the call is in', async (_what, clashing, type, told) => {
        await registry.addDevices([deviceRecord('t', 'd1', { devEui: 'E1', apikey: 'k' })]);
        const call = registry.addDevices([
          deviceRecord('', 'new', { devEui: 'E9' }),
          clashing,
          deviceRecord('', 'newer'),
        ]);
        await expect(call).rejects.toMatchObject({
          name: 'RegistryError',
          type,
          message: expect.stringContaining(told),
        });
        expect(await ids('')).toEqual([]);
        expect(await ids('t')).toEqual(['d1']);
        await registry.addDevices([deviceRecord('', 'new', { devEui: 'E9' })]);
      });

      it('clash within one call as well', async () => {
        const call = registry.addDevices([deviceRecord('t', 'd1'), deviceRecord('t', 'd1')]);
        await expect(call).rejects.toMatchObject({ type: 'DUPLICATE_DEVICE_ID' });
        expect(await ids('t')).toEqual([]);
      });

      it('may have the same id in two tenants, and the same apikey with two ids', async () => {
        await registry.addDevices([deviceRecord('a', 'd', { apikey: 'k' }), deviceRecord('b', 'd')]);
        await registry.addDevices([deviceRecord('b', 'e', { apikey: 'k' })]);
        expect(await registry.deviceByApikey('k', 'd')).toMatchObject({ tenant: 'a' });
        expect(await registry.deviceByApikey('k', 'e')).toMatchObject({ tenant: 'b' });
      });

      it('give up what a replacement no longer has, and clash by what it takes', async () => {
        await registry.addDevices([
          deviceRecord('t', 'd1', { devEui: 'E1', apikey: 'k' }),
          deviceRecord('t', 'd2', { devEui: 'E2' }),
        ]);
        const taken = registry.replaceDevice(deviceRecord('t', 'd1', { devEui: 'E2' }));
        await expect(taken).rejects.toMatchObject({ type: 'DUPLICATE_DEV_EUI' });
        expect((await registry.deviceByDevEui('E1'))?.settings.device_id).toBe('d1');
        await registry.replaceDevice(deviceRecord('t', 'd1', { devEui: 'E1' }));
        expect(await registry.deviceByApikey('k', 'd1')).toBeUndefined();
        await registry.replaceDevice(deviceRecord('t', 'd1'));
        expect(await registry.deviceByDevEui('E1')).toBeUndefined();
        await registry.replaceDevice(deviceRecord('t', 'd2', { devEui: 'E1' }));
        expect((await registry.deviceByDevEui('E1'))?.settings.device_id).toBe('d2');
      });

      it('cannot be replaced when they are not there', async () => {
        const call = registry.replaceDevice(deviceRecord('t', 'nobody'));
        await expect(call).rejects.toMatchObject({ type: 'DEVICE_NOT_FOUND' });
        expect(await ids('t')).toEqual([]);
      });

      it('are replaced and removed only as they were read, where that is asked for', async () => {
        const first = deviceRecord('t', 'd1', { internal_attributes: { b: [1, { z: 1, a: 2 }] } });
        await registry.addDevices([first]);
        const read = await registry.device('t', 'd1');
        const second = deviceRecord('t', 'd1', { timezone: 'UTC' });
        await registry.replaceDevice(second, read);
        const stale = registry.replaceDevice(first, read);
        await expect(stale).rejects.toMatchObject({ type: 'CHANGED_MEANWHILE' });
        expect(await registry.removeDevice('t', 'd1', first)).toBe(false);
        expect(await registry.device('t', 'd1')).toEqual(second);
        expect(await registry.removeDevice('t', 'd1', second)).toBe(true);
        const gone = registry.replaceDevice(first, second);
        await expect(gone).rejects.toMatchObject({ type: 'DEVICE_NOT_FOUND' });
      });

      it('are added and changed together, all or none', async () => {
        const [one, two] = [deviceRecord('t', 'd1', { devEui: 'E1' }), deviceRecord('t', 'd2')];
        await registry.addDevices([one, two]);
        const changes = [
          { before: one, after: deviceRecord('t', 'd1', { timezone: 'UTC' }) },
          { before: deviceRecord('t', 'd2', { timezone: 'UTC' }), after: deviceRecord('t', 'd2') },
        ];
        const stale = registry.addDevices([deviceRecord('t', 'd3', { devEui: 'E3' })], changes);
        await expect(stale).rejects.toMatchObject({ type: 'CHANGED_MEANWHILE' });
        expect(await registry.device('t', 'd1')).toEqual(one);
        expect(await ids('t')).toEqual(['d1', 'd2']);
        await registry.addDevices([deviceRecord('t', 'd3', { devEui: 'E3' })], changes.slice(0, 1));
        expect(await ids('t')).toEqual(['d1', 'd2', 'd3']);
        expect((await registry.device('t', 'd1'))?.settings.timezone).toBe('UTC');
      });

      it('are found by several ids at once, of one tenant', async () => {
        await registry.addDevices([deviceRecord('t', 'b'), deviceRecord('t', 'a'), deviceRecord('u', 'c')]);
        const found = await registry.devicesById('t', ['a', 'b', 'c', 'd']);
        expect(found.map(({ settings }) => settings.device_id)).toEqual(['b', 'a']);
      });

      it('are gone through whole, those of all tenants or of one', async () => {
        const many = Array.from({ length: 600 }, (_, index) => deviceRecord('t', `d${index}`));
        await registry.addDevices([deviceRecord('u', 'x'), ...many]);
        const idsOf = async (tenant?: string): Promise<string[]> => {
          const found: string[] = [];
          for await (const page of registry.everyDevice(tenant))
            found.push(...page.map(({ settings }) => settings.device_id));
          return found.sort();
        };
        const theirs = many.map(({ settings }) => settings.device_id);
        expect(await idsOf('t')).toEqual(theirs.toSorted());
        expect(await idsOf()).toEqual([...theirs, 'x'].sort());
        expect(await idsOf('')).toEqual([]);
      });

      it('are gone when they are removed, with all that was theirs', async () => {
        await registry.addDevices([deviceRecord('t', 'd1', { devEui: 'E1', apikey: 'k' })]);
        expect(await registry.removeDevice('', 'd1')).toBe(false);
        expect(await registry.removeDevice('t', 'd1')).toBe(true);
        expect(await registry.removeDevice('t', 'd1')).toBe(false);
        expect(await registry.deviceByDevEui('E1')).toBeUndefined();
        await registry.addDevices([deviceRecord('u', 'd1', { devEui: 'E1', apikey: 'k' })]);
      });

      it('that two calls want at once go to one of them whole', async () => {
        const call = (tenant: string) =>
          registry.addDevices([1, 2, 3].map((n) => deviceRecord(tenant, `d${n}`, { devEui: `E${n}` })));
        const results = await Promise.allSettled([call('a'), call('b')]);
        const won = results.filter(({ status }) => status === 'fulfilled').length;
        expect(won).toBeLessThanOrEqual(1);
        const counts = [(await ids('a')).length, (await ids('b')).length];
        expect(counts.filter((count) => count === 3)).toHaveLength(won);
        expect(counts.filter((count) => count === 0)).toHaveLength(2 - won);
      });
    });

    it('has one secret, whoever asks and whenever', async () => {
      const secrets = await Promise.all([registry.secret(), registry.secret()]);
      registry = await opened.reopen();
      secrets.push(await registry.secret());
      expect(secrets[0]).toMatch(/^[\w-]{32}$/);
      expect(new Set(secrets).size).toBe(1);
    });

    describe('groups', () => {
      it('of all tenants are listed in the order of registration', async () => {
        const records = [group('t', 'z'), group('', 'a'), group('u', 'x')];
        for (const record of records) await registry.addGroups([record]);
        expect(await registry.everyGroup()).toEqual(records);
      });

      it('come back as they were, and are listed by tenant in the order of registration', async () => {
        const records = [group('t', 'z', { autoprovision: false }), group('t', 'a'), group('', 'x')];
        await registry.addGroups(records);
        expect(await registry.groupByApikey('z')).toEqual(records[0]);
        const { count, records: listed } = await registry.groups('t', all);
        expect(count).toBe(2);
        expect(listed).toEqual(records.slice(0, 2));
        expect((await registry.groups('t', { limit: 1, offset: 1 })).records).toEqual([records[1]]);
      });

      it('clash by apikey over all tenants, and then none of the call is in', async () => {
        await registry.addGroups([group('t', 'k')]);
        const call = registry.addGroups([group('', 'new'), group('', 'k')]);
        await expect(call).rejects.toMatchObject({
          type: 'DUPLICATE_GROUP',
          message: expect.stringContaining('apikey k '),
        });
        expect(await registry.groupByApikey('new')).toBeUndefined();
      });

      it('may change their apikey, if no other has it', async () => {
        await registry.addGroups([group('t', 'k1'), group('t', 'k2')]);
        await expect(registry.replaceGroup('k1', group('t', 'k2'))).rejects.toMatchObject({
          type: 'DUPLICATE_GROUP',
        });
        await registry.replaceGroup('k1', group('t', 'k3', { entity_type: 'T' }));
        expect(await registry.groupByApikey('k1')).toBeUndefined();
        expect(await registry.groupByApikey('k3')).toEqual(group('t', 'k3', { entity_type: 'T' }));
        await expect(registry.replaceGroup('k3', group('other', 'k3'))).rejects.toMatchObject({
          type: 'DEVICE_GROUP_NOT_FOUND',
        });
      });

      it('are replaced and removed only as they were read, where that is asked for', async () => {
        await registry.addGroups([group('t', 'k')]);
        await registry.replaceGroup('k', group('t', 'k', { timezone: 'UTC' }), group('t', 'k'));
        const stale = registry.replaceGroup('k', group('t', 'k2'), group('t', 'k'));
        await expect(stale).rejects.toMatchObject({ type: 'CHANGED_MEANWHILE' });
        expect(await registry.removeGroup('t', 'k', group('t', 'k'))).toBe(false);
        expect(await registry.removeGroup('t', 'k', group('t', 'k', { timezone: 'UTC' }))).toBe(true);
      });

      it('are gone when their own tenant removes them', async () => {
        await registry.addGroups([group('t', 'k')]);
        expect(await registry.removeGroup('other', 'k')).toBe(false);
        expect(await registry.removeGroup('t', 'k')).toBe(true);
        expect(await registry.groupByApikey('k')).toBeUndefined();
      });
    });

    describe('codecs', () => {
      it('come back as they were, and take the place of those of their name', async () => {
        const first = codecRecord('t', 'v', 'function Decoder() {}\n// é');
        expect(await registry.putCodec(first)).toBe(true);
        expect(await registry.codec('t', 'v')).toEqual(first);
        expect(await registry.codec('', 'v')).toBeUndefined();
        const second = { ...codecRecord('t', 'v', 'x'), description: 'newer' };
        expect(await registry.putCodec(second)).toBe(false);
        expect(await registry.codec('t', 'v')).toEqual(second);
        registry = await opened.reopen();
        expect(await registry.codec('t', 'v')).toEqual(second);
      });

      it('are listed by name and tenant, without their scripts', async () => {
        for (const [tenant, name] of [
          ['t', 'b'],
          ['t', 'a'],
          ['', 'c'],
        ] as const)
          await registry.putCodec(codecRecord(tenant, name, 'script'));
        const { count, records } = await registry.codecs('t', { limit: 1, offset: 1 });
        const { script: _script, ...summary } = codecRecord('t', 'b', 'script');
        expect({ count, records }).toEqual({ count: 2, records: [summary] });
      });

      it('are replaced and removed only as they were read, where that is asked for', async () => {
        await registry.addGroups([group('t', 'k')]);
        await registry.replaceGroup('k', group('t', 'k', { timezone: 'UTC' }), group('t', 'k'));
        const stale = registry.replaceGroup('k', group('t', 'k2'), group('t', 'k'));
        await expect(stale).rejects.toMatchObject({ type: 'CHANGED_MEANWHILE' });
        expect(await registry.removeGroup('t', 'k', group('t', 'k'))).toBe(false);
        expect(await registry.removeGroup('t', 'k', group('t', 'k', { timezone: 'UTC' }))).toBe(true);
      });

      it('are gone when their own tenant removes them', async () => {
        await registry.putCodec(codecRecord('t', 'v', 'x'));
        expect(await registry.removeCodec('', 'v')).toBe(false);
        expect(await registry.removeCodec('t', 'v')).toBe(true);
        expect(await registry.codec('t', 'v')).toBeUndefined();
      });
    });

    describe('devices that wait for approval', () => {
      it('come back as they were, by key and id, and are listed by tenant and state', async () => {
        const records = [pendingRecord('t', 'b'), pendingRecord('t', 'a'), pendingRecord('u', 'c')];
        for (const record of records) expect(await registry.addPending(record, 10)).toBe(true);
        expect(await registry.pendingByKey('lorawan:a')).toEqual(records[1]);
        expect(await registry.pendingDevice('t', 'a')).toEqual(records[1]);
        expect(await registry.pendingDevice('u', 'a')).toBeUndefined();
        expect(await registry.pendingDevices('t', 'pending', all)).toEqual({
          count: 2,
          records: records.slice(0, 2),
        });
        expect(await registry.setPendingState('lorawan:b', 'rejected')).toBe(true);
        expect(await registry.setPendingState('lorawan:z', 'rejected')).toBe(false);
        expect(await registry.pendingDevices('t', 'rejected', all)).toEqual({
          count: 1,
          records: [pendingRecord('t', 'b', 'rejected')],
        });
        expect(await registry.removePending('lorawan:b')).toBe(true);
        expect(await registry.removePending('lorawan:b')).toBe(false);
      });

      it('are one for each key and id, and no more than the limit', async () => {
        expect(await registry.addPending(pendingRecord('t', 'a'), 2)).toBe(true);
        expect(await registry.addPending(pendingRecord('u', 'a'), 2)).toBe(false);
        expect(await registry.addPending({ ...pendingRecord('t', 'a'), key: 'other' }, 2)).toBe(false);
        expect(await registry.addPending(pendingRecord('t', 'b'), 2)).toBe(true);
        expect(await registry.addPending(pendingRecord('t', 'c'), 2)).toBe(false);
      });

      it('wait no more when a device with their DevEUI is registered', async () => {
        await registry.addPending({ ...pendingRecord('t', 'a'), key: 'lorawan:E1' }, 10);
        await registry.addPending({ ...pendingRecord('t', 'b'), key: 'lorawan:E2' }, 10);
        await registry.addDevices([deviceRecord('u', 'd1', { devEui: 'E1' })]);
        await registry.replaceDevice(deviceRecord('u', 'd1', { devEui: 'E2' }));
        expect((await registry.pendingDevices('t', 'pending', all)).count).toBe(0);
      });
    });

    describe('provisioning rules', () => {
      it('come back in the order in which they were made', async () => {
        const rules = [ruleRecord('t', 'z'), ruleRecord('u', 'z'), ruleRecord('t', 'a')];
        for (const rule of rules) await registry.addProvisioningRule(rule);
        await registry.replaceProvisioningRule(ruleRecord('t', 'z', 'x*'));
        expect(await registry.provisioningRules()).toEqual([ruleRecord('t', 'z', 'x*'), ...rules.slice(1)]);
        expect(await registry.removeProvisioningRule('u', 'a')).toBe(false);
        expect(await registry.removeProvisioningRule('t', 'z')).toBe(true);
        expect(await registry.provisioningRules()).toEqual(rules.slice(1));
      });

      it('have one name in their tenant', async () => {
        await registry.addProvisioningRule(ruleRecord('t', 'a'));
        const twice = registry.addProvisioningRule(ruleRecord('t', 'a'));
        await expect(twice).rejects.toMatchObject({ type: 'DUPLICATE_PROVISIONING_RULE' });
        const none = registry.replaceProvisioningRule(ruleRecord('t', 'b'));
        await expect(none).rejects.toMatchObject({ type: 'PROVISIONING_RULE_NOT_FOUND' });
      });
    });

    describe('connections', () => {
      const connection = (tenant: string, name: string, enabled = true): ConnectionRecord => ({
        tenant,
        settings: { name, type: 'mqtt', mqtt: { url: 'mqtt://b', topics: ['a/$b'] }, enabled },
      });

      it('come back as they were, and are listed by tenant in the order of registration', async () => {
        const records = [connection('t', 'z'), connection('t', 'a'), connection('', 'z')];
        for (const record of records) await registry.addConnection(record);
        expect(await registry.connection('t', 'z')).toEqual(records[0]);
        expect(await registry.connection('u', 'z')).toBeUndefined();
        expect(await registry.connections('t', all)).toEqual({ count: 2, records: records.slice(0, 2) });
        expect((await registry.connections('t', { limit: 1, offset: 1 })).records).toEqual([records[1]]);
        expect(await registry.everyConnection()).toEqual(records);
      });

      it('clash by tenant and name', async () => {
        await registry.addConnection(connection('t', 'a'));
        await expect(registry.addConnection(connection('t', 'a'))).rejects.toMatchObject({
          type: 'DUPLICATE_CONNECTION',
        });
        await registry.addConnection(connection('', 'a'));
      });

      it('are replaced and removed where they are there', async () => {
        await registry.addConnection(connection('t', 'a'));
        await registry.replaceConnection(connection('t', 'a', false));
        expect((await registry.connection('t', 'a'))?.settings.enabled).toBe(false);
        await expect(registry.replaceConnection(connection('', 'a'))).rejects.toMatchObject({
          type: 'CONNECTION_NOT_FOUND',
        });
        expect(await registry.removeConnection('', 'a')).toBe(false);
        expect(await registry.removeConnection('t', 'a')).toBe(true);
        expect(await registry.everyConnection()).toEqual([]);
      });
    });

    it('keeps what a call wrote', async () => {
      await registry.addDevices([deviceRecord('t', 'd1', { devEui: 'E1' })]);
      await registry.addGroups([group('t', 'k')]);
      registry = await opened.reopen();
      await registry.check();
      expect((await registry.deviceByDevEui('E1'))?.settings.device_id).toBe('d1');
      expect(await registry.groupByApikey('k')).toEqual(group('t', 'k'));
    });
  });
}

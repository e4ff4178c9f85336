import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Registry } from '../../../iot-agent/registry/registry.ts';
import type { Firing, PlannedCommand, RuleBook } from '../../../iot-agent/registry/rule-book.ts';
import { deviceRecord, type OpenedRegistry } from './contract.ts';

const key = { tenant: 't', rule: 'court' };
const second = 1_000_000;
const noon = Date.UTC(2026, 10, 25, 12) * 1000;

function planned(
  phase: PlannedCommand['phase'],
  due: number,
  more: Partial<PlannedCommand> = {},
): PlannedCommand {
  const entity = { entityId: 'urn:ngsi-ld:Streetlight:1', entityType: 'Streetlight' };
  return { ...key, phase, ...entity, command: 'on', value: phase === 'then', due, lifetime: second, ...more };
}

function firing(at: number, more: Partial<Firing> = {}): Firing {
  const target = { first: [planned('then', at)], after: [planned('after', at + 10 * second)] };
  return { ...key, entityId: 'urn:ngsi-ld:PresenceSensor:1', at, repeats: false, targets: [target], ...more };
}

/** What every rule book promises, in the words of iot-agent/registry/rule-book.ts. Each test runs on a fresh one. */
export function ruleBookContract(driver: string, open: () => Promise<OpenedRegistry>): void {
  describe(`the rule book contract on ${driver}`, () => {
    let opened: OpenedRegistry;
    let registry: Registry;
    let book: RuleBook;

    beforeEach(async () => {
      opened = await open();
      registry = opened.registry;
      book = registry.ruleBook;
    });
    afterEach(() => opened.dispose());

    const kept = (tenant: string, name: string) => ({ tenant, servicePath: '/', rule: { name } });
    const restart = async (): Promise<void> => {
      registry = await opened.reopen();
      book = registry.ruleBook;
    };

    it('keeps rules in the order in which they were made, by tenant and name', async () => {
      for (const [tenant, name] of [
        ['t', 'z'],
        ['t', 'a'],
        ['', 'z'],
      ] as const)
        await book.add(kept(tenant, name));
      await expect(book.add(kept('t', 'z'))).rejects.toMatchObject({ type: 'DUPLICATE_RULE' });
      const changed = { ...kept('t', 'z'), rule: { name: 'z', repeat: true, location: { $set: 'a.b' } } };
      await book.replace(changed);
      await restart();
      expect(await book.rules()).toEqual([changed, kept('t', 'a'), kept('', 'z')]);
      await expect(book.replace(kept('t', 'none'))).rejects.toMatchObject({ type: 'RULE_NOT_FOUND' });
      expect(await book.remove('t', 'z')).toBe(true);
      expect(await book.remove('t', 'z')).toBe(false);
    });

    it('finds devices with rules, and those of a group', async () => {
      const rules = [{ name: 'r' }];
      await registry.addDevices([
        deviceRecord('t', 'a', { apikey: 'k', rules }),
        deviceRecord('t', 'b', { apikey: 'k1', internal_attributes: { rules: 1 } }),
        deviceRecord('u', 'c', { apikey: 'k' }),
        deviceRecord('t', 'd', { rules }),
      ]);
      const ids = (records: readonly { readonly settings: { readonly device_id: string } }[]) =>
        records.map(({ settings }) => settings.device_id);
      expect(ids(await book.devicesWithRules())).toEqual(['a', 'd']);
      expect(ids(await book.devicesOfGroup('t', 'k'))).toEqual(['a']);
      expect(ids(await book.devicesOfGroup('u', 'k'))).toEqual(['c']);
      expect(ids(await book.devicesOfGroup('t', 'none'))).toEqual([]);
    });

    it('plans what a firing says, restarts its delay, and keeps both', async () => {
      expect(await book.fire(firing(noon), () => noon)).toBe(0);
      expect(await book.planned(key)).toEqual([planned('then', noon), planned('after', noon + 10 * second)]);
      await book.settle([planned('then', noon)]);
      expect(await book.fire(firing(noon + 5 * second), () => noon + 5 * second)).toBe(1);
      await restart();
      expect(await book.planned(key)).toEqual([planned('after', noon + 15 * second)]);
      expect(await book.state(key)).toEqual({
        firedAt: noon + 5 * second,
        firedBy: 'urn:ngsi-ld:PresenceSensor:1',
      });
      expect(await book.nextDue()).toBe(noon + 15 * second);
    });

    it('makes a delay no shorter, and gives again where the rule repeats', async () => {
      await book.fire(firing(noon), () => noon);
      await book.settle([planned('then', noon)]);
      await book.fire(firing(noon - second, { repeats: true }), () => noon);
      expect(await book.planned(key)).toEqual([
        planned('then', noon - second),
        planned('after', noon + 10 * second),
      ]);
    });

    it('gives again what is said while the delay is over, or being ended', async () => {
      await book.fire(firing(noon), () => noon);
      await book.settle([planned('then', noon)]);
      const over = noon + 10 * second;
      const [ended] = await book.takeDue(over, 10);
      expect(ended).toEqual(planned('after', over));
      expect(await book.fire(firing(noon + 9 * second), () => noon + 9 * second)).toBe(0);
      await book.settle([ended as PlannedCommand]);
      // What was planned anew meanwhile stays.
      expect(await book.planned(key)).toEqual([
        planned('then', noon + 9 * second),
        planned('after', noon + 19 * second),
      ]);
    });

    it('hands out what is due until it is settled, the oldest first', async () => {
      const targets = [1, 2, 3].map((n) => ({
        first: [planned('then', noon - n * second, { entityId: `urn:x:${n}`, value: { n }, ttl: 'PT1M' })],
        after: [],
      }));
      await book.fire(firing(noon, { targets }), () => noon);
      const due = (await book.takeDue(noon, 2)).map(({ entityId }) => entityId);
      expect(due).toEqual(['urn:x:3', 'urn:x:2']);
      expect(await book.nextDue()).toBeUndefined();
      await restart();
      const again = await book.takeDue(noon, 10);
      expect(again).toHaveLength(3);
      expect(again[0]).toEqual(targets[2]?.first[0]);
      await book.settle(again);
      expect(await book.takeDue(noon, 10)).toEqual([]);
    });

    it('carries a schedule out once, and ends the delays of the same command of any rule', async () => {
      await book.fire(firing(noon), () => noon);
      await book.fire(
        firing(noon, {
          rule: 'other',
          targets: [{ first: [], after: [planned('after', noon + second, { rule: 'other' })] }],
        }),
        () => noon,
      );
      const night = { tenant: 't', rule: 'night' };
      const off = planned('schedule', noon + second, { rule: 'night', value: 0.3 });
      expect(await book.reach(night, undefined, noon, [])).toBe(true);
      expect(await book.reach(night, undefined, noon, [])).toBe(false);
      expect(await book.reach(night, noon, noon + second, [off])).toBe(true);
      expect(await book.reach(night, noon, noon + second, [off])).toBe(false);
      expect(await book.state(night)).toEqual({ reachedAt: noon + second });
      expect(await book.planned(night)).toEqual([off]);
      expect(await book.planned(key)).toEqual([planned('then', noon)]);
      expect(await book.planned({ tenant: 't', rule: 'other' })).toEqual([]);
    });

    it('notes the last error', async () => {
      await book.noteError(key, 'one', noon);
      await book.noteError(key, 'two', noon + 1);
      await restart();
      expect(await book.state(key)).toEqual({ error: 'two', errorAt: noon + 1 });
      expect(await book.state({ tenant: '', rule: 'court' })).toEqual({});
    });

    it('is led by whoever asks first', async () => {
      expect(await book.lead('a', noon, noon + second)).toBe(true);
      expect(await book.lead('a', noon + 1, noon + 2 * second)).toBe(true);
    });
  });
}

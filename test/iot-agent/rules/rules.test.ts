import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { presentReport } from '../../../iot-agent/http/present-rule.ts';
import type { RuleSettings } from '../../../iot-agent/registry/rule-settings.ts';
import { sendingLimit } from '../../../iot-agent/rules/sending-limit.ts';
import { eventually } from '../../support/eventually.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { lamp, type RunningRules, runRules, sensor } from './running-rules.ts';

const folder = tempFolder();
let running: RunningRules | undefined;

afterEach(async () => {
  await running?.end();
  running = undefined;
});

async function run(...options: Parameters<typeof runRules>): Promise<RunningRules> {
  running = await runRules(...options);
  return running;
}

/** The lamp lights on motion, and goes out ten minutes after the last one. */
const court: RuleSettings = {
  name: 'court',
  when: { entities: { type: 'PresenceSensor', id: sensor }, q: 'motionDetected==true' },
  then: [{ entity: lamp, command: 'on', value: true }],
  after: { delay: 'PT10M', then: [{ entity: lamp, command: 'on', value: false }] },
};

const { after: _, ...atOnce } = court;
const minute = 60;

async function counted(name: string, { metrics }: RunningRules): Promise<number> {
  const text = await metrics.text();
  return Number(new RegExp(`^${name.replace(/[{}"]/g, '\\$&')} (\\d+)`, 'm').exec(text)?.[1] ?? 0);
}

describe('a delay', () => {
  it('ends ten minutes after the last motion, not after the first', async () => {
    const { add, motion, untilWritten, pass, written, rules } = await run();
    await add(court);
    await motion('court');
    await untilWritten(['on=true']);
    for (let report = 0; report < 3; report++) {
      pass(8 * minute);
      await motion('court');
    }
    pass(9 * minute);
    const report = await rules.report('', 'court');
    expect(report?.planned).toMatchObject([{ phase: 'after', entityId: lamp, command: 'on', value: false }]);
    expect(written()).toEqual(['on=true']);
    pass(minute + 1);
    await untilWritten(['on=true', 'on=false']);
    await eventually(async () => expect((await rules.report('', 'court'))?.planned).toEqual([]));
    await motion('court');
    await untilWritten(['on=true', 'on=false', 'on=true']);
  });

  it('is one for several sensors of the same lamp', async () => {
    const { add, motion, untilWritten, pass } = await run();
    await add({ ...court, when: { entities: { type: 'PresenceSensor' }, q: 'motionDetected==true' } });
    await motion('court');
    await untilWritten(['on=true']);
    pass(6 * minute);
    await motion('court', 0, {}, 'urn:ngsi-ld:PresenceSensor:other');
    pass(6 * minute);
    await untilWritten(['on=true']);
    pass(4 * minute + 1);
    await untilWritten(['on=true', 'on=false']);
  });

  it('gives the command again while it runs where the rule says repeat', async () => {
    const { add, motion, untilWritten, pass } = await run();
    await add({ ...court, repeat: true });
    await motion('court');
    await untilWritten(['on=true']);
    pass(minute);
    await motion('court');
    await untilWritten(['on=true', 'on=true']);
  });

  it('that is over while no agent runs ends at once when one does; one that is not ends at its time', async () => {
    const path = join(mkdtempSync(join(folder, 'rules-')), 'agent.db');
    const { add, motion, untilWritten, pass, restart } = await run(undefined, { path });
    await add(court);
    await motion('court');
    await untilWritten(['on=true']);
    pass(5 * minute);
    await restart();
    await untilWritten(['on=true']);
    pass(5 * minute + 1);
    await untilWritten(['on=true', 'on=false']);
    await motion('court');
    await untilWritten(['on=true', 'on=false', 'on=true']);
    pass(11 * minute);
    await restart();
    await untilWritten(['on=true', 'on=false', 'on=true', 'on=false']);
  });

  it('that is over waits, when the broker does not take what it gives', async () => {
    const { add, motion, rules, broker, pass } = await run();
    broker.behave(() => ({ status: 503 }));
    await add(court);
    await motion('court');
    const shown = async () => {
      const report = await rules.report('', 'court');
      return report && presentReport(report).state;
    };
    expect(await shown()).toMatchObject({ delayed: [{ value: false }], waiting: [{ value: true }] });
    pass(11 * minute);
    expect(await shown()).toMatchObject({ delayed: [], waiting: [{ value: true }, { value: false }] });
  });

  it('that a removed rule leaves behind is dropped, and counted', async () => {
    const current = await run();
    await current.add(court);
    await current.motion('court');
    await current.untilWritten(['on=true']);
    await current.stores.registry.ruleBook.remove('', 'court');
    current.rules.changed();
    current.pass(11 * minute);
    await eventually(async () =>
      expect(await counted('carillon_agent_rule_commands_dropped_total{reason="orphaned"}', current)).toBe(1),
    );
    expect(current.written()).toEqual(['on=true']);
  });
});

describe('an observation', () => {
  it('that is older than two minutes fires nothing', async () => {
    const current = await run();
    await current.add(court);
    await current.motion('court', 121);
    expect(await counted('carillon_agent_rules_total{event="late"}', current)).toBe(1);
    expect((await current.rules.report('', 'court'))?.planned).toEqual([]);
    await current.motion('court', 119);
    await current.untilWritten(['on=true']);
    expect((await current.rules.report('', 'court'))?.state.firedBy).toBe(sensor);
  });

  it('that comes late makes the delay no shorter', async () => {
    const { add, motion, untilWritten, pass } = await run();
    await add(court);
    await motion('court');
    await untilWritten(['on=true']);
    await motion('court', 100);
    pass(9 * minute);
    await untilWritten(['on=true']);
    pass(minute + 1);
    await untilWritten(['on=true', 'on=false']);
  });

  it('without a time counts as of when the broker told of it', async () => {
    const { add, rules, clock } = await run();
    await add(court);
    const told = (ago: number) => {
      const notifiedAt = new Date(clock.now() / 1000 - ago * 1000).toISOString();
      const motionDetected = { type: 'Property', value: true };
      const data = [{ id: sensor, type: 'PresenceSensor', motionDetected }];
      return rules.accept('', 'court', { id: 'urn:n:1', type: 'Notification', notifiedAt, data });
    };
    await told(3600);
    expect((await rules.report('', 'court'))?.planned).toEqual([]);
    await told(5);
    expect((await rules.report('', 'court'))?.planned).not.toEqual([]);
  });
});

describe('commands of rules', () => {
  it('wait while the broker is away, and only the newest is given', async () => {
    const { add, motion, untilWritten, pass, broker, written } = await run();
    await add(court);
    broker.behave(() => ({ status: 503 }));
    await motion('court');
    await eventually(() => expect(broker.requests.length).toBeGreaterThan(0));
    pass(11 * minute);
    broker.recover();
    await eventually(() => {
      pass(1);
      expect(written()).toEqual(['on=false']);
    });
    pass(minute);
    await untilWritten(['on=false']);
  });

  it('are dropped when they are too old, and the rule tells so', async () => {
    const current = await run();
    const { add, motion, pass, broker, rules } = current;
    await add({ ...atOnce, then: [{ entity: lamp, command: 'on', value: true, ttl: 'PT1M' }] });
    broker.behave(() => ({ status: 503 }));
    await motion('court');
    await eventually(() => expect(broker.requests.length).toBeGreaterThan(0));
    pass(61);
    await eventually(async () =>
      expect((await rules.report('', 'court'))?.state.error).toMatch(/on of .*court: .*not given any more/),
    );
    broker.recover();
    expect((await rules.report('', 'court'))?.planned).toEqual([]);
    expect(await counted('carillon_agent_rule_commands_dropped_total{reason="expired"}', current)).toBe(1);
  });

  it('that the broker refuses are dropped, and do not hold up others', async () => {
    const current = await run();
    const { add, motion, untilWritten, broker, rules } = current;
    const other = 'urn:ngsi-ld:Streetlight:other';
    broker.put({ id: other, type: 'Streetlight' });
    const then = [
      { entity: lamp, command: 'on', value: true },
      { entity: other, command: 'on', value: true },
    ];
    await add({ ...atOnce, then });
    const error = { type: 'BadRequestData', title: 'no', status: 400 };
    broker.behave(({ url }) =>
      url.includes('update') ? { status: 207, body: { errors: [{ entityId: lamp, error }] } } : undefined,
    );
    await motion('court');
    await untilWritten(['on=true'], other);
    await eventually(async () => expect((await rules.report('', 'court'))?.state.error).toContain('no'));
    expect((await rules.report('', 'court'))?.planned).toEqual([]);
  });

  it('say when they were due, and have the same id however often they are written', async () => {
    const { add, motion, untilWritten, broker } = await run();
    await add(atOnce);
    await motion('court', 1);
    await untilWritten(['on=true']);
    const [first] = broker.upserts;
    expect(first).toMatchObject({
      id: lamp,
      type: 'Streetlight',
      on: {
        type: 'Property',
        value: true,
        observedAt: expect.stringMatching(/^2026-11-25T20:59:59/),
        commandId: { type: 'Property', value: expect.stringMatching(/^court-[0-9a-f]{24}$/) },
      },
    });
    const [{ headers = {} } = {}] = broker.requests.filter(({ url }) => url.includes('update'));
    expect(headers['link']).toContain('dataModel.Streetlighting/context.jsonld');
  });

  it('are bounded: a rule that fulfils itself by a way that nobody sees comes to an end', async () => {
    const current = await run();
    await current.add(atOnce);
    for (let turn = 0; turn < 70; turn++) {
      current.pass(0.1);
      await current.motion('court');
      const expected = Math.min(turn + 1, 60);
      await eventually(async () => {
        expect(current.written()).toHaveLength(expected);
        expect((await current.rules.report('', 'court'))?.planned).toEqual([]);
      });
    }
    expect(await counted('carillon_agent_rule_commands_dropped_total{reason="too-often"}', current)).toBe(10);
    expect((await current.rules.report('', 'court'))?.state.error).toContain('more than 60 a minute');
  });

  it('are not too many for being tried again and again', () => {
    const limit = sendingLimit(2);
    const at = (due: number) => ({ tenant: '', rule: 'court', entityId: lamp, command: 'on', due });
    expect([1, 1, 1, 2, 2, 3, 3].map((due) => limit.admits(at(due), 10))).toEqual([
      ...[true, true, true, true, true],
      ...[false, false],
    ]);
  });

  it('of Entities that are not there yet hold up no other rule, and are given when they are', async () => {
    const { add, motion, broker, untilWritten, pass, rules } = await run();
    const ids = Array.from({ length: 600 }, (_, index) => `urn:ngsi-ld:Streetlight:new-${index}`);
    const entity = { linkedBy: 'lights', type: 'Streetlight' };
    const lights = { lights: { type: 'Relationship', object: ids } };
    await add({ ...atOnce, name: 'new', then: [{ entity, command: 'on', value: true }] }, atOnce);
    await motion('new', 10, lights);
    await motion('court');
    await untilWritten(['on=true']);
    expect((await rules.report('', 'new'))?.state.error).toContain('no');
    const [first = ''] = ids;
    broker.put({ id: first, type: 'Streetlight' });
    pass(10);
    await untilWritten(['on=true'], first);
  });

  it('go to the Entities that a Relationship of the triggering one names', async () => {
    const { add, motion, untilWritten, written, broker } = await run();
    const pair = ['urn:ngsi-ld:Streetlight:a', 'urn:ngsi-ld:Streetlight:b'] as const;
    for (const id of pair) broker.put({ id, type: 'Streetlight' });
    const entity = { linkedBy: 'lights', type: 'Streetlight' };
    await add({
      ...court,
      then: [{ entity, command: 'on', value: true }],
      after: { delay: 60, then: [{ entity, command: 'on', value: false }] },
    });
    await motion('court', 0, { lights: { type: 'Relationship', object: pair } });
    for (const id of pair) await untilWritten(['on=true'], id);
    expect(written()).toEqual([]);
  });

  it('go to them also where the broker tells names in full, and then by the time of the observation', async () => {
    const { add, rules, untilWritten, clock, broker } = await run();
    broker.put({ id: lamp, type: 'Streetlight' });
    const entity = { linkedBy: 'lights', type: 'Streetlight' };
    await add({ ...court, then: [{ entity, command: 'on', value: true }] });
    const tell = async (number: number, ago: number): Promise<void> => {
      const observedAt = new Date(clock.now() / 1000 - ago * 1000).toISOString();
      const full = 'https://uri.etsi.org/ngsi-ld/default-context/';
      const data = {
        ...{ id: sensor, type: `${full}PresenceSensor` },
        [`${full}motionDetected`]: { type: 'Property', value: true, observedAt },
        [`${full}lights`]: { type: 'Relationship', object: lamp },
      };
      await rules.accept('', 'court', { id: `urn:n:${number}`, type: 'Notification', data: [data] });
    };
    await tell(1, 180);
    expect((await rules.report('', 'court'))?.state.firedAt).toBeUndefined();
    await tell(2, 1);
    await untilWritten(['on=true']);
  });

  it('go to the devices of a group', async () => {
    const { add, motion, untilWritten, broker, stores, rules } = await run();
    const device = (id: string, apikey: string) => ({
      tenant: '',
      servicePath: '/',
      settings: {
        device_id: id,
        apikey,
        entity_type: 'Streetlight',
        entity_name: `urn:ngsi-ld:Streetlight:${id}`,
      },
    });
    await stores.registry.addDevices([device('a', 'k1'), device('b', 'k1'), device('c', 'k2')]);
    rules.changed();
    for (const id of ['a', 'b', 'c'])
      broker.put({ id: `urn:ngsi-ld:Streetlight:${id}`, type: 'Streetlight' });
    await add({ ...atOnce, then: [{ entity: { group: 'k1' }, command: 'on', value: true }] });
    await motion('court');
    await untilWritten(['on=true'], 'urn:ngsi-ld:Streetlight:a');
    await untilWritten(['on=true'], 'urn:ngsi-ld:Streetlight:b');
    await untilWritten([], 'urn:ngsi-ld:Streetlight:c');
  });
});

const night = { from: '22:00', to: '06:00', timezone: 'Europe/Brussels' };
const schedule = [
  { at: 'from', then: [{ entity: lamp, command: 'dimLevel', value: 0.3 }] },
  { at: 'to', then: [{ entity: lamp, command: 'dimLevel', value: 0 }] },
];
const cyclePath: RuleSettings = {
  name: 'cycle-path',
  when: { entities: { type: 'PresenceSensor' }, q: 'motionDetected==true' },
  then: [{ entity: lamp, command: 'dimLevel', value: 1 }],
  after: { delay: 'PT5M', then: [{ entity: lamp, command: 'dimLevel', value: 0.3 }] },
  during: night,
  schedule,
};

describe('a window', () => {
  it('dims at its beginning and end, and to full on motion in between', async () => {
    const { add, motion, untilWritten, pass, rules } = await run('2026-11-25T20:59:00Z');
    await add(cyclePath);
    await motion('cycle-path');
    await eventually(async () =>
      expect((await rules.report('', 'cycle-path'))?.nextScheduled).toBe(
        Date.parse('2026-11-25T21:00:00Z') * 1000,
      ),
    );
    await eventually(async () =>
      expect((await rules.report('', 'cycle-path'))?.state.reachedAt).toBeDefined(),
    );
    pass(61);
    await untilWritten(['dimLevel=0.3']);
    await motion('cycle-path');
    await untilWritten(['dimLevel=0.3', 'dimLevel=1']);
    pass(5 * minute + 1);
    await untilWritten(['dimLevel=0.3', 'dimLevel=1', 'dimLevel=0.3']);
    pass(9 * 3600);
    await untilWritten(['dimLevel=0.3', 'dimLevel=1', 'dimLevel=0.3', 'dimLevel=0']);
    await motion('cycle-path');
    await untilWritten(['dimLevel=0.3', 'dimLevel=1', 'dimLevel=0.3', 'dimLevel=0']);
  });

  it('that ends while a delay runs ends the delay: the lamp goes out once, and stays out', async () => {
    const { add, motion, untilWritten, pass, rules } = await run('2026-11-26T04:58:00Z');
    await add(cyclePath);
    await eventually(async () =>
      expect((await rules.report('', 'cycle-path'))?.state.reachedAt).toBeDefined(),
    );
    await motion('cycle-path');
    await untilWritten(['dimLevel=1']);
    pass(3 * minute);
    await untilWritten(['dimLevel=1', 'dimLevel=0']);
    await eventually(async () => expect((await rules.report('', 'cycle-path'))?.planned).toEqual([]));
    pass(10 * minute);
    await untilWritten(['dimLevel=1', 'dimLevel=0']);
  });

  it('that ends without a schedule leaves the delay to its end', async () => {
    const { add, motion, untilWritten, pass } = await run('2026-11-26T04:58:00Z');
    const { schedule: _schedule, ...unscheduled } = cyclePath;
    await add(unscheduled);
    await motion('cycle-path');
    await untilWritten(['dimLevel=1']);
    pass(6 * minute);
    await untilWritten(['dimLevel=1', 'dimLevel=0.3']);
  });

  it('whose ends were slept through does what is due last, once', async () => {
    const path = join(mkdtempSync(join(folder, 'rules-')), 'agent.db');
    const { add, untilWritten, pass, restart, rules } = await run('2026-11-25T20:59:00Z', { path });
    const early = { at: '05:50', then: [{ entity: lamp, command: 'dimLevel', value: 0.5 }] };
    await add({ ...cyclePath, schedule: [...schedule, early] });
    await eventually(async () =>
      expect((await rules.report('', 'cycle-path'))?.state.reachedAt).toBeDefined(),
    );
    await running?.rules.stop();
    pass(7 * 3600 + 55 * minute);
    await restart();
    await untilWritten(['dimLevel=0.5']);
    pass(10 * minute);
    await untilWritten(['dimLevel=0.5', 'dimLevel=0']);
  });
});

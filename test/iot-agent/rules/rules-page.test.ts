import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { ruleSchema } from '../../../iot-agent/http/rule-schema.ts';
import { eventually } from '../../support/eventually.ts';
import { configApiServer } from '../http/config-api-server.ts';
import { ruleExample } from './examples.ts';
import { type RunningRules, runRules } from './running-rules.ts';

let running: RunningRules | undefined;

afterEach(async () => {
  await running?.end();
  running = undefined;
});

/** Registers an example as it stands, and starts its rules at a time. */
async function example(
  name: Parameters<typeof ruleExample>[0],
  lamp: string,
  start: string,
): Promise<RunningRules> {
  const { groups, devices } = ruleExample(name);
  const { server, pipeline } = await configApiServer();
  await request(server).post('/iot/groups').send(groups).expect(201, {});
  await request(server).post('/iot/devices').send(devices).expect(201, {});
  const records = {
    groups: await pipeline.registry.everyGroup(),
    devices: await pipeline.registry.devices('', { limit: 9, offset: 0 }),
  };
  running = await runRules(start);
  running.broker.put({ id: lamp, type: 'Streetlight' });
  await running.stores.registry.addGroups(records.groups);
  await running.stores.registry.addDevices(records.devices.records);
  running.rules.changed();
  return running;
}

describe('docs/rules.md', () => {
  it("lights the court's lamp on motion, and puts it out ten minutes after the last", async () => {
    const lamp = 'urn:ngsi-ld:Streetlight:court-1';
    const { motion, untilWritten, pass } = await example('the court', lamp, '2026-11-25T21:00:00Z');
    await motion('court-light');
    await untilWritten(['on=true'], lamp);
    pass(9 * 60);
    await motion('court-light');
    pass(9 * 60);
    await untilWritten(['on=true'], lamp);
    pass(61);
    await untilWritten(['on=true', 'on=false'], lamp);
  });

  it("dims Mechelen's lamps from sunset to sunrise, but for five minutes after motion", async () => {
    const lamp = 'urn:ngsi-ld:Streetlight:cycle-path-1';
    const path = 'urn:ngsi-ld:PresenceSensor:cycle-path-1';
    const { motion, untilWritten, pass, rules } = await example(
      'the cycle path',
      lamp,
      '2026-11-25T15:00:00Z',
    );
    await motion('cycle-path', 0, {}, path);
    // The sun sets at 15:44, and rises at 7:15.
    await untilScheduled(rules, '2026-11-25T15:43');
    pass(45 * 60);
    const night = ['dimLevel=0.3'];
    await untilWritten(night, lamp);
    pass(3600);
    await motion('cycle-path', 0, {}, path);
    await untilWritten([...night, 'dimLevel=1'], lamp);
    pass(4 * 60);
    await motion('cycle-path', 0, {}, path);
    pass(4 * 60);
    await untilWritten([...night, 'dimLevel=1'], lamp);
    pass(61);
    await untilWritten([...night, 'dimLevel=1', 'dimLevel=0.3'], lamp);
    pass(15 * 3600);
    await untilWritten([...night, 'dimLevel=1', 'dimLevel=0.3', 'dimLevel=0'], lamp);
  });

  it('names every member', () => {
    const page = readFileSync('docs/rules.md', 'utf8');
    const { service, service_path, ...members } = ruleSchema.properties;
    for (const name of Object.keys(members)) expect(page).toMatch(new RegExp(`^\\| .*\`${name}[\`.]`, 'm'));
  });
});

async function untilScheduled(rules: RunningRules['rules'], minute: string): Promise<void> {
  await eventually(async () => {
    const report = await rules.report('', 'cycle-path');
    expect(report?.state.reachedAt).toBeDefined();
    expect(new Date((report?.nextScheduled ?? 0) / 1000).toISOString().slice(0, 16)).toBe(minute);
  });
}

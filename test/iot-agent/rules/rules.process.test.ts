import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connectAsync, type MqttClient } from 'mqtt';
import type { RuleSettings } from '../../../iot-agent/registry/rule-settings.ts';
import { type BuiltAgent, type BuiltProgram, startAgent, startBroker } from '../../support/built-programs.ts';
import { eventually } from '../../support/eventually.ts';
import { killSpawned } from '../../support/spawn-program.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { type RuleExample, ruleExample } from './examples.ts';

const folder = tempFolder();
const applicationId = '17c8f2a4-0000-4000-8000-000000000001';

let home: string;
let broker: BuiltProgram;
let agent: BuiltAgent;
let client: MqttClient | undefined;
let frames: number;
/** What ChirpStack was told to send: port and bytes, by device. */
let downlinks: string[];

beforeEach(async () => {
  home = mkdtempSync(join(folder, 'city-'));
  broker = await startBroker(home);
  agent = await startAgent(home, broker.origin);
  frames = 0;
  downlinks = [];
  await connect();
});

afterEach(async () => {
  client?.end(true);
  await killSpawned();
});

async function connect(): Promise<void> {
  const connected = await connectAsync(agent.mqttUrl, { reconnectPeriod: 0 });
  client = connected;
  connected.on('message', (topic, payload) => {
    const { fPort, data } = JSON.parse(payload.toString()) as {
      readonly fPort: number;
      readonly data: string;
    };
    downlinks.push(`${topic.split('/')[3]} ${fPort} ${Buffer.from(data, 'base64').toString('hex')}`);
  });
  await connected.subscribeAsync('application/+/device/+/command/down', { qos: 1 });
}

async function send(method: string, url: string, body?: unknown): Promise<unknown> {
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(url, { method, headers: { 'content-type': 'application/json' }, ...init });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

const entity = (id: string) =>
  send('GET', `${broker.origin}/ngsi-ld/v1/entities/${id}`) as Promise<Record<string, unknown>>;
const subscriptions = () =>
  send('GET', `${broker.origin}/ngsi-ld/v1/subscriptions`) as Promise<
    readonly { readonly watchedAttributes: readonly string[] }[]
  >;
const report = (rule: string) =>
  send('GET', `${agent.origin}/iot/rules/${rule}`) as Promise<{ state: Record<string, unknown> }>;

/** What the lamp was dimmed to, in its order. */
async function dimLevels(lamp: string): Promise<readonly unknown[]> {
  const path = `/ngsi-ld/v1/temporal/entities/${lamp}?attrs=dimLevel&timeproperty=modifiedAt`;
  const { dimLevel } = (await send('GET', broker.origin + path)) as {
    dimLevel: readonly { value: unknown }[];
  };
  return dimLevel.map(({ value }) => value);
}

/** An uplink in ChirpStack's form. */
async function uplink(devEui: string, fPort: number, bytes: string): Promise<void> {
  const body = {
    deviceInfo: { applicationId, devEui: devEui.toLowerCase() },
    time: new Date().toISOString(),
    fCnt: ++frames,
    fPort,
    data: Buffer.from(bytes, 'hex').toString('base64'),
  };
  const topic = `application/${applicationId}/device/${devEui.toLowerCase()}/event/up`;
  await client?.publishAsync(topic, JSON.stringify(body), { qos: 1 });
}

const eui = ({ devices }: RuleExample, index: number): string => devices.devices[index]?.devEui ?? '';

/** Registers the example with its one rule changed, and waits until the broker tells of condition and commands. */
async function register(
  example: RuleExample,
  change: (rule: RuleSettings) => RuleSettings,
  lamp: string,
): Promise<void> {
  const groups = example.groups.groups.map((group) => ({ ...group, rules: (group.rules ?? []).map(change) }));
  await send('POST', `${agent.origin}/iot/groups`, { groups });
  await send('POST', `${agent.origin}/iot/devices`, example.devices);
  await eventually(async () => {
    const watched = (await subscriptions()).flatMap(({ watchedAttributes }) => watchedAttributes);
    expect(watched).toEqual(expect.arrayContaining(['motionDetected', 'on']));
    await entity(lamp);
  });
}

const withDelay =
  (delay: string) =>
  (rule: RuleSettings): RuleSettings => ({
    ...rule,
    after: { delay, then: rule.after?.then ?? [] },
  });

describe('rules, end to end', () => {
  it('the lamp of the court lights on motion, and goes out after the delay, which each report of motion restarts', async () => {
    const example = ruleExample('the court');
    const lamp = 'urn:ngsi-ld:Streetlight:court-1';
    const relay = eui(example, 1).toLowerCase();
    await uplink(eui(example, 1), 2, '0000000000000000 3c ff 41'.replaceAll(' ', ''));
    // Long enough for the second report on a machine that does much else.
    await register(example, withDelay('PT8S'), lamp);
    await uplink(eui(example, 0), 85, '030001');
    await eventually(() => expect(downlinks).toEqual([`${relay} 2 030111`]));
    expect(await entity(lamp)).toMatchObject({ on: { value: true } });
    const due = async () =>
      (await report('court-light')).state['delayed'] as readonly { readonly due: string }[];
    const [first] = await due();
    // The value is equal: only the time of the observation is another one.
    await uplink(eui(example, 0), 85, '030001');
    await eventually(async () => expect((await due())[0]?.due).not.toBe(first?.due));
    expect(downlinks).toHaveLength(1);
    await uplink(eui(example, 0), 85, '030000');
    await eventually(() => expect(downlinks).toEqual([`${relay} 2 030111`, `${relay} 2 030011`]));
    expect(await entity(lamp)).toMatchObject({ on: { value: false } });
    await eventually(async () =>
      expect((await report('court-light')).state).toMatchObject({
        lastFired: { entity: 'urn:ngsi-ld:PresenceSensor:court-1' },
        delayed: [],
        waiting: [],
      }),
    );
  });

  it('a delay that was running when the agent was killed ends when it is back', async () => {
    const example = ruleExample('the court');
    const lamp = 'urn:ngsi-ld:Streetlight:court-1';
    const relay = eui(example, 1).toLowerCase();
    await uplink(eui(example, 1), 2, '00000000000000003cff41');
    await register(example, withDelay('PT1S'), lamp);
    await uplink(eui(example, 0), 85, '030001');
    await eventually(() => expect(downlinks[0]).toBe(`${relay} 2 030111`));
    await agent.kill();
    client?.end(true);
    agent = await startAgent(home, broker.origin, { ports: portsOf(agent) });
    await connect();
    await eventually(async () => expect(await entity(lamp)).toMatchObject({ on: { value: false } }));
  });

  it("Mechelen's lamps are dimmed to 0.3 at the beginning of the night, and shine fully on motion for a while", async () => {
    const example = ruleExample('the cycle path');
    const lamp = 'urn:ngsi-ld:Streetlight:cycle-path-1';
    const controller = eui(example, 1).toLowerCase();
    await uplink(eui(example, 1), 60, '01fe00');
    // By then all is registered, also on a machine that does much else.
    const begin = Math.ceil(Date.now() / 1000 + 12) * 1000;
    const clock = (time: number): string => new Date(time).toISOString().slice(11, 19);
    const during = { from: clock(begin), to: clock(begin + 3600_000), timezone: 'UTC' };
    await register(example, (rule) => ({ ...withDelay('PT2S')(rule), during }), lamp);
    await eventually(() => expect(downlinks).toEqual([`${controller} 60 01fe1e`]));
    await uplink(eui(example, 0), 85, '030001');
    const levels = [`${controller} 60 01fe64`, `${controller} 60 01fe1e`];
    await eventually(() => expect(downlinks.slice(1)).toEqual(levels));
    expect(await dimLevels(lamp)).toEqual([0.3, 1, 0.3]);
  });

  it('a dry run asks the broker whether the Entity fulfils the condition, and writes nothing', async () => {
    const example = ruleExample('the court');
    await uplink(eui(example, 1), 2, '00000000000000003cff41');
    await uplink(eui(example, 0), 85, '030000');
    await register(example, withDelay('PT10M'), 'urn:ngsi-ld:Streetlight:court-1');
    const sensor = 'urn:ngsi-ld:PresenceSensor:court-1';
    const test = (id: string) => send('POST', `${agent.origin}/iot/rules/court-light/test`, { entity: id });
    await eventually(async () =>
      expect(await entity(sensor)).toMatchObject({ motionDetected: { value: false } }),
    );
    expect(await test(sensor)).toMatchObject({
      fires: false,
      hindrances: [`${sensor} does not fulfil the condition now`],
    });
    await send('DELETE', `${agent.origin}/iot/groups?apikey=courts&resource=`);
    const [rule] = (example.groups.groups[0]?.rules ?? []) as readonly RuleSettings[];
    await send('POST', `${agent.origin}/iot/rules`, rule);
    await uplink(eui(example, 0), 85, '030001');
    await eventually(async () =>
      expect(await entity(sensor)).toMatchObject({ motionDetected: { value: true } }),
    );
    const lamp = { entity: 'urn:ngsi-ld:Streetlight:court-1', command: 'on' };
    expect(await test(sensor)).toMatchObject({
      fires: true,
      hindrances: [],
      then: [{ ...lamp, value: true }],
      after: [{ ...lamp, value: false }],
      warnings: [],
    });
    expect(await test('urn:ngsi-ld:PresenceSensor:none')).toMatchObject({ fires: false });
  });
});

function portsOf({ origin, deviceOrigin, mqttUrl }: BuiltAgent): readonly number[] {
  return [origin, deviceOrigin, mqttUrl].map((url) => Number(new URL(url).port));
}

import { afterEach, describe, expect, it } from '@jest/globals';
import { notifySecretOf } from '../../../iot-agent/commands/broker-resources.ts';
import { eventually } from '../../support/eventually.ts';
import { groupRecord } from '../running-pipeline.ts';
import { lampId, lampRecord, type RunningCommands, runCommands } from './running-commands.ts';

let running: RunningCommands | undefined;

afterEach(async () => {
  await running?.end();
  running = undefined;
});

async function run(...options: Parameters<typeof runCommands>): Promise<RunningCommands> {
  running = await runCommands(...options);
  return running;
}

const on = { apikey: 'k1', commands: [{ name: 'on' }] };

function subscriptions({ broker }: RunningCommands): unknown[] {
  return [...broker.resources.values()].filter(({ type }) => type === 'Subscription');
}

const endpoint = `http://agent.example:4041/iot/notify/${notifySecretOf('s3cret', '')}`;

describe('the secret of the path that a broker tells of commands at', () => {
  it('is another one for each tenant, and does not show the secret that it follows from', () => {
    const secrets = ['', 'a', 'b'].map((tenant) => notifySecretOf('s3cret', tenant));
    expect(new Set(secrets).size).toBe(3);
    expect(secrets.join()).not.toContain('s3cret');
  });
});

describe('the subscription to commands', () => {
  it('has members of the standard, one of ours, and a deterministic id', async () => {
    const lamp = await run({ ...on, commands: [{ name: 'on' }, { name: 'dim' }] });
    await eventually(() => expect(subscriptions(lamp)).toHaveLength(1));
    expect(subscriptions(lamp)).toEqual([
      {
        id: expect.stringMatching(/^urn:ngsi-ld:Subscription:carillon-agent:[0-9a-f]{32}$/),
        type: 'Subscription',
        description: expect.any(String),
        entities: [{ type: 'Lamp' }],
        watchedAttributes: ['dim', 'on'],
        notifyUnchanged: true,
        notification: {
          attributes: ['dim', 'on'],
          format: 'normalized',
          sysAttrs: true,
          showChanges: true,
          endpoint: { uri: endpoint, accept: 'application/json' },
        },
      },
    ]);
  });

  it('is made again when the broker has lost it, under the same id', async () => {
    const lamp = await run(on);
    const [id] = await eventually(() => {
      expect(lamp.broker.resources.size).toBe(1);
      return [...lamp.broker.resources.keys()];
    });
    lamp.broker.wipe();
    await eventually(() => expect([...lamp.broker.resources.keys()]).toEqual([id]));
  });

  it('follows the devices and groups: what nobody has any more is deleted', async () => {
    const lamp = await run(on);
    await eventually(() => expect(lamp.broker.resources.size).toBe(1));
    const { registry, changed } = lamp.pipeline;
    const group = { apikey: 'k2', entity_type: 'Pump', commands: [{ name: 'start' }] };
    await registry.addGroups([groupRecord(group)]);
    await registry.replaceDevice(lampRecord({ ...on, commands: [{ name: 'off' }] }));
    changed(() => false);
    await eventually(() =>
      expect(subscriptions(lamp)).toMatchObject([
        { entities: [{ type: 'Pump' }], watchedAttributes: ['start'] },
        { entities: [{ type: 'Lamp' }], watchedAttributes: ['off'] },
      ]),
    );
    await registry.removeDevice('', 'l1');
    await registry.removeGroup('', 'k2');
    changed(() => false);
    await eventually(() => expect(lamp.broker.resources.size).toBe(0));
  });

  it('is made of members of the standard alone where the broker refuses others', async () => {
    const lamp = await run(on, { env: {} });
    lamp.broker.behave(({ body }) =>
      body !== null && typeof body === 'object' && 'notifyUnchanged' in body ? { status: 400 } : undefined,
    );
    lamp.broker.wipe();
    await eventually(() => expect(subscriptions(lamp)).toHaveLength(1));
    const [subscription] = subscriptions(lamp);
    expect(subscription).not.toHaveProperty('notifyUnchanged');
    expect(subscription).toHaveProperty('notification.sysAttrs', true);
  });

  it('shows no changes where the broker drops what is ours alone: equal values there may be what nobody wrote', async () => {
    const lamp = await run(on, { env: {} });
    lamp.broker.behave(({ method, url }) => {
      if (method !== 'GET' || !url.startsWith('/ngsi-ld/v1/subscriptions/')) return undefined;
      const [kept] = [...lamp.broker.resources.values()];
      return kept && { status: 200, body: { ...kept, notifyUnchanged: undefined } };
    });
    lamp.broker.wipe();
    await eventually(() =>
      expect(subscriptions(lamp)).toEqual([
        expect.objectContaining({ notification: expect.not.objectContaining({ showChanges: true }) }),
      ]),
    );
    expect(subscriptions(lamp)).toEqual([expect.not.objectContaining({ notifyUnchanged: true })]);
  });

  it('is made without sysAttrs where the broker does not know them', async () => {
    const lamp = await run(on, { env: {} });
    lamp.broker.wipe();
    lamp.broker.behave(({ body }) => {
      const { notification } = (body ?? {}) as { notification?: object };
      return notification !== undefined && 'sysAttrs' in notification ? { status: 400 } : undefined;
    });
    lamp.broker.wipe();
    await eventually(() => expect(lamp.broker.resources.size).toBe(1));
    await eventually(() =>
      expect(subscriptions(lamp)).toEqual([
        expect.objectContaining({ notification: expect.not.objectContaining({ sysAttrs: true }) }),
      ]),
    );
  });

  it('comes about as soon as the broker is back', async () => {
    const lamp = await run(on);
    lamp.broker.behave(() => ({ status: 503 }));
    lamp.broker.wipe();
    await eventually(() => expect(lamp.broker.requests.length).toBeGreaterThan(0));
    lamp.broker.recover();
    await eventually(() => expect(lamp.broker.resources.size).toBe(1));
  });

  it('goes beside a registration where the group asks for one', async () => {
    const lamp = await run({ ...on, cmdMode: 'registration' });
    await eventually(() => expect(lamp.broker.resources.size).toBe(2));
    const registration = [...lamp.broker.resources.values()].find(({ type }) => type !== 'Subscription');
    expect(registration).toMatchObject({
      type: 'ContextSourceRegistration',
      information: [{ entities: [{ type: 'Lamp' }], propertyNames: ['on'] }],
      endpoint,
    });
  });

  it('that the broker cannot take now holds up no other', async () => {
    const lamp = await run(on);
    const pump = { apikey: 'k2', entity_type: 'Pump', commands: [{ name: 'run' }] };
    await lamp.pipeline.registry.addGroups([groupRecord(pump)]);
    lamp.pipeline.changed(() => false);
    await eventually(() => expect(subscriptions(lamp)).toHaveLength(2));
    let first: string | undefined;
    lamp.broker.behave(({ method, body }) => {
      if (method !== 'POST') return undefined;
      const { id } = body as { readonly id: string };
      first ??= id;
      return id === first ? { status: 503 } : undefined;
    });
    lamp.broker.wipe();
    await eventually(() => expect(subscriptions(lamp)).toHaveLength(1));
    lamp.broker.recover();
    await eventually(() => expect(subscriptions(lamp)).toHaveLength(2));
  });

  it('that is refused makes no error of any rule but its own', async () => {
    const lamp = await run({ ...on, cmdMode: 'registration' });
    const { ruleBook } = lamp.pipeline.registry;
    lamp.broker.behave(({ method }) =>
      method === 'POST' ? { status: 422, body: { title: 'no' } } : undefined,
    );
    lamp.broker.wipe();
    const then = [{ entity: lampId, command: 'on', value: true }];
    const rule = { name: 'r', when: { entities: { type: 'Lamp' }, q: 'motion==true' }, then };
    await ruleBook.add({ tenant: '', servicePath: '/', rule });
    lamp.pipeline.changed(() => false);
    await eventually(async () =>
      expect((await ruleBook.state({ tenant: '', rule: 'r' })).error).toContain('422: no'),
    );
    const end = endpoint.split('/').at(-1) ?? '';
    expect((await ruleBook.state({ tenant: '', rule: end })).error).toBeUndefined();
  });
});

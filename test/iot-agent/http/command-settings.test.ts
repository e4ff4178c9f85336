import { describe, expect, it } from '@jest/globals';
import { commandWarnings } from '../../../iot-agent/http/command-warnings.ts';
import { refuseBadCommands } from '../../../iot-agent/http/refuse-commands.ts';

describe('commands that are registered', () => {
  it('with the name of an attribute warn that the attribute is not written', () => {
    const attributes = [{ name: 'on', type: 'Boolean' }, { quantity: 'dim' }];
    const commands = [{ name: 'on' }, { name: 'dim' }, { name: 'site' }, { name: 'off' }];
    const statics = [{ name: 'site' }];
    const warnings = commandWarnings('device l1', { commands, attributes, static_attributes: statics });
    expect(warnings.map(({ about, message }) => [about, message.split(' ')[0]])).toEqual([
      ['device l1', 'on'],
      ['device l1', 'dim'],
      ['device l1', 'site'],
    ]);
    expect(warnings[0]?.message).toContain('the attribute is not written');
  });

  it('with a class warn that it has no effect', () => {
    const [warning] = commandWarnings('group k1', { commands: [{ name: 'on', class: 'C' }] });
    expect(warning).toMatchObject({ about: 'group k1', message: expect.stringContaining('no effect') });
  });

  it.each(['onStatus', 'on_status', 'on_info'])('are refused as %s beside a command on', (name) => {
    expect(() => refuseBadCommands([{ name }, { name: 'on' }], 'device l1')).toThrow(
      `command "${name}" of device l1 is where the agent tells of the command on`,
    );
    expect(() => refuseBadCommands([{ name }], 'device l1')).not.toThrow();
  });
});

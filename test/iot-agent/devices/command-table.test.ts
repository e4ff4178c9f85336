import { describe, expect, it } from '@jest/globals';
import {
  bigEndian,
  commandTable,
  downlink,
  littleEndian,
  numberCommand,
  switchCommand,
  triggerCommand,
} from '../../../iot-agent/devices/command-table.ts';

const examples = [{ value: true, bytes: '00', fPort: 1, source: 'of this test' }] as const;
const text = (name: string) => ({ name, description: `What ${name} is`, examples });

const { commands, encode, commandExamples } = commandTable(
  numberCommand({ ...text('interval'), minimum: 60, maximum: 600, multipleOf: 60 }, (seconds) =>
    downlink(2, seconds / 60),
  ),
  numberCommand({ ...text('target'), minimum: 5, maximum: 30, multipleOf: 0.1 }, (degrees) =>
    downlink(2, ...bigEndian(Math.round(degrees * 10), 2)),
  ),
  switchCommand(text('on'), (on) => downlink(2, on ? 1 : 0)),
  triggerCommand(text('reboot'), downlink(3, 0xff)),
);

describe('commandTable', () => {
  it('describes its commands, each with a JSON Schema of its value', () => {
    expect(commands.map(({ name, value }) => [name, value])).toEqual([
      ['interval', { type: 'number', minimum: 60, maximum: 600, multipleOf: 60 }],
      ['target', { type: 'number', minimum: 5, maximum: 30, multipleOf: 0.1 }],
      ['on', { type: 'boolean' }],
      ['reboot', { const: true }],
    ]);
  });

  it('names the command of each example', () => {
    expect(commandExamples.map(({ command }) => command)).toEqual(['interval', 'target', 'on', 'reboot']);
  });

  it.each([
    ['interval', 120, 2, [2]],
    ['target', 21.3, 2, [0, 213]],
    ['on', true, 2, [1]],
    ['on', false, 2, [0]],
    ['reboot', true, 3, [255]],
  ])('encodes %s %p', (command, value, fPort, bytes) => {
    expect(encode(command, value)).toEqual({ fPort, bytes: Uint8Array.from(bytes) });
  });

  it.each([
    ['interval', 59, 'interval is 59: it takes 60 to 600 in steps of 60'],
    ['interval', 660, 'interval is 660: it takes 60 to 600'],
    ['interval', 90, 'interval is 90: it takes 60 to 600 in steps of 60'],
    ['interval', '120', 'interval is "120"'],
    ['target', 21.35, 'in steps of 0.1'],
    ['on', 1, 'on is 1: it takes true or false'],
    ['reboot', false, 'reboot is false: it takes true'],
    ['dance', true, 'there is no command dance: this device has interval, target, on, reboot'],
  ])('refuses %s %p with the reason', (command, value, reason) => {
    expect(() => encode(command, value)).toThrow(reason);
  });
});

describe('the bytes of numbers', () => {
  it('are of the length asked for, in either order, also beyond 31 bits', () => {
    expect(bigEndian(0x1234, 3)).toEqual([0x00, 0x12, 0x34]);
    expect(bigEndian(0xffff_fffe, 4)).toEqual([0xff, 0xff, 0xff, 0xfe]);
    expect(littleEndian(1200, 2)).toEqual([0xb0, 0x04]);
  });
});

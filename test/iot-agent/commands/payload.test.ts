import { describe, expect, it } from '@jest/globals';
import { CommandError } from '../../../iot-agent/commands/command-error.ts';
import { jsonPayload, rawBytes, ultraLightPayload } from '../../../iot-agent/commands/payload.ts';
import type { CommandSettings } from '../../../iot-agent/registry/settings.ts';

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('utf8');

describe('the payload of a command', () => {
  it.each<[string, CommandSettings, unknown, string, string]>([
    ['its value under its name', { name: 'on' }, true, '{"on":true}', 'application/json'],
    ["the device's own name", { name: 'on', object_id: 'o' }, 1, '{"o":1}', 'application/json'],
    [
      'what an expression made, by itself',
      { name: 'on', expression: 'x' },
      { a: 1 },
      '{"a":1}',
      'application/json',
    ],
    ['a text', { name: 'on', payloadType: 'text' }, 'hello', 'hello', 'text/plain'],
    ['a number as a text', { name: 'on', payloadType: 'text' }, 5, '5', 'text/plain'],
    [
      'bytes of a text',
      { name: 'on', payloadType: 'binaryfromstring' },
      'é',
      'é',
      'application/octet-stream',
    ],
    ['bytes of JSON', { name: 'on', payloadType: 'binaryfromjson' }, [1], '[1]', 'application/octet-stream'],
    ['the content type that is configured', { name: 'on', contentType: 'a/b' }, 1, '{"on":1}', 'a/b'],
  ])('is %s', (_what, command, value, payload, contentType) => {
    const made = jsonPayload(command, value as never);
    expect([text(made.bytes), made.contentType]).toEqual([payload, contentType]);
  });

  it('is bytes of hexadecimal digits, with or without blanks', () => {
    const command: CommandSettings = { name: 'on', payloadType: 'binaryfromhex' };
    expect([...(rawBytes(command, '03 01 fF') ?? [])]).toEqual([3, 1, 255]);
    for (const value of ['', '0', 'xy', 12, null])
      expect(() => rawBytes(command, value)).toThrow(CommandError);
  });

  it.each([
    ['turn', 'left', 'd@turn|left'],
    ['turn', 5, 'd@turn|5'],
    ['ping', { param1: 1, param2: 'b' }, 'd@ping|param1=1|param2=b'],
  ])('of UltraLight: %s %j', (name, value, payload) => {
    expect(text(ultraLightPayload({ name }, 'd', value).bytes)).toBe(payload);
  });
});

import { describe, expect, it } from '@jest/globals';
import { type CommandState, commandStates, mayBecome } from '../../../iot-agent/commands/command.ts';

describe('the state of a command', () => {
  it.each<[CommandState, readonly CommandState[]]>([
    ['PENDING', ['QUEUED', 'SENT', 'DELIVERED', 'OK', 'ERROR', 'EXPIRED']],
    ['QUEUED', ['SENT', 'DELIVERED', 'OK', 'ERROR', 'EXPIRED']],
    ['SENT', ['DELIVERED', 'OK', 'ERROR', 'EXPIRED']],
    ['DELIVERED', ['OK', 'ERROR', 'EXPIRED']],
    ['OK', []],
    ['ERROR', []],
    // An answer shows that it was in time after all.
    ['EXPIRED', ['OK', 'ERROR']],
  ])('goes on from %s to %j alone', (from, to) => {
    expect(commandStates.filter((state) => mayBecome(from, state))).toEqual(to);
  });
});

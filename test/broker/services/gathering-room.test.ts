import { describe, expect, it } from '@jest/globals';
import { type GatheringPlace, gatheringRoom } from '../../../broker/services/gathering-room.ts';

const room = (mostWaiting = 10) => gatheringRoom({ limit: 100, mostWaiting });

/** Takes, and tells whether it goes on. */
function taking(place: GatheringPlace, weight: number) {
  const state = { goesOn: false };
  const taken = place.take(weight);
  if (taken === undefined) state.goesOn = true;
  else void taken.then(() => (state.goesOn = true));
  return state;
}

const settled = () => new Promise(setImmediate);

describe('the room in which pages are gathered', () => {
  it('makes nobody wait while all have little', () => {
    const { enter } = room();
    expect([enter(), enter(), enter()].map((place) => taking(place, 33).goesOn)).toEqual([true, true, true]);
  });

  it('is for the one that began first, however much that takes; others wait until it has left', async () => {
    const { enter } = room();
    const [first, second, third] = [enter(), enter(), enter()];
    const states = [taking(first, 60), taking(second, 60), taking(third, 60), taking(first, 1000)];
    expect(states.map(({ goesOn }) => goesOn)).toEqual([true, false, false, true]);
    first.leave();
    await settled();
    expect(states.map(({ goesOn }) => goesOn)).toEqual([true, true, false, true]);
    second.leave();
    await settled();
    expect(states[2]?.goesOn).toBe(true);
  });

  it('lets all go on that have room when others leave, whoever it was that left', async () => {
    const { enter } = room();
    const [first, second, third] = [enter(), enter(), enter()];
    const states = [taking(first, 50), taking(second, 50), taking(third, 20)];
    second.leave();
    await settled();
    expect(states[2]?.goesOn).toBe(true);
  });

  it('refuses who would have to wait with too many others, and counts nothing of it once it has left', async () => {
    const { enter } = room(1);
    const [first, second, third] = [enter(), enter(), enter()];
    const states = [taking(first, 100), taking(second, 1)];
    expect(() => third.take(1)).toThrow(expect.objectContaining({ type: 'TooBusy' }));
    third.leave();
    third.leave();
    first.leave();
    await settled();
    expect(states[1]?.goesOn).toBe(true);
    expect(taking(enter(), 99).goesOn).toBe(true);
  });
});

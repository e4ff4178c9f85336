import { describe, expect, it } from '@jest/globals';
import { START } from './fake-time.ts';
import { compiled, lamp, members, SUBSCRIPTION } from './fixtures.ts';

describe('q in the body of a Subscription (clause 4.9)', () => {
  it.each([
    ['name=="Eiffel Tower"', ['Eiffel Tower']],
    ['name=="Eiffel%20Tower"', ['Eiffel%20Tower']],
    ['name~="^%$"', ['%']],
    ['name=="a+b"', ['a+b']],
  ])('%s is text as it stands: percent-encoded is only what is part of a URI', (q, expected) => {
    const { matches } = compiled(SUBSCRIPTION, members({ q }));
    const names = ['Eiffel Tower', 'Eiffel%20Tower', '%', 'a b', 'a+b'];
    const matching = names.filter((name) => matches(lamp('urn:ngsi-ld:Lamp:1', { name }), START));
    expect(matching).toEqual(expected);
  });
});

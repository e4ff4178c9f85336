import { describe, expect, it } from '@jest/globals';
import { laySettings, patchSettings } from '../../../iot-agent/provisioning/merge-patch.ts';

describe('patchSettings', () => {
  /** The examples of RFC 7396, appendix A, whose target and patch are objects. */
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('of %j and %j is %j', (target, patch, result) => {
    expect(patchSettings(target, patch)).toEqual(result);
  });

  it('changes no prototype', () => {
    const patch = JSON.parse('{"__proto__": {"polluted": 1}, "a": {"__proto__": {"polluted": 1}}}') as object;
    patchSettings({ a: {} }, patch);
    expect(({} as { readonly polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('laySettings', () => {
  it('keeps what is null inside of free form', () => {
    const result = laySettings(
      { internal_attributes: { a: 1, b: { c: 1 } } },
      { internal_attributes: { b: { d: null }, e: null }, polling: { x: null }, timezone: null },
    );
    expect(result).toEqual({ internal_attributes: { a: 1, b: { d: null }, e: null }, polling: { x: null } });
  });

  it('changes entries of lists by name', () => {
    const settings = { static_attributes: [{ name: 'a', type: 'Text', value: 1 }] };
    const row = { static_attributes: { a: { value: null }, b: { value: 2 } } };
    expect(laySettings(settings, row)).toEqual({
      static_attributes: [
        { name: 'a', type: 'Text', value: null },
        { name: 'b', value: 2 },
      ],
    });
  });
});

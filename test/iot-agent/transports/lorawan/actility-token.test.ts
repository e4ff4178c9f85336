import { describe, expect, it } from '@jest/globals';
import { actilityToken, isActilityToken } from '../../../../iot-agent/transports/lorawan/actility-token.ts';

/** The worked example of ThingPark's integration guide, whose key has one capital letter. */
const key = '46ab678cd45df4a4e4b375Eacd096acc';
const report = {
  CustomerID: '100000507',
  DevEUI: '000000000F1D8693',
  FPort: '2',
  FCntUp: '7011',
  payload_hex: '0027bd00',
};
const parameters: Readonly<Record<string, string>> = {
  LrnDevEui: '000000000F1D8693',
  LrnFPort: '2',
  LrnInfos: 'UPHTTP_LAB_LORA',
  AS_ID: 'app1.sample.com',
  Time: '2016-01-11T14:11:11.333+02:00',
  Token: 'fd0b0b00464aa798a59282d64eaa70813e33bff87682880db49638569d096aad',
};

function isToken(
  message: unknown,
  changes: Readonly<Record<string, string | undefined>> = {},
  withKey = key,
): boolean {
  const all = { ...parameters, ...changes };
  return isActilityToken(message, (name) => all[name as keyof typeof all], withKey);
}

/** A token as ThingPark makes one, for reports of which its guide has no example. */
function signed(elements: string): { readonly Token: string } {
  const plain = ['LrnDevEui', 'LrnFPort', 'LrnInfos', 'AS_ID', 'Time'].map(
    (name) => `${name}=${parameters[name]}`,
  );
  return { Token: actilityToken(`${elements}${plain.join('&')}`, key.toLowerCase()) };
}

describe('isActilityToken', () => {
  it('refuses any text in the place of a token, also one that has as many characters and more bytes', () => {
    for (const Token of ['', '0', 'é'.repeat(64), '𝄞'.repeat(32)])
      expect(isToken({ DevEUI_uplink: report }, { Token })).toBe(false);
  });

  it('takes the documented example, numbers or texts', () => {
    expect(isToken({ DevEUI_uplink: report })).toBe(true);
    expect(isToken({ DevEUI_uplink: { ...report, FPort: 2, FCntUp: 7011 } })).toBe(true);
  });

  it.each(Object.keys(report))('refuses it with another %s', (name) => {
    expect(isToken({ DevEUI_uplink: { ...report, [name]: '1' } })).toBe(false);
  });

  it.each(Object.keys(parameters))('refuses it with another parameter %s, or none', (name) => {
    expect(isToken({ DevEUI_uplink: report }, { [name]: '1' })).toBe(false);
    expect(isToken({ DevEUI_uplink: report }, { [name]: undefined })).toBe(false);
  });

  it('refuses another key, and what is no report', () => {
    expect(isToken({ DevEUI_uplink: report }, {}, '00')).toBe(false);
    for (const message of [undefined, null, [], 'text', {}]) expect(isToken(message)).toBe(false);
  });

  it.each([
    ['DevEUI_downlink_Sent', { ...report, FCntDn: 24 }, '100000507000000000F1D8693224'],
    ['DevEUI_location', report, '100000507000000000f1d8693'],
    ['DevEUI_notification', report, '100000507000000000F1D8693'],
    ['DevEUI_uplink', { CustomerID: '1', DevEUI: 'AB', FCntUp: 3 }, '1AB03'],
  ])('knows which parts of %s are signed', (name, content, elements) => {
    expect(isToken({ [name]: content }, signed(elements))).toBe(true);
    expect(isToken({ [name]: { ...content, CustomerID: '2' } }, signed(elements))).toBe(false);
  });
});

describe('actilityToken', () => {
  it('signs a downlink as documented', () => {
    const plain =
      'DevEUI=000000000F1D8693&FPort=1&Payload=00&AS_ID=app1.sample.com&Time=2016-01-11T14:28:00.333+02:00';
    expect(actilityToken(plain, key)).toBe(
      'ea8f31d2299cbece8e180a3012766c4df15fe3cf2e142d9fdf4035b5894ec886',
    );
  });
});

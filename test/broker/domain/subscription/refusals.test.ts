import { describe, expect, it } from '@jest/globals';
import type { Json, JsonObject } from '../../../../broker/domain/entity.ts';
import {
  readFragment,
  readMembers,
  toSubscription,
} from '../../../../broker/domain/subscription/subscription-document.ts';
import { core, NULL, refusalOf } from '../support.ts';
import { endpoint, least, notifying, subscribed } from './support.ts';

const selector = (given: Json): JsonObject => ({ entities: [given] });
const header = (key: Json, value: Json = 'x'): JsonObject => endpoint({ receiverInfo: [{ key, value }] });

const refusals: readonly (readonly [members: JsonObject, detail: RegExp])[] = [
  [{ watchedAtributes: ['a'] }, /"watchedAtributes" is no member of Subscription. Allowed: id, type/],
  [{ constructor: 1 }, /"constructor" is no member of Subscription/],
  [{ description: 5 }, /"description" of the Subscription must be a string/],
  [{ subscriptionName: 5 }, /"subscriptionName".*must be a string/],
  [{ entities: [] }, /"entities".*at least one EntitySelector/],
  [{ entities: { type: 'Room' } }, /"entities".*at least one/],
  [selector('Room'), /"entities\[0\]".*must be a JSON object/],
  [selector({ id: 'urn:x:1' }), /"entities\[0\]\.type".*must be a string/],
  [selector({ type: '' }), /"entities\[0\]\.type"/],
  [selector({ type: '(A' }), /type is not understood/],
  [selector({ type: 'Room', id: 'x' }), /entities\[0\]\.id "x" is not a URI/],
  [selector({ type: 'Room', id: [] }), /must name at least one Entity/],
  [selector({ type: 'Room', idPattern: '(' }), /entities\[0\]\.idPattern is not a regular expression/],
  [selector({ type: 'Room', typ: 'x' }), /"typ" is no member of entities\[0\]/],
  [{ entities: Array.from({ length: 1001 }, () => ({ type: 'A' })) }, /at most 1000 selectors/],
  [{ watchedAttributes: [] }, /"watchedAttributes".*at least one name/],
  [{ watchedAttributes: 'a' }, /"watchedAttributes"/],
  [{ watchedAttributes: [5] }, /"watchedAttributes\[0\]".*must be a string/],
  [{ watchedAttributes: ['a b'] }, /watchedAttributes "a b" is not a name/],
  [{ notificationTrigger: ['entityRead'] }, /"notificationTrigger\[0\]".*must be one of entityCreated/],
  [{ notificationTrigger: [] }, /"notificationTrigger"/],
  [{ q: '' }, /"q".*not empty/],
  [{ q: 'a==' }, /q is not understood/],
  [{ geoQ: 'near' }, /"geoQ".*must be a JSON object/],
  [{ geoQ: {} }, /"geoQ".*must have georel/],
  [{ geoQ: { georel: 'near' } }, /is missing|is none/],
  [
    { geoQ: { georel: 'within', geometry: 'Point', coordinates: [1, 2], radius: 5 } },
    /"radius" is no member of geoQ/,
  ],
  [{ scopeQ: '/A/' }, /scopeQ is not understood/],
  [{ lang: 'e n' }, /lang "e n" is not a list/],
  [{ isActive: 'yes' }, /"isActive".*must be true or false/],
  [{ expiresAt: '2030-01-01' }, /expiresAt is not a DateTime/],
  [{ throttling: 0 }, /"throttling".*greater than 0/],
  [{ throttling: '5' }, /"throttling".*must be a number/],
  [{ throttling: 1e10 }, /at most 1000000000/],
  [{ timeInterval: 0 }, /"timeInterval".*greater than 0/],
  [{ timeInterval: '5' }, /"timeInterval".*must be a number/],
  [{ timeInterval: 5, watchedAttributes: ['a'] }, /"timeInterval".*cannot stand beside "watchedAttributes"/],
  [{ timeInterval: 5, throttling: 1 }, /"timeInterval".*cannot stand beside "throttling"/],
  [{ jsonldContext: 'x' }, /jsonldContext "x" is not a URI/],
  [{ localOnly: 1 }, /"localOnly"/],
  [{ localOnly: false, entities: [{ type: 'Room' }, { type: '*' }] }, /"localOnly".*cannot be false.*"\*"/],
  [{ splitEntities: 1 }, /"splitEntities"/],
  [{ temporalQ: {} }, /"temporalQ".*Context Source Registration Subscriptions only/],
  [{ notification: 5 }, /"notification".*must be a JSON object/],
  [{ notification: {} }, /"notification.endpoint".*must be a JSON object/],
  [notifying({ attrs: ['a'] }), /"attrs" is no member of notification/],
  [notifying({ attributes: [] }), /"notification.attributes".*at least one/],
  [notifying({ attributes: ['id'] }), /may not name "id": it lists Attributes only, use notification.pick/],
  [notifying({ attributes: ['a b'] }), /notification.attributes "a b" is not a name/],
  [notifying({ attributes: ['a'], pick: ['b'] }), /cannot stand beside notification.pick/],
  [notifying({ pick: [] }), /"notification.pick"/],
  [notifying({ pick: ['a', 'b'], omit: ['b'] }), /b" is in both pick and omit/],
  [notifying({ omit: 'a' }), /"notification.omit"/],
  [notifying({ format: 'xml' }), /"notification.format".*must be one of normalized/],
  [notifying({ sysAttrs: 1 }), /"notification.sysAttrs"/],
  [notifying({ showChanges: 1 }), /"notification.showChanges".*must be true or false/],
  [
    notifying({ showChanges: true, format: 'keyValues' }),
    /"notification.showChanges".*cannot be true in the simplified/,
  ],
  [{ datasetId: [] }, /"datasetId".*at least one/],
  [{ datasetId: ['@none', 'x'] }, /datasetId\[1\] "x" is not a URI/],
  [notifying({ join: 'all' }), /"notification.join".*must be one of flat, inline, @none/],
  [notifying({ joinLevel: 0 }), /"notification.joinLevel".*positive integer/],
  [notifying({ pick: ['a{b}'] }), /notification.pick is not understood.*needs join/],
  [notifying({ join: 'flat', pick: ['a{b{c}}'] }), /joinLevel of at least its depth/],
  [notifying({ join: 'flat', omit: ['a{b'] }), /notification.omit is not understood/],
  [{ q: 'a==b', expandValues: 5 }, /"expandValues".*must be a string/],
  [{ q: 'a==1', jsonKeys: 'a,,b' }, /jsonKeys "" is not a name/],
  [{ csf: 'a==' }, /csf is not understood/],
  [{ ngsildConformance: 'newest' }, /"ngsildConformance".*must be a version of the standard, such as "1.6"/],
  [{ ngsildConformance: 1.6 }, /"ngsildConformance".*must be a string/],
  [endpoint({ uri: 5 }), /"notification.endpoint.uri".*must be a string/],
  [endpoint({ uri: '/notify' }), /must be an absolute URI/],
  [endpoint({ uri: 'ftp://receiver.example/' }), /no binding delivers to "ftp:"/],
  [endpoint({ accept: 'text/html' }), /"notification.endpoint.accept".*must be one of application\/json/],
  [endpoint({ timeout: -1 }), /"notification.endpoint.timeout"/],
  [endpoint({ cooldown: '5' }), /"notification.endpoint.cooldown"/],
  [endpoint({ url: 'x' }), /"url" is no member of notification.endpoint/],
  [endpoint({ receiverInfo: {} }), /must be an array of {"key", "value"} pairs/],
  [endpoint({ receiverInfo: [{ key: 'a' }] }), /receiverInfo\[0\]\.value".*must be a string/],
  [endpoint({ receiverInfo: [{ key: 'a', value: 'b', c: 1 }] }), /"c" is no member/],
  [
    endpoint({ receiverInfo: Array.from({ length: 101 }, () => ({ key: 'a', value: 'b' })) }),
    /at most 100 pairs/,
  ],
  [endpoint({ notifierInfo: 5 }), /"notification.endpoint.notifierInfo"/],
  [header('a b'), /must be the name of an HTTP header/],
  [header('Content-Length'), /may not be Content-Length: that header belongs to the connection/],
  [header('Transfer-Encoding'), /belongs to the connection/],
  [header('X', 'a\r\nHost: b'), /must not hold line breaks/],
];

describe('what no Subscription may hold: BadRequestData (clauses 5.2.12 to 5.2.15)', () => {
  it.each(refusals)('%j', (members, detail) => {
    const refusal = refusalOf(() => subscribed(members));
    expect([refusal.type, refusal.message]).toEqual(['BadRequestData', expect.stringMatching(detail)]);
  });

  it.each<Json>([null, [], 'x', 5])('a body that is %j', (body) => {
    expect(refusalOf(() => readFragment(body, core)).message).toMatch(/must be a JSON object/);
  });

  it('neither notification nor anything that says what it is about', () => {
    const { notification: _notification, ...silent } = least;
    const { entities: _entities, ...vague } = least;
    const read = (body: JsonObject) => () =>
      toSubscription({ id: 'urn:x:1', members: readMembers(body, core) });
    expect(refusalOf(read(silent)).message).toMatch(/"notification".*is mandatory/);
    expect(refusalOf(read(vague)).message).toMatch(/needs "entities" or "watchedAttributes"/);
    expect(read({ ...vague, localOnly: true })).not.toThrow();
    expect(refusalOf(read({ ...vague, timeInterval: 5 })).message).toMatch(/"entities".*is mandatory with/);
    expect(read({ ...vague, timeInterval: 5, localOnly: true })).not.toThrow();
  });

  it.each<readonly [JsonObject, RegExp]>([
    [{ description: NULL }, /"description".*only an update takes/],
    [notifying({ format: NULL }), /"notification.format".*only an update takes/],
    [endpoint({ accept: NULL }), /"notification.endpoint.accept".*only an update takes/],
  ])('NGSI-LD Null where there is nothing to remove (clause 5.5.4): %j', (members, detail) => {
    expect(refusalOf(() => subscribed(members)).message).toMatch(detail);
  });

  it('more Relationships one behind the other than are followed', () => {
    const refusal = refusalOf(() => subscribed(notifying({ join: 'flat', joinLevel: 11 })));
    expect(refusal).toMatchObject({
      type: 'TooComplexQuery',
      message: expect.stringMatching(/joinLevel is 11/),
    });
  });
});

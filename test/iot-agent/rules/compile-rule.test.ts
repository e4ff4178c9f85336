import { describe, expect, it } from '@jest/globals';
import type { RuleSettings } from '../../../iot-agent/registry/rule-settings.ts';
import { compileRule } from '../../../iot-agent/rules/compile-rule.ts';
import type { CompiledRule } from '../../../iot-agent/rules/compiled-rule.ts';
import { ruleChains } from '../../../iot-agent/rules/loops.ts';
import { namesInQuery } from '../../../iot-agent/rules/query-names.ts';

const lamp = 'urn:ngsi-ld:Streetlight:1';
const then = [{ entity: lamp, command: 'on', value: true }];
const when = { entities: { type: 'PresenceSensor' }, q: 'motionDetected==true' };
const rule = (more: Partial<RuleSettings>): RuleSettings => ({ name: 'r', when, then, ...more });

describe('namesInQuery', () => {
  it.each([
    ['motionDetected==true', ['motionDetected']],
    ['(a==1|b>2);c', ['a', 'b', 'c']],
    ['name=="x;y|z(";on==false', ['name', 'on']],
    ['address[city]=="Ghent";level.unit=="m"', ['address', 'level']],
    ['https://example.org/ns/a.b==1', ['https://example.org/ns/a.b']],
    ['name~=lamp.*;count==1..5', ['name', 'count']],
  ])('finds the Attributes of %s', (q, names) => {
    expect(namesInQuery(q)).toEqual({ kind: 'names', names });
  });

  it.each(['a=1', 'name=="open', '(a==1', 'a==1)', '', ';', 'a==', '==1'])('finds fault with %j', (q) => {
    expect(namesInQuery(q)).toMatchObject({ kind: 'fault' });
  });
});

describe('a rule is refused, by name, member and remedy,', () => {
  it.each<[string, Partial<RuleSettings>, string]>([
    ['without a condition', { when: undefined } as never, 'rule "r": when is missing: then and after'],
    [
      'that never does anything',
      { when: undefined, then: undefined } as never,
      'when is missing, and schedule too',
    ],
    ['without a command', { then: undefined } as never, 'then is missing'],
    [
      'for Entities of no type',
      { when: { entities: { id: 'urn:x:1' }, q: 'a==1' } },
      'when.entities.type is missing',
    ],
    [
      'for two kinds of ids',
      { when: { entities: { type: 'T', id: lamp, idPattern: '.*' }, q: 'a==1' } },
      'id and idPattern',
    ],
    [
      'for a pattern that is none',
      { when: { entities: { type: 'T', idPattern: '(' }, q: 'a==1' } },
      'idPattern is no regular',
    ],
    [
      'for an equals sign',
      { when: { entities: { type: 'T' }, q: 'a=1' } },
      'when.q has "a=1", which is no comparison',
    ],
    ['that looks at nothing', { when: { entities: { type: 'T' } } }, 'when.q is missing, and watched too'],
    ['for a delay', { after: { delay: 'ten minutes', then } }, 'after.delay is no time: write seconds, or'],
    ['for a delay of nothing', { after: { delay: 0, then } }, 'after.delay is no time'],
    ['for a delay without a command', { after: { delay: 1, then: [] } }, 'after.then is empty'],
    ['for null', { then: [{ entity: lamp, command: 'on', value: null }] }, 'then[0].value is null'],
    [
      'for a target of no type',
      { then: [{ entity: 'urn:x:1', command: 'on', value: 1 }] },
      'then[0].entity must have type',
    ],
    [
      'for two targets',
      { then: [{ entity: { id: lamp, group: 'g' }, command: 'on', value: 1 }] },
      'then[0].entity must have one of',
    ],
    ['for the same twice', { then: [...then, ...then] }, 'then[1] gives on to the same Entity'],
    [
      'for a ttl',
      { then: [{ entity: lamp, command: 'on', value: 1, ttl: 'soon' }] },
      'then[0].ttl is no time',
    ],
    ['for a zone', { timezone: 'Belgium' }, 'timezone is "Belgium": it must be an IANA zone'],
    ['for a place', { location: '91, 4' }, 'location is no place'],
    [
      'for the clock of nobody',
      { during: { from: '22:00', to: '06:00' } },
      'during.from is a time of the clock, and nobody says of which zone',
    ],
    [
      'for the sun of nowhere',
      { during: { from: 'sunset', to: 'sunrise' } },
      'during.from goes by the sun, and nobody says where',
    ],
    [
      'for a time',
      { timezone: 'UTC', during: { from: '25:00', to: '06:00' } },
      'during.from is "25:00": write 22:30',
    ],
    [
      'for an empty window',
      { timezone: 'UTC', during: { from: '06:00', to: '06:00' } },
      'during begins when it ends',
    ],
    [
      'for an end of no window',
      { schedule: { at: 'to', then } },
      'schedule[0].at is to, an end of the window, and there is none',
    ],
    [
      'for days of a window',
      {
        timezone: 'UTC',
        during: { from: '22:00', to: '06:00' },
        schedule: { at: 'to', then, days: ['mon'] },
      },
      'schedule[0].days is said by during',
    ],
    [
      'for a link of nobody',
      {
        timezone: 'UTC',
        schedule: { at: '22:00', then: [{ entity: { linkedBy: 'x', type: 'T' }, command: 'on', value: 1 }] },
      },
      'schedule[0].then[0].entity is linked',
    ],
    ['for a name', { name: '-x' }, 'name must have 1 to 100'],
  ])('%s', (_what, more, told) => {
    expect(() => compileRule(rule(more))).toThrow(told);
  });
});

describe('loops', () => {
  const compiled = (name: string, type: string, q: string, entity: string, command: string, more = {}) =>
    compileRule({ name, when: { entities: { type }, q }, then: [{ entity, command, value: 1 }], ...more });

  /** The ring that the last of the rules closes. */
  const loopIn = (rules: readonly CompiledRule[]) => {
    const chains = ruleChains();
    for (const one of rules.slice(0, -1)) chains.add(one);
    return rules.at(-1) && chains.ringThrough(rules.at(-1) as CompiledRule);
  };

  it('of one rule are found, also by the status of its command', () => {
    expect(loopIn([compiled('a', 'Streetlight', 'on==1', lamp, 'on')])).toEqual(['a']);
    expect(loopIn([compiled('a', 'Streetlight', 'onStatus=="OK"', lamp, 'on')])).toEqual(['a']);
  });

  it('of several rules are found', () => {
    const a = compiled('a', 'Streetlight', 'on==1', 'urn:ngsi-ld:Siren:1', 'ring');
    const b = compiled('b', 'Siren', 'ring==1', lamp, 'on');
    const c = compiled('c', 'Siren', 'ring==1', 'urn:ngsi-ld:Bell:1', 'toll');
    expect(loopIn([a, c, b])).toEqual(['b', 'a']);
    expect(loopIn([b, c, a])).toEqual(['a', 'b']);
    expect(loopIn([a, c])).toBeUndefined();
  });

  it('are none between Entities that differ', () => {
    const other = {
      when: { entities: { type: 'Streetlight', id: 'urn:ngsi-ld:Streetlight:2' }, q: 'on==1' },
    };
    expect(loopIn([compiled('a', 'Streetlight', 'on==1', lamp, 'on', other)])).toBeUndefined();
    const pattern = { when: { entities: { type: 'Streetlight', idPattern: ':9$' }, q: 'on==1' } };
    expect(loopIn([compiled('a', 'Streetlight', 'on==1', lamp, 'on', pattern)])).toBeUndefined();
    expect(loopIn([compiled('a', 'Streetlight', 'on==1', lamp, 'dimLevel')])).toBeUndefined();
  });

  it('are looked for among what follows from the rule, not among all rules', () => {
    const chains = ruleChains();
    let looks = 0;
    for (let index = 0; index < 300; index++) {
      const { when, ...rule } = compiled(`r${index}`, 'PresenceSensor', 'motion==1', lamp, 'on');
      const watched = {
        ...rule,
        get when() {
          looks += 1;
          return when as NonNullable<typeof when>;
        },
      };
      expect(chains.ringThrough(watched)).toBeUndefined();
      chains.add(watched);
    }
    expect(looks).toBeLessThan(3000);
  });
});

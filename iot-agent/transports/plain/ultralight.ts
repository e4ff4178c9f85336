import type { CommandResults, Json, PlainMeasure } from '../../measurement.ts';
import { EnvelopeError } from '../envelope.ts';
import { type MeasuredAt, parseMeasuredAt } from '../parse-time.ts';
import { castText } from './cast-text.ts';
import { type MeasureOrigin, maxMeasures, timeOfOrigin } from './measure-origin.ts';

// message = group *( "#" group )
// group   = [ time "|" ] name "|" value *( "|" name "|" value )
// result  = device "@" command "|" value, where the value may have further "|"

/**
 * Measures of UltraLight 2.0, such as `t|15|k|abc#2016-06-13T00:35:30Z|lle|100`: one for each group, in the order of their
 * times. Values are cast (see `castText`).
 * @throws EnvelopeError that names what is wrong.
 */
export function parseUltraLight(text: string, origin: MeasureOrigin): readonly PlainMeasure[] {
  const measures = groupsIn(text).map((group) => measureOf(group, origin));
  return measures.sort((a, b) => a.observedAt - b.observedAt);
}

/** Results of commands, such as `Robot1@turn|ok#Robot1@move|done`. @throws EnvelopeError */
export function parseUltraLightResults(text: string, origin: MeasureOrigin): readonly CommandResults[] {
  return groupsIn(text).map((group) => resultOf(group, origin));
}

/** What a device sends by HTTP, where measures and results go to one path. @throws EnvelopeError */
export function parseUltraLightMessage(
  text: string,
  origin: MeasureOrigin,
): readonly (PlainMeasure | CommandResults)[] {
  const groups = groupsIn(text);
  const results = groups.filter((group) => resultForm.test(group)).map((group) => resultOf(group, origin));
  const measures = groups.filter((group) => !resultForm.test(group)).map((group) => measureOf(group, origin));
  return [...measures.sort((a, b) => a.observedAt - b.observedAt), ...results];
}

/** The command as a device gets it: `device@command|value`, of an object `device@command|name=value|name=value`. */
export function ultraLightCommand(deviceId: string, name: string, value: Json): string {
  return `${deviceId}@${name}|${parametersOf(value)}`;
}

const resultForm = /^[^@|]*@([^|]+)(?:\|(.*))?$/s;

function groupsIn(text: string): readonly string[] {
  const groups = text
    .trim()
    .split('#')
    .filter((group) => group.trim() !== '');
  if (groups.length === 0) throw new EnvelopeError('the message is empty: UltraLight 2.0 is name|value');
  if (groups.length > maxMeasures)
    throw new EnvelopeError(`a message may hold ${maxMeasures} measures, this one has ${groups.length}`);
  return groups;
}

function measureOf(group: string, origin: MeasureOrigin): PlainMeasure {
  const { apikey, deviceId } = origin;
  const parts = group.split('|');
  const time = parts.length % 2 === 0 ? timeOfOrigin(origin) : timeOf(parts.shift() ?? '', group);
  const values: [string, Json][] = [];
  for (let at = 0; at < parts.length; at += 2) {
    const name = (parts[at] ?? '').trim();
    if (name === '') throw new EnvelopeError(`${shown(group)} has a value without a name`);
    values.push([name, castText((parts[at + 1] ?? '').trim())]);
  }
  if (values.length === 0)
    throw new EnvelopeError(`${shown(group)} has no name and value: UltraLight 2.0 is name|value`);
  return { kind: 'plain', apikey, deviceId, values: Object.fromEntries(values), ...time };
}

function timeOf(text: string, group: string): MeasuredAt {
  const time = parseMeasuredAt(text);
  if (time === undefined)
    throw new EnvelopeError(
      `${shown(group)} has an odd number of parts, and ${shown(text)} is no time: UltraLight 2.0 is name|value, or time|name|value with an ISO 8601 time`,
    );
  return time;
}

/** The device that the topic or the URL names is the one that answers, whatever it calls itself. */
function resultOf(group: string, { apikey, deviceId, observedAt }: MeasureOrigin): CommandResults {
  const [, name, result = ''] = resultForm.exec(group.trim()) ?? [];
  if (name === undefined)
    throw new EnvelopeError(`${shown(group)} is no result of a command: that is device@command|result`);
  const results = Object.fromEntries([[name, castText(result)]]);
  return { kind: 'command-results', apikey, deviceId, results, receivedAt: observedAt };
}

function parametersOf(value: Json): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return textOf(value);
  return Object.entries(value)
    .map(([name, member]) => `${name}=${textOf(member as Json)}`)
    .join('|');
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}

import type { PlainMeasure } from '../../measurement.ts';
import type { TopicTemplate } from '../../registry/topic-template.ts';
import { TemplateError } from '../../registry/topic-template.ts';
import { EnvelopeError, type Parsed } from '../envelope.ts';
import { measureTime } from './measure-time.ts';
import { type FoundMeasure, hasDocument, payloadReaders } from './payload-readers.ts';
import { compilePlace, type Place, type PlaceNames, type PlaceScope } from './place.ts';

/** A template that is ready to read messages. */
export interface CompiledTemplate {
  /** As it is configured. */
  readonly text: string;
  /** What to subscribe to. */
  readonly filter: string;
  readonly levels: readonly string[];
  /** Which levels are captured, and as what. */
  readonly captures: ReadonlyMap<number, string>;
  /** @throws EnvelopeError */
  read(captures: ReadonlyMap<string, string>, payload: Uint8Array, arrivedAt: number): Parsed;
}

const capturedLevel = /^\{(\w[\w.-]{0,63})\}$/;
const mostCharacters = 256;

/** Compiles a template; `apikey` is that of the group whose template it is. @throws TemplateError */
export function compileTemplate(template: TopicTemplate, apikey?: string): CompiledTemplate {
  const topic = topicOf(template.template);
  const captured = [...topic.captures.values()];
  const columns = (template.columns ?? []).flatMap((name) => name ?? []);
  const names: PlaceNames = { captures: captured, columns, hasDocument: hasDocument(template.format) };
  const places = valuePlaces(template, names);
  const readPayload = payloadReaders[template.format]({ template, names, places });
  const readDevice = devicePlace(template, names);
  const readTime = placeOf(template.time, 'time', names);
  const key = template.apikey ?? apikey;
  if (key === undefined && !captured.includes('apikey'))
    throw new TemplateError('a template needs the apikey of a group: set apikey, or capture {apikey}');
  if (template.format === 'bytes' && template.name === undefined && template.values !== undefined)
    throw new TemplateError(
      'a template of the format bytes without name has no values of its own: what the codec or model decodes is measured',
    );
  const { timeFormat = 'iso', fPort } = template;
  // Where the payload has no document, what is captured is all that `values` can name.
  const ofTopic = hasDocument(template.format) ? new Map<string, Place>() : places;
  const measureOf = ({ values, scope, time, bytes }: FoundMeasure, arrivedAt: number): PlainMeasure => ({
    kind: 'plain',
    apikey: key ?? scope.captures.get('apikey') ?? '',
    deviceId: deviceIdIn(readDevice(scope)),
    values: { ...values, ...valuesIn(ofTopic, scope) },
    observedAt: arrivedAt,
    ...time,
    ...(readTime && measureTime(readTime(scope), timeFormat)),
    ...(bytes === undefined ? {} : { bytes, ...(fPort === undefined ? {} : { fPort }) }),
  });
  return {
    ...topic,
    text: template.template,
    read: (captures, payload, arrivedAt) => ({
      kind: 'incoming',
      incoming: readPayload(payload, captures)
        .map((one) => measureOf(one, arrivedAt))
        .sort((a, b) => a.observedAt - b.observedAt),
    }),
  };
}

function topicOf(text: string): Pick<CompiledTemplate, 'filter' | 'levels' | 'captures'> {
  const captures = new Map<number, string>();
  const levels = text.split('/').map((level, index, all) => {
    const [, name] = capturedLevel.exec(level) ?? [];
    if (name !== undefined) captures.set(index, name);
    const isWild = level === '+' || (level === '#' && index === all.length - 1);
    if (name === undefined && !isWild && /[{}+#\0]/.test(level))
      throw new TemplateError(
        `template is ${JSON.stringify(text)}: a level is a text, {name} or +, and # may only be the last`,
      );
    return name === undefined ? level : '+';
  });
  if (text === '' || text.startsWith('$'))
    throw new TemplateError(
      `template is ${JSON.stringify(text)}: it must be a topic that does not start with $`,
    );
  if (new Set(captures.values()).size < captures.size)
    throw new TemplateError(`template ${text} captures the same name twice: give each its own`);
  return { filter: levels.join('/'), levels, captures };
}

function valuePlaces({ values = {} }: TopicTemplate, names: PlaceNames): ReadonlyMap<string, Place> {
  return new Map(
    Object.entries(values).map(([name, text]) => {
      const place = compilePlace(text, `values.${name}`, { ...names, columns: [] });
      if (place === undefined)
        throw new TemplateError(
          `values.${name} is ${JSON.stringify(text)}: it must be a JSONPath such as $.data.t, or a capture such as {site}`,
        );
      return [name, place] as const;
    }),
  );
}

function devicePlace({ deviceId }: TopicTemplate, names: PlaceNames): Place {
  if (deviceId === undefined) {
    if (!names.captures.includes('deviceId'))
      throw new TemplateError(
        'a template must say the device: capture {deviceId}, or set deviceId to a place such as $.id or to the id itself',
      );
    return ({ captures }) => captures.get('deviceId');
  }
  return compilePlace(deviceId, 'deviceId', names) ?? (() => deviceId);
}

function placeOf(text: string | undefined, member: string, names: PlaceNames): Place | undefined {
  if (text === undefined) return undefined;
  const place = compilePlace(text, member, names);
  if (place !== undefined) return place;
  throw new TemplateError(
    `${member} is ${JSON.stringify(text)}: it must be a JSONPath, a capture such as {ts}, or a column`,
  );
}

function deviceIdIn(value: ReturnType<Place>): string {
  const id = typeof value === 'number' ? String(value) : value;
  if (typeof id === 'string' && id !== '' && id.length <= mostCharacters) return id;
  throw new EnvelopeError('the message does not say the device: its id must be a text or a number');
}

function valuesIn(places: ReadonlyMap<string, Place>, scope: PlaceScope): PlainMeasure['values'] {
  return Object.fromEntries(
    [...places].flatMap(([name, place]) => {
      const value = place(scope);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

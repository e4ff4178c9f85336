import type { Attribute, Micros } from '../../domain/entity.ts';
import type { HistoryInstance, TimeProperty } from '../temporal-store.ts';
import type { Names } from './names.ts';

/** What of an instance its attributeInstance does not say in the same way; `null` for what is only said there. */
interface Differences {
  readonly createdAt?: Micros;
  readonly modifiedAt?: Micros;
  readonly observedAt?: Micros | null;
  readonly datasetId?: string | null;
  readonly deletedAt?: Micros;
}

/** An instance in the text of a row. */
type Kept = readonly [
  instanceId: string,
  attribute: number,
  attributeInstance: Attribute,
  differences?: Differences,
];

/** Most ids begin so; the others are kept with a colon before them. */
const ID_PREFIX = 'urn:ngsi-ld:Instance:';

/** The text of instances of one Entity; inside a transaction. */
export function encodeInstances(instances: readonly HistoryInstance[], iris: Pick<Names, 'add'>): string {
  return listOf(instances.map((instance) => encodeInstance(instance, iris)));
}

/** Items that follow each other, and the text of the instances that they are. */
export interface EncodedGroup<Item> {
  readonly items: readonly Item[];
  readonly text: string;
}

/** The items in groups, none with more text than `size` characters, unless it is of one item; `lineOf` gives the line of one. */
export function* encodeGroups<Item>(
  items: readonly Item[],
  lineOf: (item: Item) => string,
  size: number,
): Generator<EncodedGroup<Item>> {
  let lines: string[] = [];
  let length = FRAME;
  for (const [index, item] of items.entries()) {
    const line = lineOf(item);
    if (lines.length > 0 && length + SEPARATOR.length + line.length > size) {
      yield { items: items.slice(index - lines.length, index), text: listOf(lines) };
      lines = [];
      length = FRAME;
    }
    length += line.length + (lines.length > 0 ? SEPARATOR.length : 0);
    lines.push(line);
  }
  if (lines.length > 0) yield { items: items.slice(-lines.length), text: listOf(lines) };
}

/** The line of one; inside a transaction, unless its Attribute has a number. */
export function encodeInstance(instance: HistoryInstance, iris: Pick<Names, 'add'>): string {
  const { instanceId, attribute, attributeInstance } = instance;
  const kept = [shortened(instanceId), iris.add(attribute), attributeInstance] as const;
  const differences = differencesOf(instance, attributeInstance);
  return JSON.stringify((differences === undefined ? kept : [...kept, differences]) satisfies Kept);
}

/** Each instance has a line of its own, which no text in it ends: readers can tell lines apart without parsing them. */
const SEPARATOR = ',\n';
const LINES = '[\n';
/** Characters around the lines. */
const FRAME = `${LINES}]`.length;

function listOf(texts: readonly string[]): string {
  return texts.length === 0 ? '[]' : `${LINES}${texts.join(SEPARATOR)}]`;
}

/** The text of all instances of which these are texts. */
export function joinTexts(texts: readonly string[]): string {
  const [only = '[]'] = texts;
  if (texts.length <= 1) return only;
  const inLines = texts.every(isInLines);
  return inLines
    ? listOf(texts.map((text) => text.slice(LINES.length, -1)))
    : `[${texts.map((text) => text.slice(1, -1).replaceAll('\n', '')).join(',')}]`;
}

/** Texts of files from before there were lines have none. */
function isInLines(text: string): boolean {
  return text.startsWith(LINES);
}

/** The instance itself, of the line of its text. */
export function attributeIn(line: string): Attribute {
  return (JSON.parse(line) as Kept)[2];
}

/** The number of the Attribute, of the line of an instance. */
export function attributeNoIn(line: string): number {
  const end = line.indexOf('",');
  // An id with a quote in it is rather read than taken apart.
  return line[end - 1] === '\\' ? (JSON.parse(line) as Kept)[1] : Number.parseInt(line.slice(end + 2), 10);
}

/** The lines of the instances; undefined for a text from before there were lines. */
export function linesOf(text: string): readonly string[] | undefined {
  if (text === '[]') return [];
  return isInLines(text) ? text.slice(LINES.length, -1).split(SEPARATOR) : undefined;
}

/**
 * True when a line that has the mark passes the test. Texts from before there were lines pass, since nothing is known of
 * them.
 */
export function someLine(text: string, mark: string, test: MayBeWanted): boolean {
  if (!isInLines(text)) return text.includes(mark);
  for (let found = text.indexOf(mark); found >= 0; ) {
    const start = text.lastIndexOf('\n', found) + 1;
    const next = text.indexOf('\n', found);
    if (test(text.slice(start, next < 0 ? -1 : next + 1 - SEPARATOR.length))) return true;
    if (next < 0) return false;
    found = text.indexOf(mark, next);
  }
  return false;
}

/** What stands before the instance in the text of each one of the Attribute with this number. */
export function markOfAttribute(no: number): string {
  return `",${no},{`;
}

/** What tells where an instance belongs, and the line of it, which need not be made anew. */
export interface InstanceLine extends Pick<HistoryInstance, TimeProperty | 'attributeInstance'> {
  /** The number of its Attribute. */
  readonly attribute: number;
  readonly line: string;
}

/** The instances of a text, with their lines. */
export function decodeLines(text: string): readonly InstanceLine[] {
  const instances = JSON.parse(text) as readonly Kept[];
  const lines = linesOf(text) ?? instances.map((kept) => JSON.stringify(kept));
  return instances.map(([, attribute, said, differences], index) => {
    const { observedAt, createdAt, modifiedAt, deletedAt } = timesOf(said, differences);
    return {
      attribute,
      line: lines[index] as string,
      attributeInstance: said,
      createdAt,
      modifiedAt,
      ...(observedAt != null && { observedAt }),
      ...(deletedAt !== undefined && { deletedAt }),
    };
  });
}

/** False for the text of an instance that is surely not asked for. */
export type MayBeWanted = (line: string) => boolean;

function onlyWanted(text: string, mayBeWanted: MayBeWanted): string {
  if (!isInLines(text)) return text;
  const wanted: string[] = [];
  let count = 0;
  for (let start = LINES.length; start < text.length; ) {
    const next = text.indexOf('\n', start) + 1;
    const line = next === 0 ? text.slice(start, -1) : text.slice(start, next - SEPARATOR.length);
    if (mayBeWanted(line)) wanted.push(line);
    count += 1;
    start = next === 0 ? text.length : next;
  }
  return wanted.length === count ? text : listOf(wanted);
}

/**
 * What `encodeInstances` was given. Instances that are surely not wanted may be left out: they take a tenth of the time
 * of the others.
 */
export function decodeInstances(
  text: string,
  entityId: string,
  iris: Pick<Names, 'nameOf'>,
  mayBeWanted?: MayBeWanted,
): readonly HistoryInstance[] {
  const wanted = mayBeWanted === undefined ? text : onlyWanted(text, mayBeWanted);
  return (JSON.parse(wanted) as readonly Kept[]).map(([id, no, attributeInstance, differences]) => {
    const { observedAt, datasetId, createdAt, modifiedAt, deletedAt } = timesOf(
      attributeInstance,
      differences,
    );
    // One object and no copies: reading a long history is made of this.
    const instance: Writable<HistoryInstance> = {
      instanceId: id.startsWith(':') ? id.slice(1) : ID_PREFIX + id,
      entityId,
      attribute: iris.nameOf(no),
      kind: attributeInstance.kind,
      createdAt,
      modifiedAt,
      attributeInstance,
    };
    if (datasetId != null) instance.datasetId = datasetId;
    if (observedAt != null) instance.observedAt = observedAt;
    if (deletedAt !== undefined) instance.deletedAt = deletedAt;
    return instance;
  });
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

interface Times extends Pick<Attribute, 'createdAt' | 'modifiedAt'> {
  readonly observedAt?: Micros | null;
  readonly datasetId?: string | null;
  readonly deletedAt?: Micros;
}

function timesOf(said: Attribute, differences: Differences | undefined): Times {
  return differences === undefined ? said : { ...said, ...differences };
}

/** What the text of `encodeInstances` has where it has an instance of this id, and hardly anywhere else. */
export function mentionOf(instanceId: string): string {
  return `[${JSON.stringify(shortened(instanceId))},`;
}

/** What becomes of an instance: itself where it stays, undefined where it goes. */
export type EditInstance = (instance: HistoryInstance) => HistoryInstance | undefined;

/** The instances as the edit leaves them; undefined when all stay as they are. */
export function editInstances(
  instances: readonly HistoryInstance[],
  edit: EditInstance,
): readonly HistoryInstance[] | undefined {
  const edited = instances.map(edit);
  if (edited.every((one, index) => one === instances[index])) return undefined;
  return edited.filter((one) => one !== undefined);
}

function shortened(instanceId: string): string {
  const rest = instanceId.startsWith(ID_PREFIX) ? instanceId.slice(ID_PREFIX.length) : ':';
  return rest.startsWith(':') ? `:${instanceId}` : rest;
}

function differencesOf(instance: HistoryInstance, said: Attribute): Differences | undefined {
  const { createdAt, modifiedAt, observedAt, datasetId, deletedAt } = instance;
  const isSaid =
    createdAt === said.createdAt &&
    modifiedAt === said.modifiedAt &&
    observedAt === said.observedAt &&
    datasetId === said.datasetId;
  if (isSaid) return deletedAt === undefined ? undefined : { deletedAt };
  return {
    createdAt,
    modifiedAt,
    observedAt: observedAt ?? null,
    datasetId: datasetId ?? null,
    ...(deletedAt !== undefined && { deletedAt }),
  };
}

import { ATTRIBUTE_KINDS } from '../../domain/attribute-kinds.ts';
import { formatDateTime } from '../../domain/date-time.ts';
import type { Json, Micros } from '../../domain/entity.ts';
import type { TimeProperty } from '../../domain/query/temporal-query.ts';
import type { Vocabulary } from '../../domain/vocabulary.ts';
import type { HistoryEntity, HistoryInstance } from '../../store/temporal-store.ts';
import type { ExportedRow, ExportShape } from './rows.ts';

/** What the columns of an export depend on. */
export interface ColumnsOptions {
  readonly vocabulary: Vocabulary;
  readonly timeproperty: TimeProperty;
  /** IRIs of the Attributes that have columns in the wide shape. */
  readonly attributes: readonly string[];
}

/** A table over the rows of an export. */
export interface Columns<Row> {
  readonly names: readonly string[];
  /** One for each name; undefined for what is not there. */
  cells(row: Row): readonly (Json | undefined)[];
}

/** The columns of each shape, but for the place. */
export const COLUMNS: Readonly<Record<ExportShape, (options: ColumnsOptions) => Columns<ExportedRow>>> = {
  long: ({ vocabulary }) => ({
    names: [
      ...['entityId', 'type', 'attribute', 'datasetId', 'value', 'unitCode'],
      ...['observedAt', 'createdAt', 'modifiedAt', 'deletedAt', 'instanceId'],
    ],
    cells: ({ entity, instances }) => {
      const [instance] = instances.values() as Iterable<HistoryInstance> as [HistoryInstance];
      const { attribute, datasetId, observedAt, createdAt, modifiedAt, deletedAt } = instance;
      return [
        ...[entity.id, typeOf(entity, vocabulary), nameOf(attribute, vocabulary), datasetId],
        ...[shownValue(instance, vocabulary), instance.attributeInstance.unitCode],
        ...[observedAt, createdAt, modifiedAt, deletedAt].map(timeText),
        instance.instanceId,
      ];
    },
  }),
  wide: ({ vocabulary, timeproperty, attributes }) => ({
    names: [
      ...['entityId', 'type', 'datasetId', ...timesOf(timeproperty)],
      ...attributes.map((attribute) => nameOf(attribute, vocabulary)),
    ],
    cells: ({ entity, instances }) => {
      const [first] = instances.values();
      const values = attributes.map((attribute) => {
        const instance = instances.get(attribute);
        return instance && shownValue(instance, vocabulary);
      });
      const times = timesOf(timeproperty).map((name) => latestOf(instances.values(), name));
      return [entity.id, typeOf(entity, vocabulary), first?.datasetId, ...times.map(timeText), ...values];
    },
  }),
};

/** The times that tell rows of the wide shape apart. */
function timesOf(timeproperty: TimeProperty): readonly TimeProperty[] {
  return timeproperty === 'observedAt' ? ['observedAt'] : ['observedAt', timeproperty];
}

/** Several types stand beside each other with blanks, which no name has. */
export function typeOf({ types }: HistoryEntity, vocabulary: Vocabulary): string {
  return types.map((type) => vocabulary.compact(type)).join(' ');
}

/** Undefined where none has it. */
function latestOf(instances: Iterable<HistoryInstance>, name: TimeProperty): Micros | undefined {
  const times = [...instances].map((instance) => instance[name]).filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.max(...times);
}

/** What an Attribute is called in an export. */
export function nameOf(attribute: string, vocabulary: Vocabulary): string {
  return attribute === '@scope' ? 'scope' : vocabulary.compact(attribute);
}

/** Without what is around it; nothing for a deletion. */
function shownValue(
  { kind, deletedAt, attributeInstance }: HistoryInstance,
  vocabulary: Vocabulary,
): Json | undefined {
  if (deletedAt !== undefined) return undefined;
  return ATTRIBUTE_KINDS[kind].writeConcise(attributeInstance.value, vocabulary);
}

function timeText(time: Micros | undefined): string | undefined {
  return time === undefined ? undefined : formatDateTime(time);
}

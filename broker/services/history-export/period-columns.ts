import type { AggregationMethod } from '../../domain/aggregation/methods.ts';
import { periodTime } from '../../domain/representation/aggregated.ts';
import type { Vocabulary } from '../../domain/vocabulary.ts';
import { type Columns, nameOf, typeOf } from './columns.ts';
import type { ExportedPeriod, PeriodValues } from './periods.ts';
import type { ExportShape } from './rows.ts';

/** What the columns of an export of aggregated values depend on. */
export interface PeriodColumnsOptions {
  readonly vocabulary: Vocabulary;
  readonly methods: readonly AggregationMethod[];
  /** IRIs of the Attributes that have columns in the wide shape, one for each method. */
  readonly attributes: readonly string[];
}

/** The columns of each shape, but for the place. */
export const PERIOD_COLUMNS: Readonly<
  Record<ExportShape, (options: PeriodColumnsOptions) => Columns<ExportedPeriod>>
> = {
  long: ({ vocabulary, methods }) => ({
    names: ['entityId', 'type', 'attribute', 'datasetId', 'start', 'end', ...methods, 'unitCode'],
    cells: ({ entity, attributes, datasetId, start, end }) => {
      const [[attribute, values]] = [...attributes] as [[string, PeriodValues]];
      return [
        ...[entity.id, typeOf(entity, vocabulary), nameOf(attribute, vocabulary), datasetId],
        ...[periodTime(start), periodTime(end)],
        ...methods.map((method) => values.methods.get(method)),
        values.unitCode,
      ];
    },
  }),
  wide: ({ vocabulary, methods, attributes: columns }) => ({
    names: [
      ...['entityId', 'type', 'datasetId', 'start', 'end'],
      ...columns.flatMap((attribute) => methodColumns(nameOf(attribute, vocabulary), methods)),
    ],
    cells: ({ entity, attributes, datasetId, start, end }) => [
      ...[entity.id, typeOf(entity, vocabulary), datasetId, periodTime(start), periodTime(end)],
      ...columns.flatMap((name) => methods.map((method) => attributes.get(name)?.methods.get(method))),
    ],
  }),
};

/** What the columns of an Attribute are called in the wide shape. */
function methodColumns(name: string, methods: readonly AggregationMethod[]): readonly string[] {
  return methods.map((method) => `${name}_${method}`);
}

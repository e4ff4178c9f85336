import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What a metric is called and what it says; `labels` are the only ones that it may have. */
export interface MetricDescription<Label extends string> {
  /** Prometheus name, e.g. `carillon_requests_total`. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly Label[];
}

/** A gauge's value for some values of its labels. */
type Sample<Label extends string> = readonly [labels: Partial<Record<Label, string>>, value: number];
type Samples<Label extends string> = number | readonly Sample<Label>[];
/** Looks at what a gauge tells, at each scrape. */
type Collect<Label extends string> = () => Samples<Label> | Promise<Samples<Label>>;

/** The metrics of one process. */
export interface Metrics {
  counter<Label extends string>(description: MetricDescription<Label>): Counter<Label>;
  gauge<Label extends string>(
    description: MetricDescription<Label> & { readonly collect?: Collect<Label> },
  ): Gauge<Label>;
  /** `buckets` are upper bounds, in the unit that the name ends in. */
  histogram<Label extends string>(
    description: MetricDescription<Label> & { readonly buckets: readonly number[] },
  ): Histogram<Label>;
  /** Everything in Prometheus' text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** A registry of its own (tests run several in one process), with Node's default metrics unless told otherwise. */
export function createMetrics({ withDefaults = true }: { readonly withDefaults?: boolean } = {}): Metrics {
  const registry = new Registry();
  if (withDefaults) collectDefaultMetrics({ register: registry });
  const common = <Label extends string>({ name, help, labels = [] }: MetricDescription<Label>) => ({
    name,
    help,
    labelNames: labels,
    registers: [registry],
  });
  return {
    counter: (description) => new Counter(common(description)),
    gauge: (description) => new Gauge({ ...common(description), ...collector(description.collect) }),
    histogram: (description) => new Histogram({ ...common(description), buckets: [...description.buckets] }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

/** prom-client calls `collect` on the gauge at each scrape. */
function collector<Label extends string>(read: Collect<Label> | undefined) {
  if (read === undefined) return {};
  return {
    async collect(this: Gauge<Label>): Promise<void> {
      const current = await read();
      this.reset();
      if (typeof current === 'number') this.set(current);
      else for (const [labels, value] of current) this.set(labels, value);
    },
  };
}

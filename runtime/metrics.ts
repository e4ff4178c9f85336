import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What a metric is called and what it says; `labels` are the only ones that it may have. */
export interface MetricDescription<Label extends string> {
  /** Prometheus name, e.g. `carillon_requests_total`. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly Label[];
}

/** The metrics of one process. */
export interface Metrics {
  counter<Label extends string>(description: MetricDescription<Label>): Counter<Label>;
  gauge<Label extends string>(
    description: MetricDescription<Label> & { readonly collect?: () => number },
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
function collector(read: (() => number) | undefined) {
  if (read === undefined) return {};
  return {
    collect(this: Gauge): void {
      this.set(read());
    },
  };
}

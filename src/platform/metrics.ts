import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** One figure with its labels, as it is now. Labels are codes of ours and never a person. */
export interface Measure {
  /** Without the prefix, such as job_units. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What is measured, by name: the help that Prometheus shows. */
export type Measures = Readonly<Record<string, string>>;

/** Figures in the text format of Prometheus: those of the house, asked for now, and of this process. */
export function metricsText(
  measures: Measures,
  ask: () => Promise<readonly Measure[]>,
): () => Promise<string> {
  const ofProcess = new Registry();
  collectDefaultMetrics({ register: ofProcess, prefix: 'an_sinh_' });
  return async () => {
    // Made anew each time: what is no more, such as a state without a batch, is not shown.
    const ofHouse = new Registry();
    const gauges = new Map<string, Gauge>();
    for (const { name, labels, value } of await ask()) {
      const help = measures[name];
      if (help === undefined) throw new Error(`${name}: measured and not described`);
      let gauge = gauges.get(name);
      if (gauge === undefined) {
        gauge = new Gauge({
          name: `an_sinh_${name}`,
          help,
          labelNames: Object.keys(labels),
          registers: [ofHouse],
        });
        gauges.set(name, gauge);
      }
      gauge.set(labels, value);
    }
    return `${await ofHouse.metrics()}\n${await ofProcess.metrics()}`;
  };
}

/** One metric and its samples, to be written as OpenMetrics text. */
export interface MetricFamily {
  /** Without the `_total` that counters get. */
  name: string;
  type: 'counter' | 'gauge';
  help: string;
  unit?: 'seconds' | 'ratio';
  samples: { labels: Record<string, string>; value: number }[];
}

export const OPENMETRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** OpenMetrics 1.0 text exposition (prometheus.io/docs/specs/om/open_metrics_spec): it ends with `# EOF`. */
export function openMetricsText(families: MetricFamily[]): string {
  const lines: string[] = [];
  for (const { name, type, help, unit, samples } of families) {
    lines.push(`# TYPE ${name} ${type}`);
    if (unit) lines.push(`# UNIT ${name} ${unit}`);
    lines.push(`# HELP ${name} ${escapeText(help)}`);
    for (const { labels, value } of samples) {
      const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeText(text)}"`);
      lines.push(`${name}${type === 'counter' ? '_total' : ''}{${pairs.join(',')}} ${value}`);
    }
  }
  return `${lines.join('\n')}\n# EOF\n`;
}

const escapeText = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');

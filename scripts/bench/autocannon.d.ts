declare module 'autocannon' {
  interface Result {
    duration: number;
    errors: number;
    non2xx: number;
    requests: { total: number };
  }
  interface Options {
    url: string;
    method?: string;
    connections?: number;
    duration?: number;
    headers?: Record<string, string>;
    body?: string;
  }
  /** The part of autocannon's interface that the benchmarks use (the package ships no types). */
  export default function autocannon(options: Options): Promise<Result>;
}

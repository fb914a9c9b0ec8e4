import { createLab, type Lab, type LabOptions } from '../lab.ts';
import type { LogEvent } from '../log/log-event.ts';
import { LAB_TOKEN } from '../world/generate.ts';

/** A clock that tests move by hand. */
export function handClock(start = Date.parse('2026-09-01T12:00:00.000Z')) {
  let now = start;
  return {
    now: () => now,
    advance: (ms: number) => {
      now += ms;
    },
  };
}

export type HandClock = ReturnType<typeof handClock>;

/** A lab with a still clock that asks itself, without a network. */
export function testLab(options: LabOptions = {}) {
  const clock = handClock();
  const lab = createLab({ clock, people: 120, ...options });
  const ask = async (path: string, init: RequestInit & { token?: string | null } = {}): Promise<Response> => {
    const { token = `SSWS ${LAB_TOKEN}`, ...rest } = init;
    const headers = new Headers(rest.headers);
    if (token !== null && !headers.has('authorization')) headers.set('authorization', token);
    return await lab.app.request(path, { ...rest, headers });
  };
  const post = (path: string, body?: unknown) =>
    ask(path, { method: 'POST', ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return { lab, clock, ask, post };
}

/** Reads a JSON body as a known shape; tests know what they asked for. */
export async function bodyOf<T>(response: Response | Promise<Response>): Promise<T> {
  const body: T = JSON.parse(await (await response).text());
  return body;
}

export interface Item {
  id: string;
  status: string;
}

/** The address behind `rel="next"`, if there is one. */
export function nextOf(response: Response): string | null {
  return /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1] ?? null;
}

/** Walks all pages of a list. */
export async function walk<T>(ask: (path: string) => Promise<Response>, path: string): Promise<T[]> {
  const all: T[] = [];
  for (let url: string | null = path; url !== null; ) {
    const response: Response = await ask(url);
    if (response.status !== 200) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
    url = nextOf(response);
    all.push(...(await bodyOf<T[]>(response)));
  }
  return all;
}

/** The events that something puts into the log. */
export async function eventsOf(lab: Lab, work: () => unknown): Promise<LogEvent[]> {
  const events: LogEvent[] = [];
  const stop = lab.log.subscribe((event) => events.push(event));
  await work();
  stop();
  return events;
}

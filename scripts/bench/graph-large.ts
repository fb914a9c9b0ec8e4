import { type OrgSize, SHARDS } from '../../workers/graph/testing/bench.org.ts';
import { type BenchGraph, openGraph, timed, times } from './graph-driver.ts';
import { processorSeconds, runtimePids } from './graph-memory.ts';
import { nativePaths } from './graph-native.ts';
import { ISOLATE_MEGABYTES, type Memory, type ShardProcess, startShards } from './graph-shards.ts';
import { quantile, type Row, row } from './row.ts';
import { startWorker } from './runtime.ts';

const STARTS = 1_000;
const QUESTIONS = 100;
/** Starts on one shard that are asked for within one call: the runtime's clock stands still while it computes. */
const INSIDE = 5_000;
const RECURSIVE = 200;

type Tell = (line: string) => void;

/** A large org over several shards, each in a process of its own: filled, put in order, and asked. */
export async function largeRows(script: string, size: OrgSize, tell: Tell): Promise<Row[]> {
  const shards = await startShards(SHARDS, script);
  const front = await startWorker({
    consumers: false,
    script,
    vars: { SHARD_ORIGINS: shards.map(({ origin }) => origin).join(' ') },
  });
  try {
    const graph = await openGraph(front, size, SHARDS);
    await graph.call('compact', 0, SHARDS);
    const idle = await memoryOf(shards);
    const imported = await importLarge(graph, shards, idle, size, tell);
    const { search, rows } = await paths(graph, tell);
    const asked = [...(await questions(graph, size, tell)), ...(await memoryRows(shards, idle))];
    // at the end: it stops this process for so long that open connections would be lost
    return [...imported, ...rows, nativeRow(size, search, tell), ...asked];
  } finally {
    await front.dispose();
    for (const shard of shards) await shard.dispose();
  }
}

async function importLarge(graph: BenchGraph, shards: ShardProcess[], idle: Memory, size: OrgSize, tell: Tell) {
  const [began, processor] = [performance.now(), processorSeconds(runtimePids())];
  const told = (what: string) =>
    tell(
      `${what}: ${((performance.now() - began) / 1_000).toFixed(1)} s, ` +
        `${(processorSeconds(runtimePids()) - processor).toFixed(1)} s of processor`,
    );
  await graph.call('structure');
  told(`${size.groups} groups and ${size.apps} apps`);
  await graph.fill('people', size.people);
  told(`${size.people} people`);
  const edges = await graph.fill('memberships', size.groups);
  told(`${edges} memberships`);
  await graph.call('compact', 0, SHARDS);
  told('compacted');
  const took = (performance.now() - began) / 1_000;
  const worked = processorSeconds(runtimePids()) - processor;
  const { isolateMost } = await memoryOf(shards);
  const nodes = size.people * 2 + size.groups + size.apps;
  return [
    row(`${nodes} nodes, ${edges} memberships imported and compacted, ${SHARDS} shards`, took, 's', {
      atMost: 60,
      against: { name: 'processor time of all processes, s', value: Math.round(worked) },
    }),
    row('memory of a shard’s isolate while importing: heap held and buffers, most', isolateMost, 'MB', {
      atMost: ISOLATE_MEGABYTES,
      against: { name: 'isolate of an empty shard', value: Math.round(idle.isolateMost) },
    }),
  ];
}

async function paths(graph: BenchGraph, tell: Tell): Promise<{ search: number; rows: Row[] }> {
  tell('paths to tier zero');
  const cold: number[] = [];
  for (let index = 0; index < SHARDS; index++) {
    await graph.call('sleep', index);
    cold.push(await timed(() => graph.call('paths', index, 1)));
  }
  const warm = await times(STARTS, (n) => graph.call('ask', n, 0, 'path'));
  const [search, recursive] = [await inside(graph, 'paths', INSIDE), await inside(graph, 'recursive', RECURSIVE)];
  const rows = [
    row('cold start of a shard with its first path, slowest', Math.max(...cold), 'ms', { atMost: 2_000 }),
    row(`path to tier zero over HTTP, p95 of ${STARTS} random starts`, quantile(warm, 0.95), 'ms', { atMost: 20 }),
    row('path to tier zero inside a shard, mean', search, 'ms', {
      against: { name: "SQLite's recursive query on the same tables, mean ms", value: rounded(recursive) },
    }),
    row("SQLite's recursive query on the same tables / path", recursive / search, '×'),
  ];
  return { search, rows };
}

function nativeRow(size: OrgSize, search: number, tell: Tell): Row {
  tell('the same paths by SQLite alone');
  const native = nativePaths(size, STARTS);
  const mean = native.reduce((sum, one) => sum + one, 0) / STARTS;
  return row("SQLite's recursive query on whole numbers, outside / path", mean / search, '×', {
    against: { name: 'mean ms', value: rounded(mean) },
  });
}

/** Mean milliseconds of a path, without the way to the shard. Each shard is warm. */
async function inside(graph: BenchGraph, what: string, count: number): Promise<number> {
  let sum = 0;
  for (let index = 0; index < SHARDS; index++) {
    const way = await timed(() => graph.call(what, index, 1));
    sum += Math.max(0, (await timed(() => graph.call(what, index, count))) - way);
  }
  return sum / (SHARDS * (count - 1));
}

const rounded = (value: number) => Math.round(value * 1_000) / 1_000;

async function questions(graph: BenchGraph, size: OrgSize, tell: Tell): Promise<Row[]> {
  tell('who can reach what, blast radius, lists');
  const reachable = await times(QUESTIONS, (n) => graph.call('ask', n, 0, 'reachableBy'));
  const radius = await times(QUESTIONS, (n) => graph.call('ask', n, 0, 'blastRadius'));
  const lists = await times(QUESTIONS, (n) => graph.list(n));
  return [
    row('who can reach X, all shards, p95', quantile(reachable, 0.95), 'ms', { atMost: 500 }),
    row('blast radius, p95', quantile(radius, 0.95), 'ms', { atMost: 200 }),
    row(`${size.people} identities by filter and sort at the API, p95`, quantile(lists, 0.95), 'ms', { atMost: 200 }),
  ];
}

async function memoryRows(shards: ShardProcess[], idle: Memory): Promise<Row[]> {
  const { isolate, isolateMost, most } = await memoryOf(shards);
  return [
    row('memory of a shard’s isolate: live, walk index included, most', isolate, 'MB', {
      atMost: ISOLATE_MEGABYTES,
      against: { name: 'isolate of an empty shard', value: Math.round(idle.isolate) },
    }),
    row('memory of a shard’s isolate over the whole run: heap held and buffers, most', isolateMost, 'MB', {
      atMost: ISOLATE_MEGABYTES,
      against: { name: 'isolate of an empty shard', value: Math.round(idle.isolateMost) },
    }),
    // no mark: the platform limits the isolate, and this has the runtime and SQLite in it
    row('memory of a shard’s process over the whole run, above idle, most', most - idle.most, 'MB', {
      against: { name: 'process of an empty shard', value: Math.round(idle.most) },
    }),
  ];
}

/** Of the shard that takes most. */
async function memoryOf(shards: ShardProcess[]): Promise<Memory> {
  const all = await Promise.all(shards.map((shard) => shard.memory()));
  const largest = (of: keyof Memory) => all.reduce((most, one) => Math.max(most, one[of]), 0);
  return { most: largest('most'), isolate: largest('isolate'), isolateMost: largest('isolateMost') };
}

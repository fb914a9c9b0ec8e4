/**
 * Immediate dominators of a graph from node 0: the last node that every way from 0 to a node goes through. Nodes are
 * numbered from 0; -1 for those that 0 does not lead to. Cooper, Harvey, Kennedy: "A Simple, Fast Dominance Algorithm".
 * `order`: the nodes in reverse postorder, in which a dominator comes before what it dominates.
 */
export function dominators(next: readonly number[][]): { idom: Int32Array; order: number[] } {
  const order = reversePostorder(next);
  const place = new Int32Array(next.length).fill(-1);
  order.forEach((node, i) => {
    place[node] = i;
  });
  const before: number[][] = next.map(() => []);
  for (const node of order) for (const to of next[node] ?? []) before[to]?.push(node);
  const idom = new Int32Array(next.length).fill(-1);
  idom[0] = 0;
  const at = (array: Int32Array, i: number) => array[i] ?? -1;
  const common = (a: number, b: number): number => {
    let [x, y] = [a, b];
    while (x !== y) {
      while (at(place, x) > at(place, y)) x = at(idom, x);
      while (at(place, y) > at(place, x)) y = at(idom, y);
    }
    return x;
  };
  for (let moved = true; moved; ) {
    moved = false;
    for (const node of order.slice(1)) {
      let best = -1;
      for (const from of before[node] ?? []) {
        if (at(idom, from) === -1) continue;
        best = best === -1 ? from : common(from, best);
      }
      if (idom[node] !== best) {
        idom[node] = best;
        moved = true;
      }
    }
  }
  return { idom, order };
}

function reversePostorder(next: readonly number[][]): number[] {
  const seen = new Uint8Array(next.length);
  const post: number[] = [];
  const stack: [node: number, child: number][] = next.length > 0 ? [[0, 0]] : [];
  seen[0] = 1;
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const [node, child] = top;
    const to = next[node]?.[child];
    if (to === undefined) {
      post.push(node);
      stack.pop();
    } else {
      top[1] += 1;
      if (seen[to] === 0) {
        seen[to] = 1;
        stack.push([to, 0]);
      }
    }
  }
  return post.reverse();
}

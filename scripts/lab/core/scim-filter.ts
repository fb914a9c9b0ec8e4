/** The SCIM subset of Okta's `filter` and `search` parameters. */
export type FilterNode =
  | { kind: 'and'; left: FilterNode; right: FilterNode }
  | { kind: 'or'; left: FilterNode; right: FilterNode }
  | { kind: 'not'; inner: FilterNode }
  | { kind: 'compare'; path: string; op: CompareOp; value: FilterValue };

export type FilterValue = string | number | boolean | null;
export type CompareOp = 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le' | 'sw' | 'co' | 'ew' | 'pr';

const OPS: readonly string[] = ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sw', 'co', 'ew', 'pr'];
const TOKEN = /\s*(?:([()])|"((?:[^"\\]|\\.)*)"|([^\s()"]+))/y;

/** Says that a filter cannot be read. */
export class FilterSyntaxError extends Error {}

type Token = { kind: 'paren' | 'text' | 'word'; value: string };

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  const text = source.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (match === null) throw new FilterSyntaxError(`cannot read the filter: ${source}`);
    if (match[1] !== undefined) tokens.push({ kind: 'paren', value: match[1] });
    else if (match[2] !== undefined) tokens.push({ kind: 'text', value: match[2].replace(/\\(.)/g, '$1') });
    else tokens.push({ kind: 'word', value: match[3] ?? '' });
  }
  return tokens;
}

function toValue(token: Token): FilterValue {
  if (token.kind === 'text') return token.value;
  if (token.value === 'true') return true;
  if (token.value === 'false') return false;
  if (token.value === 'null') return null;
  const number = Number(token.value);
  if (token.kind === 'word' && Number.isFinite(number)) return number;
  throw new FilterSyntaxError(`a value must be quoted: ${token.value}`);
}

/** Parses a filter; `and` binds tighter than `or`. Throws FilterSyntaxError. */
export function parseFilter(source: string): FilterNode {
  const tokens = tokenize(source);
  let at = 0;
  const take = (): Token => {
    const token = tokens[at++];
    if (token === undefined) throw new FilterSyntaxError('the filter ends too early');
    return token;
  };
  const isWord = (word: string) => tokens[at]?.kind === 'word' && tokens[at]?.value.toLowerCase() === word;

  const primary = (): FilterNode => {
    if (isWord('not')) {
      at++;
      return { kind: 'not', inner: primary() };
    }
    const token = take();
    if (token.kind === 'paren') {
      if (token.value !== '(') throw new FilterSyntaxError('a ) has no (');
      const inner = or();
      if (take().value !== ')') throw new FilterSyntaxError('a ( is not closed');
      return inner;
    }
    if (token.kind !== 'word') throw new FilterSyntaxError(`an attribute must not be quoted: ${token.value}`);
    const op = take().value.toLowerCase();
    if (!isCompareOp(op)) throw new FilterSyntaxError(`${op} is not an operator`);
    return { kind: 'compare', path: token.value, op, value: op === 'pr' ? null : toValue(take()) };
  };
  const and = (): FilterNode => {
    let left = primary();
    while (isWord('and')) {
      at++;
      left = { kind: 'and', left, right: primary() };
    }
    return left;
  };
  function or(): FilterNode {
    let left = and();
    while (isWord('or')) {
      at++;
      left = { kind: 'or', left, right: and() };
    }
    return left;
  }
  const node = or();
  if (at < tokens.length) throw new FilterSyntaxError(`the filter does not end at ${tokens[at]?.value}`);
  return node;
}

function isCompareOp(op: string): op is CompareOp {
  return OPS.includes(op);
}

/** Every comparison of a filter, to check what an endpoint supports. */
export function comparisons(node: FilterNode): { path: string; op: CompareOp }[] {
  if (node.kind === 'compare') return [{ path: node.path, op: node.op }];
  if (node.kind === 'not') return comparisons(node.inner);
  return [...comparisons(node.left), ...comparisons(node.right)];
}

/** The values at a dotted path; a list on the way fans out. */
function valuesAt(source: unknown, path: readonly string[]): unknown[] {
  if (Array.isArray(source)) return source.flatMap((item) => valuesAt(item, path));
  const [head, ...rest] = path;
  if (head === undefined) return source === undefined || source === null ? [] : [source];
  if (typeof source !== 'object' || source === null || !Object.hasOwn(source, head)) return [];
  return valuesAt(Reflect.get(source, head), rest);
}

const ISO_DATE = /^\d{4}-\d{2}-\d{2}T/;

function order(actual: unknown, wanted: FilterValue): number | null {
  if (typeof actual === 'number' && typeof wanted === 'number') return actual - wanted;
  if (typeof actual !== 'string' || typeof wanted !== 'string') return null;
  if (ISO_DATE.test(actual) && ISO_DATE.test(wanted)) return Date.parse(actual) - Date.parse(wanted);
  return actual < wanted ? -1 : actual > wanted ? 1 : 0;
}

function compare(actual: unknown, op: CompareOp, wanted: FilterValue): boolean {
  const [a, b] = [String(actual).toLowerCase(), String(wanted).toLowerCase()];
  if (op === 'eq') return order(actual, wanted) === 0 || a === b;
  if (op === 'sw') return a.startsWith(b);
  if (op === 'co') return a.includes(b);
  if (op === 'ew') return a.endsWith(b);
  const sign = order(actual, wanted);
  if (sign === null) return false;
  if (op === 'gt') return sign > 0;
  if (op === 'ge') return sign >= 0;
  if (op === 'lt') return sign < 0;
  return op === 'le' && sign <= 0;
}

/** True when the object satisfies the filter. */
export function matches(node: FilterNode, source: unknown): boolean {
  if (node.kind === 'and') return matches(node.left, source) && matches(node.right, source);
  if (node.kind === 'or') return matches(node.left, source) || matches(node.right, source);
  if (node.kind === 'not') return !matches(node.inner, source);
  const values = valuesAt(source, node.path.split('.'));
  if (node.op === 'pr') return values.length > 0;
  if (node.op === 'ne') return !values.some((value) => compare(value, 'eq', node.value));
  return values.some((value) => compare(value, node.op, node.value));
}

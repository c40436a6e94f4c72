import { isMap, isScalar, isSeq, type Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { holdsCarried, type Verbatim } from '../verbatim.ts';

/** Something to say about a place of the source. */
export interface Remark {
  /** In the text of the section. */
  readonly offset: number;
  /** As the author wrote it: `spec.services.decode.ingress`. */
  readonly path: string;
  readonly message: string;
  readonly help: string;
}

/** What a conversion works with, and what it finds on the way. */
export interface Conversion {
  readonly verbatim: Verbatim;
  /** What v1beta1 has no place for: the document stays as it is. */
  readonly refusals: Remark[];
  /** What was left out since it does nothing, or does a little less now. */
  readonly notes: Remark[];
}

/** The pairs of a map, taken one by one; a null stands for nothing, as the API server reads it. */
export class Fields {
  readonly path: string;
  readonly map: YAMLMap;
  readonly #pairs: Map<string, Pair>;
  readonly #conversion: Conversion;

  constructor(map: YAMLMap, path: string, conversion: Conversion) {
    this.map = map;
    this.path = path;
    this.#conversion = conversion;
    this.#pairs = new Map(map.items.flatMap((pair) => (isNothing(pair.value) ? [] : [[keyOf(pair), pair]])));
  }

  has(name: string): boolean {
    return this.#pairs.has(name);
  }

  take(name: string): Pair | undefined {
    const pair = this.#pairs.get(name);
    this.#pairs.delete(name);
    return pair;
  }

  /** Moves a pair to another map as it is written, under its own name or another one. */
  carry(name: string, newName?: string): readonly Pair[] {
    const pair = this.take(name);
    return pair === undefined ? [] : [this.#conversion.verbatim.carry(pair, this.map, newName)];
  }

  /** Moves every pair that is left, in the order of the source. */
  carryRest(): readonly Pair[] {
    return [...this.#pairs.keys()].flatMap((name) => this.carry(name));
  }

  /** The map under a name. */
  below(name: string): Fields | undefined {
    const value = this.take(name)?.value;
    return isMap(value) ? new Fields(value, `${this.path}.${name}`, this.#conversion) : undefined;
  }

  /** The items of a list. */
  items(name: string): readonly Node[] {
    const value = this.take(name)?.value;
    return isSeq(value) ? (value.items as Node[]) : [];
  }

  /** A plain value, without taking it. */
  value(name: string): unknown {
    const value = this.#pairs.get(name)?.value;
    return isScalar(value) ? value.value : undefined;
  }

  refuse(name: string, message: string, help: string): void {
    this.#conversion.refusals.push(this.#remark(name, message, help));
  }

  note(name: string, message: string, help: string): void {
    this.#conversion.notes.push(this.#remark(name, message, help));
  }

  /** Leaves a field out, with the reason. */
  drop(name: string, message: string, help: string): void {
    this.note(name, message, help);
    this.take(name);
  }

  get conversion(): Conversion {
    return this.#conversion;
  }

  #remark(name: string, message: string, help: string): Remark {
    const key = this.#pairs.get(name)?.key ?? this.map;
    const offset = (isScalar(key) || isMap(key) ? key.range?.[0] : undefined) ?? 0;
    return { offset, path: name === '' ? this.path : `${this.path}.${name}`, message, help };
  }
}

export function keyOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : '';
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || (isScalar(value) && value.value === null);
}

export function pair(name: string, value: unknown): Pair {
  return new Pair(new Scalar(name), typeof value === 'string' ? new Scalar(value) : value);
}

/** A new map in the style and with the closing comment of the one that it comes from. */
export function mapOf(pairs: readonly Pair[], source?: YAMLMap): YAMLMap {
  const map = new YAMLMap();
  map.items.push(...pairs);
  if (source?.comment !== undefined && source.comment !== null) map.comment = source.comment;
  // What is carried spans lines, and braces inside of lines do not.
  if (source?.flow === true && !holdsCarried(map)) map.flow = true;
  return map;
}

export function listOf(items: readonly Node[]): YAMLSeq {
  const list = new YAMLSeq();
  list.items.push(...items);
  return list;
}

/** A pair for a map or list that has something in it. */
export function unlessEmpty(name: string, collection: YAMLMap | YAMLSeq): readonly Pair[] {
  return collection.items.length === 0 ? [] : [pair(name, collection)];
}

/** An item of a list as it is written, pair by pair, so that it may stand in another list. */
export function carryItem(item: Node, { verbatim }: Conversion): Node {
  if (!isMap(item) || item.flow === true) return item;
  const moved = mapOf(
    item.items.map((one) => verbatim.carry(one, item)),
    item,
  );
  copyComments(item, moved);
  return moved;
}

export function copyComments(from: Node, to: Node): void {
  const { commentBefore, spaceBefore } = from;
  if (commentBefore !== undefined && commentBefore !== null) to.commentBefore = commentBefore;
  if (spaceBefore === true) to.spaceBefore = true;
}

import { EVENT_ID, type Event, getScalarValue, parseEvents, SCALAR_STYLE, type ScalarEvent } from 'js-yaml';
import { MAX_DEPTH } from '../read/limits.ts';
import { type Anchor, type MapEntry, type ScalarNode, TreeAnchors, type YamlNode, type YamlTree } from './yaml-node.ts';

/**
 * The tree of a document from the events of the fast parser, which point into the text. Nothing is composed, so it takes a
 * fifth of the time of `yamlTree`, and finds the same places.
 * @throws YAMLException for what does not parse.
 */
export function eventTree(text: string): YamlTree {
  const events = parseEvents(text, { maxDepth: MAX_DEPTH });
  const anchors = new TreeAnchors();
  let position = 0;
  /** End of what was read last: where an empty scalar stands, and where a search for the head of a block begins. */
  let end = 0;

  const read = (event: Event): YamlNode => {
    switch (event.type) {
      case EVENT_ID.SCALAR: {
        const { start, end: scalarEnd } = extentOf(event, text, end);
        const anchor = anchorOf(event, start);
        end = Math.max(end, scalarEnd);
        return anchors.named(scalarNode(event, text, start, scalarEnd, anchor));
      }
      case EVENT_ID.ALIAS: {
        end = event.anchorEnd;
        return anchors.alias(text.slice(event.anchorStart, event.anchorEnd), event.anchorStart - 1, event.anchorEnd);
      }
      case EVENT_ID.MAPPING: {
        const anchor = anchorOf(event, event.start);
        end = event.start;
        const entries: MapEntry[] = [];
        for (let key = next(); key.type !== EVENT_ID.POP; key = next()) {
          const keyNode = read(key);
          entries.push({ key: keyNode, value: read(next()) });
        }
        return anchors.named({ kind: 'map', start: event.start, end, entries, anchor });
      }
      case EVENT_ID.SEQUENCE: {
        const anchor = anchorOf(event, event.start);
        end = event.start;
        const items: YamlNode[] = [];
        for (let item = next(); item.type !== EVENT_ID.POP; item = next()) items.push(read(item));
        return anchors.named({ kind: 'list', start: event.start, end, items, anchor });
      }
      default:
        throw new Error(`an event of type ${event.type} opens no node`);
    }
  };

  const next = (): Event => {
    const event = events[position++];
    if (event === undefined) throw new Error('the events end within a node');
    return event;
  };

  const anchorOf = (event: { anchorStart: number; anchorEnd: number }, start: number): Anchor | undefined =>
    event.anchorStart < 0 ? undefined : anchors.declare(text.slice(event.anchorStart, event.anchorEnd), start);

  if (events.length === 0) return anchors.tree(undefined);
  // The document itself.
  next();
  const root = next();
  return anchors.tree(root.type === EVENT_ID.POP ? undefined : read(root));
}

interface Extent {
  readonly start: number;
  readonly end: number;
}

/** Where a scalar stands, with its quotes or the head of its block; `before` is the end of what comes before it. */
function extentOf(event: ScalarEvent, text: string, before: number): Extent {
  const { valueStart, valueEnd, anchorEnd, tagEnd, style } = event;
  const opening = Math.max(before, anchorEnd, tagEnd);
  if (valueStart < 0) return { start: opening, end: opening };
  switch (style) {
    case SCALAR_STYLE.SINGLE_QUOTED:
    case SCALAR_STYLE.DOUBLE_QUOTED:
      return { start: valueStart - 1, end: valueEnd + 1 };
    case SCALAR_STYLE.LITERAL_BLOCK:
    case SCALAR_STYLE.FOLDED_BLOCK: {
      const head = text.indexOf(style === SCALAR_STYLE.LITERAL_BLOCK ? '|' : '>', opening);
      return { start: head < 0 ? valueStart : Math.min(head, valueStart), end: valueEnd };
    }
    default:
      return { start: valueStart, end: valueEnd };
  }
}

function scalarNode(
  event: ScalarEvent,
  text: string,
  start: number,
  end: number,
  anchor: Anchor | undefined,
): ScalarNode {
  return {
    kind: 'scalar',
    ...{ start, end, anchor },
    style: styleOf(event),
    text: event.valueStart < 0 ? '' : getScalarValue(text, event),
    tag: event.tagStart < 0 ? undefined : text.slice(event.tagStart, event.tagEnd),
  };
}

function styleOf({ style }: ScalarEvent): ScalarNode['style'] {
  switch (style) {
    case SCALAR_STYLE.PLAIN:
      return 'plain';
    case SCALAR_STYLE.SINGLE_QUOTED:
    case SCALAR_STYLE.DOUBLE_QUOTED:
      return 'quoted';
    case SCALAR_STYLE.LITERAL_BLOCK:
    case SCALAR_STYLE.FOLDED_BLOCK:
      return 'block';
  }
}

import type { Event } from 'js-yaml';
import loadJsYaml from '#js-yaml';

/** Line, from 1, of each key in the nested maps of a YAML text that parses, by path such as `services.prefill.replicas`. */
export function fieldLines(text: string): ReadonlyMap<string, number> {
  const { EVENT_ID, getScalarValue, parseEvents } = loadJsYaml();
  const events = parseEvents(text, {});
  const lines = new Map<string, number>();
  let position = 0;

  const next = (): Event | undefined => events[position++];

  /** Walks one value; keys of maps below it are noted under its path. */
  const walk = (event: Event | undefined, path: string): void => {
    switch (event?.type) {
      case EVENT_ID.MAPPING:
        for (let key = next(); key !== undefined && key.type !== EVENT_ID.POP; key = next()) {
          const name = key.type === EVENT_ID.SCALAR ? getScalarValue(text, key) : undefined;
          const below = name === undefined || path === '' ? (name ?? '?') : `${path}.${name}`;
          if (key.type === EVENT_ID.SCALAR) lines.set(below, lineAt(text, key.valueStart));
          else walk(key, '?');
          walk(next(), below);
        }
        return;
      case EVENT_ID.SEQUENCE:
      case EVENT_ID.DOCUMENT:
        for (let item = next(); item !== undefined && item.type !== EVENT_ID.POP; item = next()) walk(item, path);
    }
  };

  walk(next(), '');
  return lines;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
